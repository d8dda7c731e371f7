// Swaps a folder for a link to another one and back, until it is killed: node swapFolder.ts FOLDER OUTSIDE. Prints a
// character for every 100 swaps.
import { renameSync, rmSync, symlinkSync, writeSync } from "node:fs";

const [folder = "", outside = ""] = process.argv.slice(2);
const aside = `${folder}-aside`;
const clock = new Int32Array(new SharedArrayBuffer(4));
for (let swaps = 1; ; swaps++) {
  renameSync(folder, aside);
  // The attacked server may make the missing folder in between; then there is something else in the way.
  while (!tried(() => symlinkSync(outside, folder))) remove();
  remove();
  while (!tried(() => renameSync(aside, folder))) remove();
  if (swaps % 100 === 0) writeSync(1, ".");
  // Some calls must meet the real folder, else refusing everything would pass.
  Atomics.wait(clock, 0, 0, Math.random());
}

/** Of a link only the link. */
function remove(): void {
  // The server may write into the folder that it has made.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 1 });
}

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
