// npm start [-- options of serve]: builds and serves a folder (this one unless --workspace is given).
import { spawnSync } from "node:child_process";

const build = spawnSync(process.execPath, ["esbuild.mjs"], { stdio: "inherit" });
if (build.status !== 0) process.exit(build.status ?? 1);
process.argv = [process.argv[0] ?? "", "langflow-connect", "serve", ...process.argv.slice(2)];
await import(new URL("../dist/server/main.mjs", import.meta.url).href);
