import { CancellationError } from "vscode";

/** The flow run of this window that Cancel run ends. */
export interface Runs {
  /** Work that fails after `cancel` ends in CancellationError. */
  track<T>(work: (cancel: AbortSignal) => Promise<T>): Promise<T>;
  /** False when nothing runs. */
  cancel(): boolean;
}

export function createRuns(): Runs {
  const running = new Set<AbortController>();
  return {
    async track(work) {
      const controller = new AbortController();
      running.add(controller);
      try {
        return await work(controller.signal);
      } catch (error) {
        throw controller.signal.aborted ? new CancellationError() : error;
      } finally {
        running.delete(controller);
      }
    },
    cancel() {
      for (const controller of running) controller.abort();
      return running.size > 0;
    },
  };
}
