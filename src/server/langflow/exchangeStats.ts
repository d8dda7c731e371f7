import type { HttpObserver } from "../platform/http.ts";

export interface ExchangeStats extends HttpObserver {
  /** Failed exchanges of the last 100, 0 to 1; undefined before the first. */
  errorRate(): number | undefined;
  /** An exchange has been waiting longer than a user expects. */
  slow(): boolean;
  dispose(): void;
}

const kept = 100;

/** Watches every exchange with Langflow. `changed` is called when "slow" begins or ends. */
export function createExchangeStats({ slowMs, changed }: { slowMs: number; changed(): void }): ExchangeStats {
  const outcomes: boolean[] = [];
  const waiting = new Set<NodeJS.Timeout>();
  let late = 0;
  return {
    started({ patient }) {
      let isLate = false;
      const timer = setTimeout(() => {
        if (patient) return;
        isLate = true;
        late++;
        changed();
      }, slowMs);
      timer.unref();
      waiting.add(timer);
      return (outcome) => {
        clearTimeout(timer);
        waiting.delete(timer);
        outcomes.push(outcome === "ok");
        if (outcomes.length > kept) outcomes.shift();
        if (!isLate) return;
        late--;
        changed();
      };
    },
    errorRate: () => (outcomes.length === 0 ? undefined : outcomes.filter((ok) => !ok).length / outcomes.length),
    slow: () => late > 0,
    dispose() {
      for (const timer of waiting) clearTimeout(timer);
    },
  };
}
