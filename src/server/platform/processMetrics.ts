import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Disposable } from "./disposables.ts";
import type { Metrics } from "./metrics.ts";

/** How this process is doing. */
export function registerProcessMetrics(metrics: Metrics): Disposable {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  metrics.register(
    {
      name: "lfc_event_loop_delay_seconds",
      type: "gauge",
      help: "Interval of a 20 ms timer since the last scrape.",
      read() {
        const samples = [
          { labels: { quantile: "0.5" }, value: seconds(delay.percentile(50)) },
          { labels: { quantile: "0.99" }, value: seconds(delay.percentile(99)) },
          { labels: { quantile: "1" }, value: seconds(delay.max) },
        ];
        delay.reset();
        return samples;
      },
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Resident memory, worker threads included.",
      read: () => [{ value: process.memoryUsage.rss() }],
    },
    {
      name: "lfc_heap_used_bytes",
      type: "gauge",
      help: "Heap of the main thread in use.",
      read: () => [{ value: process.memoryUsage().heapUsed }],
    },
    {
      name: "lfc_uptime_seconds",
      type: "gauge",
      help: "Time since the process started.",
      read: () => [{ value: process.uptime() }],
    },
  );
  return {
    dispose() {
      delay.disable();
    },
  };
}

/** Nanoseconds as seconds; the histogram has no figure before its first sample. */
function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
}
