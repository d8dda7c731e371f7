// The compiler as a command, to judge a folder independently of the product.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** @returns what it prints, also when it finds errors */
export function runTsc(args: readonly string[], cwd: string, timeoutMs: number): Promise<string> {
  const command = ["--max-old-space-size=6144", tsc, ...args, "--pretty", "false"];
  const bounds = { cwd, maxBuffer: 64 * 1024 * 1024, timeout: timeoutMs };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, bounds, (error, printed) => {
      // It ends with 1 or 2 when it found errors, which is no failure here.
      if (error === null || (typeof error.code === "number" && error.code <= 2)) resolve(printed);
      else reject(new Error("tsc failed.", { cause: error }));
    });
  });
}
