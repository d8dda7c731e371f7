import type { ToolCallRecord } from "../../platform/call.ts";
import type { Metrics, Sample } from "../../platform/metrics.ts";

const bucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Histogram {
  readonly counts: number[];
  sum: number;
  total: number;
}

/** Counts and times the calls that the returned observer gets. */
export function registerCallMetrics(metrics: Metrics): (record: ToolCallRecord) => void {
  const calls = new Map<string, { tool: string; outcome: string; count: number }>();
  const latency = new Map<string, Histogram>();
  metrics.register(
    {
      name: "lfc_tool_calls_total",
      type: "counter",
      help: "Finished tool calls by outcome.",
      read: () => [...calls.values()].map(({ tool, outcome, count }) => ({ labels: { tool, outcome }, value: count })),
    },
    {
      name: "lfc_tool_call_duration_seconds",
      type: "histogram",
      help: "Duration of tool calls.",
      read: () => [...latency].flatMap(([tool, histogram]) => samplesOf(tool, histogram)),
    },
  );
  return ({ tool, outcome, durationMs }) => {
    const key = `${tool} ${outcome}`;
    const call = calls.get(key) ?? { tool, outcome, count: 0 };
    call.count++;
    calls.set(key, call);
    const histogram = latency.get(tool) ?? { counts: bucketSeconds.map(() => 0), sum: 0, total: 0 };
    const seconds = durationMs / 1000;
    for (const [index, bound] of bucketSeconds.entries()) {
      if (seconds <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
    }
    histogram.sum += seconds;
    histogram.total++;
    latency.set(tool, histogram);
  };
}

function samplesOf(tool: string, { counts, sum, total }: Histogram): readonly Sample[] {
  return [
    ...bucketSeconds.map((bound, index) => ({
      suffix: "_bucket",
      labels: { tool, le: String(bound) },
      value: counts[index] ?? 0,
    })),
    { suffix: "_bucket", labels: { tool, le: "+Inf" }, value: total },
    { suffix: "_sum", labels: { tool }, value: sum },
    { suffix: "_count", labels: { tool }, value: total },
  ];
}
