import { setTimeout as sleep } from "node:timers/promises";

/** Waits until it is so; fails after the time. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not come about within ${String(ms)} ms: ${String(isSo)}`);
    await sleep(10);
  }
}
