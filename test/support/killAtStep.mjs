// Preloaded: kills its process before the n-th step that changes the file system, as a power cut would.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const last = Number(process.env.LFC_TEST_STEP);
let step = 0;
for (const name of [
  "copyFileSync",
  "fsyncSync",
  "linkSync",
  "mkdirSync",
  "openSync",
  "renameSync",
  "rmSync",
  "writeSync",
]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (++step === last) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
}
syncBuiltinESMExports();
