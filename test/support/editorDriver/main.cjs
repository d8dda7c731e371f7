// Runs functions of the tests inside the extension host: their source comes over a loopback socket named by a file.
const { createServer } = require("node:http");
const { writeFileSync } = require("node:fs");
const vscode = require("vscode");

exports.activate = function activate() {
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
