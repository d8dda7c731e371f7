import { getHeapStatistics } from "node:v8";

/** Long enough for a caller's next question to come first: to collect takes as long as a small question. */
const idleMs = 5000;
/** Less is not worth a pause. More is, because the server has five threads. */
const leastBytes = 8 * 1024 * 1024;

export interface GarbageCollector {
  /** Work has ended; when none follows within five seconds, what it left behind goes back to the system. */
  workEnded(): void;
}

/**
 * Node collects garbage when more memory is asked for, never because there is time: a thread that has answered one large
 * question would keep twice of what it needs until the next one.
 */
export function createGarbageCollector(): GarbageCollector {
  let timer: NodeJS.Timeout | undefined;
  // What loading the code left behind is garbage too.
  let kept = 0;

  async function collect(): Promise<void> {
    if (getHeapStatistics().total_heap_size - kept < leastBytes) return;
    // The one way to the collector that needs no flag of V8, and it gives back more. A Node that was built without it has none.
    const { Session } = await import("node:inspector/promises");
    const session = new Session();
    session.connect();
    await session.post("HeapProfiler.collectGarbage");
    session.disconnect();
    kept = getHeapStatistics().total_heap_size;
  }

  return {
    workEnded() {
      timer ??= setTimeout(() => void collect().catch(() => undefined), idleMs).unref();
      timer.refresh();
    },
  };
}
