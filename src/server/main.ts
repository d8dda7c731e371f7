import { runCli } from "./cli/cli.ts";

// Windows looks for a program in the current folder first: a git.exe of the workspace must not be the one that is run.
if (process.platform === "win32") process.env["NoDefaultCurrentDirectoryInExePath"] = "1";

process.exitCode = await runCli(process.argv.slice(2));
