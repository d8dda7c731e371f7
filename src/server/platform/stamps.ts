import { statSync } from "node:fs";
import type { BigIntStats } from "node:fs";

/** Changes whenever the file or folder does, as far as the file system says. */
export type Stamp = Pick<BigIntStats, "mtimeNs" | "ctimeNs" | "size" | "ino">;

const exact = { bigint: true, throwIfNoEntry: false } as const;

/** Undefined when it is not there. Taken of every known file for each question, so it is no text. */
export function stampOf(target: string): Stamp | undefined {
  try {
    const stats = statSync(target, exact);
    // The rest of the figures would be kept for each file.
    return stats && { mtimeNs: stats.mtimeNs, ctimeNs: stats.ctimeNs, size: stats.size, ino: stats.ino };
  } catch {
    return undefined;
  }
}

export function isSame(a: Stamp | undefined, b: Stamp | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.size === b.size && a.ino === b.ino;
}

const clockGrainMs = 2100;

/**
 * A file system's clock ticks in steps (4 ms on Linux, 2 s on FAT): what changed within the current step can change again
 * without a new stamp, so its content has to be looked at once more.
 */
export function isRacy({ mtimeNs, ctimeNs }: Pick<Stamp, "mtimeNs" | "ctimeNs">): boolean {
  return isRacyAt(Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n));
}

/** The same for the time of the last change in milliseconds. */
export function isRacyAt(latestMs: number): boolean {
  return Date.now() - latestMs < clockGrainMs;
}
