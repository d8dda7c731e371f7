// npm run test:electron: the editor suite in the desktop VS Code. Downloads it once (needs the internet), which is why
// npm test runs the same suite in the VS Code that npm has.
import { spawn } from "node:child_process";
import path from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { cacheDir } from "./lib/cache.mjs";
import { suites } from "./lib/suites.ts";

const executable = await downloadAndUnzipVSCode({
  version: "stable",
  cachePath: path.join(cacheDir(), "vscode-desktop"),
});
const files = suites.find(({ name }) => name === "editor")?.files ?? [];
const child = spawn(process.execPath, ["scripts/node.mjs", "--bin", "mocha", "--reporter", "spec", ...files], {
  stdio: "inherit",
  env: { ...process.env, LFC_DESKTOP_VSCODE: executable },
});
child.on("close", (code) => (process.exitCode = code ?? 1));
