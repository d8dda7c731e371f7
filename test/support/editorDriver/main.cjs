// Runs functions of the tests inside the extension host: their source comes over a loopback socket named by a file.
// It also has a file system of its own, for windows whose folder is not on a disk.
const { createServer } = require("node:http");
const { writeFileSync } = require("node:fs");
const vscode = require("vscode");

exports.activate = function activate() {
  vscode.workspace.registerFileSystemProvider("editor-driver", oneFolder, { isReadonly: true });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const { source, arg } = JSON.parse(body);
      const run = new Function("vscode", "arg", `return (${source})(vscode, arg)`);
      Promise.resolve()
        .then(() => run(vscode, arg))
        .then(
          (value) => response.end(JSON.stringify({ value })),
          (error) => response.end(JSON.stringify({ error: String(error?.stack ?? error) })),
        );
    });
  });
  server.listen(0, "127.0.0.1", () => {
    writeFileSync(process.env.EDITOR_DRIVER_FILE, String(server.address().port));
  });
};

const file = { text: Buffer.from("one\n"), type: vscode.FileType.File };
const entries = new Map([
  ["/", { type: vscode.FileType.Directory }],
  ["/a.txt", file],
]);

/** `editor-driver:/` with one file in it. */
const oneFolder = {
  onDidChangeFile: new vscode.EventEmitter().event,
  watch: () => new vscode.Disposable(() => undefined),
  stat: ({ path }) => {
    const entry = entries.get(path);
    if (!entry) throw vscode.FileSystemError.FileNotFound(path);
    return { type: entry.type, ctime: 0, mtime: 0, size: entry.text?.length ?? 0 };
  },
  readDirectory: () => [["a.txt", vscode.FileType.File]],
  readFile: ({ path }) => {
    const text = entries.get(path)?.text;
    if (!text) throw vscode.FileSystemError.FileNotFound(path);
    return text;
  },
  createDirectory: refuse,
  writeFile: refuse,
  delete: refuse,
  rename: refuse,
};

function refuse() {
  throw vscode.FileSystemError.NoPermissions();
}
