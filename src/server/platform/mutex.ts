import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "./errors.ts";
import { takeLock } from "./fileLock.ts";

/** One at a time for each name, over all processes of this user. */
export interface Mutex {
  /** Ends when all names are free, and ours until `release`; in this process in the order of the calls. */
  acquire(names: readonly string[], wait: Waiting): Promise<Acquired>;
}

export interface Acquired {
  release(): void;
}

interface Waiting {
  readonly signal: AbortSignal;
  /** Another run or process has it. */
  onWait?(): void;
}

/** How often the lock of another process is looked at. */
const lookMs = 200;

export function createMutex(folder: string): Mutex {
  const queues = new Map<string, Promise<void>>();

  async function acquireOne(name: string, { signal, onWait }: Waiting): Promise<Acquired> {
    const before = queues.get(name);
    let leave: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => (leave = resolve));
    const queue = (before ?? Promise.resolve()).then(() => promise);
    queues.set(name, queue);
    const goOn = () => {
      leave();
      if (queues.get(name) === queue) queues.delete(name);
    };
    try {
      if (before) {
        onWait?.();
        await unlessCancelled(before, signal);
      }
      const lock = await lockFile(name, { signal, ...(onWait && { onWait }) });
      return {
        release() {
          lock.release();
          goOn();
        },
      };
    } catch (error) {
      // Who gives up in the queue lets the next one wait for those before it.
      goOn();
      throw error;
    }
  }

  async function lockFile(name: string, { signal, onWait }: Waiting) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A hash, since names that differ by case are one file on some disks.
    const file = path.join(folder, createHash("sha256").update(name).digest("hex").slice(0, 32));
    for (let isFirst = true; ; isFirst = false) {
      if (signal.aborted) throw cancelled();
      const lock = takeLock(file);
      if (lock) return lock;
      if (isFirst) onWait?.();
      await unlessCancelled(sleep(lookMs), signal);
    }
  }

  return {
    async acquire(names, waiting) {
      const acquired: Acquired[] = [];
      const release = () => {
        for (const one of acquired.splice(0)) one.release();
      };
      try {
        // In one order for all: two that want the same names never wait for each other.
        for (const name of [...new Set(names)].sort()) acquired.push(await acquireOne(name, waiting));
      } catch (error) {
        release();
        throw error;
      }
      return { release };
    },
  };
}

function unlessCancelled(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled());
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    void work.then(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
  });
}
