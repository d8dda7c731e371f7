import type { Worker } from "node:worker_threads";

/** How often a busy thread's heap is looked at. */
const checkMs = 250;
const megabyte = 1024 * 1024;

/**
 * Looks at the heap of a thread from outside, from `start` to `stop`: V8 answers by an interrupt, so that a busy loop is
 * seen too, and a thread that outgrows `limitMb` can be replaced while it still can be.
 */
export function createHeapWatch({ limitMb, onFull }: { limitMb: number; onFull(worker: Worker): void }) {
  let timer: NodeJS.Timeout | undefined;

  function look(worker: Worker): void {
    worker.getHeapStatistics().then(
      ({ used_heap_size: used }) => {
        if (used > limitMb * megabyte) onFull(worker);
      },
      () => {
        // The thread ended meanwhile, which `exit` reports.
      },
    );
  }

  return {
    start(worker: Worker): void {
      timer ??= setInterval(() => look(worker), checkMs);
    },
    stop(): void {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
