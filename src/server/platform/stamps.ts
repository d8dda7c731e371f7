import type { BigIntStats } from "node:fs";

const clockGrainMs = 2100;

/**
 * A file system's clock ticks in steps (4 ms on Linux, 2 s on FAT): what changed within the current step can change again
 * without a new stamp, so its content has to be looked at once more.
 */
export function isRacy({ mtimeNs, ctimeNs }: Pick<BigIntStats, "mtimeNs" | "ctimeNs">): boolean {
  return isRacyAt(Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n));
}

/** The same for the time of the last change in milliseconds. */
export function isRacyAt(latestMs: number): boolean {
  return Date.now() - latestMs < clockGrainMs;
}
