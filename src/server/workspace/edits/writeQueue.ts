import { ToolError, cancelled, throwIfCancelled } from "../../platform/errors.ts";

export interface QueueLimits {
  readonly signal: AbortSignal;
  /** Milliseconds that are left for waiting and working; without, it takes as long as it takes. */
  readonly ms?: number;
}

/** Does one work at a time, in the order of the calls. The signal that a work gets ends with its limits. */
export type WriteQueue = <T>(limits: QueueLimits, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Whoever gives up while waiting in line is out of the queue: nothing happens after it got that answer. */
export function createWriteQueue(): WriteQueue {
  let last: Promise<unknown> = Promise.resolve();
  return async (limits, work) => {
    const late = new AbortController();
    const timer = limits.ms === undefined ? undefined : setTimeout(() => late.abort(), Math.max(0, limits.ms));
    const signal = AbortSignal.any([limits.signal, late.signal]);
    const before = last;
    let end: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      end = resolve;
    });
    // The next one waits for those before as well, even when this one has given up.
    last = before.then(() => mine);
    try {
      await untilAborted(before, signal);
      throwIfCancelled(signal);
      return await work(signal);
    } catch (error) {
      const cut = error instanceof ToolError && error.code === "CANCELLED";
      if (cut && late.signal.aborted && !limits.signal.aborted) throw unanswered();
      throw error;
    } finally {
      clearTimeout(timer);
      end();
    }
  };
}

async function untilAborted(wait: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(cancelled());
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function unanswered(): ToolError {
  return new ToolError(
    "CONFLICT",
    "Waiting for the user: a change was not answered in time, and nothing was changed.",
    "Ask the user to look at the editor, then call again.",
  );
}
