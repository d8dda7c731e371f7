// Swaps a folder for a link to another one and back, until it is killed: node swapFolder.ts FOLDER OUTSIDE
import { renameSync, rmSync, symlinkSync } from "node:fs";

const [folder = "", outside = ""] = process.argv.slice(2);
const aside = `${folder}-aside`;
for (;;) {
  renameSync(folder, aside);
  // The attacked server may make the missing folder in between; then there is something else in the way.
  while (!tried(() => symlinkSync(outside, folder))) remove();
  remove();
  while (!tried(() => renameSync(aside, folder))) remove();
  // Some calls must meet the real folder, else refusing everything would pass.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 2);
}

/** Of a link only the link. */
function remove(): void {
  rmSync(folder, { recursive: true, force: true });
}

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
