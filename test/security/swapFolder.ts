// Swaps a folder for a link to another one and back, until it is killed: node swapFolder.ts FOLDER OUTSIDE
import { renameSync, symlinkSync, unlinkSync } from "node:fs";

const [folder = "", outside = ""] = process.argv.slice(2);
for (;;) {
  renameSync(folder, `${folder}-aside`);
  symlinkSync(outside, folder);
  unlinkSync(folder);
  renameSync(`${folder}-aside`, folder);
  // Some calls must meet the real folder, else refusing everything would pass.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 2);
}
