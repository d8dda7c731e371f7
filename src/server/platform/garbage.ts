import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Long enough for a caller's next question to come first. */
const idleMs = 1000;
/** Less is not worth a pause. */
const leastBytes = 32 * 1024 * 1024;

let collectNow: (() => void) | undefined;

export interface GarbageCollector {
  /** Work has ended; when none follows within a second, what it left behind goes back to the system. */
  workEnded(): void;
}

/**
 * Node collects garbage when more memory is asked for, never because there is time: a thread that has answered one large
 * question would keep twice of what it needs until the next one.
 */
export function createGarbageCollector(): GarbageCollector {
  let timer: NodeJS.Timeout | undefined;
  let kept = 0;

  function collect(): void {
    if (getHeapStatistics().total_heap_size - kept < leastBytes) return;
    collectNow ??= collector();
    collectNow();
    kept = getHeapStatistics().total_heap_size;
  }

  return {
    workEnded() {
      timer ??= setTimeout(collect, idleMs).unref();
      timer.refresh();
    },
  };
}

/** V8 shows its collector to a context that is made after the flag. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what the flag puts there
  return runInNewContext("gc") as () => void;
}
