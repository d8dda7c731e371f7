import { totalmem } from "node:os";

/** Half of the memory of the machine or, where that is less, of the container, in megabytes. */
export function defaultMemoryLimit(): number {
  const container = process.constrainedMemory();
  const all = container > 0 ? Math.min(container, totalmem()) : totalmem();
  return Math.floor(all / 2 / 1024 ** 2);
}
