import { parseArgs } from "node:util";
import { createApp } from "./app.ts";
import { startMcpStdio } from "./faces/mcp/stdio.ts";
import { ToolError } from "./platform/errors.ts";
import { createLogger } from "./platform/logger.ts";
import { dataFiles, dataFolder, keptToken } from "./platform/dataFolder.ts";
import { version } from "./version.ts";
import { rootsHash } from "./workspace/roots.ts";

/** Exit codes: 0 done, 1 the work failed, 2 wrong use. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [command, ...args] = argv;
  try {
    switch (command) {
      case "serve":
        return await serve(args);
      case "stdio":
        return await stdio(args);
      case "call":
        return await call(args);
      case "lsp":
        return await lsp();
      default:
        process.stderr.write("Usage: langflow-connect serve|stdio|call …\n");
        return 2;
    }
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(`${error.message} ${error.remedy}\n`);
    return 1;
  }
}

const log = createLogger((line) => process.stderr.write(`${line}\n`), "warn");

async function serve(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      workspace: { type: "string", multiple: true, default: ["."] },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "0" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const app = await createApp({ folders: values.workspace, log, version });
  const files = dataFiles(values.data ?? dataFolder(process.env), rootsHash(app.workspace.roots));
  const token = await keptToken(files.token);
  const { url } = await app.listen({ host: values.host, port: Number(values.port), token: () => token });
  const facts = { url, pid: process.pid, tokenFile: files.token, version };
  process.stdout.write(values.json ? `${JSON.stringify(facts)}\n` : `MCP endpoint: ${url}\nToken: in ${files.token}\n`);
  const reason = await stopSignal();
  await app.shutdown(reason);
  return 0;
}

async function stdio(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { workspace: { type: "string", multiple: true, default: ["."] } } });
  const app = await createApp({ folders: values.workspace, log, version });
  startMcpStdio({ runner: app.runner, version, face: "stdio", log });
  await Promise.race([stopSignal(), new Promise((resolve) => process.stdin.once("close", resolve))]);
  await app.shutdown("stdin closed");
  return 0;
}

async function call(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { workspace: { type: "string", multiple: true, default: ["."] } },
  });
  const [name = "", json = "{}"] = positionals;
  const app = await createApp({ folders: values.workspace, log, version });
  const caller = { face: "cli", client: "langflow-connect" } as const;
  const result = await app.runner.run({ name, args: JSON.parse(json), caller, signal: new AbortController().signal });
  process.stdout.write(`${result.text}\n`);
  await app.shutdown("done");
  return result.isError ? 1 : 0;
}

/** Started by the extension, never by hand: it speaks over the IPC channel that it was forked with. */
async function lsp(): Promise<number> {
  // Loaded here, so that the headless server does not carry the language server's code.
  const [{ serveEditor }, { openEditorApp }] = await Promise.all([
    import("./faces/lsp/server.ts"),
    import("./editorApp.ts"),
  ]);
  const editorLog = createLogger((line) => process.stderr.write(`${line}\n`), "info");
  await serveEditor({ log: editorLog, open: (options) => openEditorApp(options, editorLog) });
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
}
