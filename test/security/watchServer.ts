// Loaded into every thread of an attacked server before its own code (`watched`): writes down each program that is started
// and each key that comes onto Object.prototype. What is started by absolute path or through a shell shows here too.
import childProcess, { ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const file = process.env["WATCH_SERVER_FILE"] ?? "";
const write = (kind: string, what: string) => appendFileSync(file, `${JSON.stringify([kind, what])}\n`);

interface Start {
  readonly file: string;
  readonly args?: readonly string[];
}
// Not in Node's types: what spawn, exec, execFile and fork all come down to.
const starter = ChildProcess.prototype as unknown as { spawn(start: Start): unknown };
const spawn = starter.spawn;
starter.spawn = function (this: unknown, start) {
  write("started", [start.file, ...(start.args ?? []).slice(1)].join(" "));
  return spawn.call(this, start);
};
for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
  const original = childProcess[name] as (...args: unknown[]) => unknown;
  Object.assign(childProcess, {
    [name]: (...args: unknown[]) => {
      write("started", JSON.stringify(args));
      return original(...args);
    },
  });
}
syncBuiltinESMExports();

const seen = new Set<string>();
setInterval(() => {
  for (const key of Object.keys(Object.prototype)) {
    if (!seen.has(key)) write("polluted", key);
    seen.add(key);
  }
}, 10).unref();
write("watched", "a thread");
