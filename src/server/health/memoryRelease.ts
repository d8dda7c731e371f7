import type { MemoryUse } from "../../protocol/health.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";

/** What of the server can be dropped: it is read or worked out again when it is asked for. */
export interface ReleasableMemory {
  readonly limitMb: number;
  /** Drops what nobody has used for so long; false when there was nothing. */
  release(idleMs: number): Promise<boolean>;
}

export interface MemoryRelease {
  /** Of each sample, in bytes. */
  observe(processMemory: number): void;
  use(): MemoryUse;
}

export interface MemoryReleaseOptions extends ReleasableMemory {
  readonly log: Logger;
  /** Resident bytes. */
  processMemory(): number;
  readonly idleMs?: number;
  now(): Date;
}

/** Long enough that who asks one question after another does not pay for each. */
const defaultIdleMs = 30_000;
const megabyte = 1024 * 1024;

/** Gives memory back once the process has more than its limit. */
export function createMemoryRelease(options: MemoryReleaseOptions): MemoryRelease {
  const { limitMb, release, log, processMemory, idleMs = defaultIdleMs, now } = options;
  const limit = limitMb * megabyte;
  let isBusy = false;
  let releases = 0;
  let last: MemoryUse["last"];

  async function giveBack(before: number): Promise<void> {
    if (!(await release(idleMs))) return;
    const after = processMemory();
    releases++;
    last = { at: now().toISOString(), before, after };
    const [beforeMb, afterMb] = [before, after].map((bytes) => Math.round(bytes / megabyte));
    log.warn("memory.released", { limitMb, beforeMb, afterMb });
  }

  return {
    observe(before) {
      if (isBusy || before <= limit) return;
      isBusy = true;
      giveBack(before)
        .catch((error: unknown) => {
          log.warn("memory.release", describeError(error));
        })
        .finally(() => (isBusy = false));
    },
    use: () => ({ limit, releases, ...(last && { last }) }),
  };
}
