import type { BigIntStats } from "node:fs";

const clockGrainMs = 2100;

/**
 * The same as long as the file or folder is, as far as the file system says. Undefined while it may change without another
 * stamp: a file system's clock ticks in steps (4 ms on Linux, 2 s on FAT), so that what changed within the current step
 * has to be looked at once more.
 */
export function stampOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string | undefined {
  const latest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  // Joined into one piece: what a template makes of them is kept piece by piece.
  return isRacyAt(latest) ? undefined : [mtimeNs, ctimeNs, size, ino].join(".");
}

/** Whether what changed last at this time, in milliseconds, can change again without another stamp. */
export function isRacyAt(latestMs: number): boolean {
  return Date.now() - latestMs < clockGrainMs;
}
