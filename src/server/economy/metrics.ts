import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Activity } from "../../protocol/status.ts";
import type { ToolCallRecord } from "../platform/call.ts";
import type { LedgerStatus } from "./types.ts";

export interface Metrics {
  observe(record: ToolCallRecord): void;
  observeActivity(activity: Activity): void;
  /** Prometheus text exposition format 0.0.4. */
  text(): string;
  dispose(): void;
}

const bucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Histogram {
  readonly counts: number[];
  sum: number;
  total: number;
}

/** Figures of this process since its start. Labels are tool names and outcome classes, so their number is bounded. */
export function createMetrics(ledger: () => LedgerStatus): Metrics {
  const calls = new Map<string, { tool: string; outcome: string; count: number }>();
  const latency = new Map<string, Histogram>();
  const tokens = new Map<string, { input: number; output: number }>();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();

  function observe({ tool, outcome, durationMs }: ToolCallRecord): void {
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
  }

  function text(): string {
    const status = ledger();
    const memory = process.memoryUsage();
    const lines = [
      ...family("lfc_tool_calls_total", "counter", "Finished tool calls by outcome."),
      ...[...calls.values()].map(({ tool, outcome, count }) =>
        sample("lfc_tool_calls_total", { tool, outcome }, count),
      ),
      ...family("lfc_tool_call_duration_seconds", "histogram", "Duration of tool calls."),
      ...[...latency].flatMap(([tool, histogram]) => histogramLines(tool, histogram)),
      ...family("lfc_tool_tokens_total", "counter", "Tokens (o200k) of arguments (input) and answers (output)."),
      ...[...tokens].flatMap(([tool, { input, output }]) => [
        sample("lfc_tool_tokens_total", { tool, direction: "input" }, input),
        sample("lfc_tool_tokens_total", { tool, direction: "output" }, output),
      ]),
      ...family("lfc_ledger_write_errors_total", "counter", "Failed attempts to write the ledger."),
      sample("lfc_ledger_write_errors_total", {}, status.errors),
      ...family("lfc_ledger_lost_rows_total", "counter", "Rows that were given up because too many were waiting."),
      sample("lfc_ledger_lost_rows_total", {}, status.lost),
      ...family("lfc_ledger_unsaved_rows", "gauge", "Rows in memory that are not on the disk."),
      sample("lfc_ledger_unsaved_rows", {}, status.unsaved),
      ...family("lfc_ledger_writing", "gauge", "1 unless the last write of the ledger failed."),
      sample("lfc_ledger_writing", {}, status.state === "failing" ? 0 : 1),
      ...family("lfc_event_loop_delay_seconds", "gauge", "Interval of a 20 ms timer since the last scrape."),
      ...[0.5, 0.99].map((quantile) =>
        sample(
          "lfc_event_loop_delay_seconds",
          { quantile: String(quantile) },
          finite(delay.percentile(quantile * 100)),
        ),
      ),
      sample("lfc_event_loop_delay_seconds", { quantile: "1" }, finite(delay.max)),
      ...family("process_resident_memory_bytes", "gauge", "Resident memory, worker threads included."),
      sample("process_resident_memory_bytes", {}, memory.rss),
      ...family("lfc_heap_used_bytes", "gauge", "Heap of the main thread in use."),
      sample("lfc_heap_used_bytes", {}, memory.heapUsed),
      ...family("lfc_uptime_seconds", "gauge", "Time since the process started."),
      sample("lfc_uptime_seconds", {}, process.uptime()),
    ];
    delay.reset();
    return `${lines.join("\n")}\n`;
  }

  return {
    observe,
    observeActivity({ name, inputTokens, outputTokens }) {
      const sum = tokens.get(name) ?? { input: 0, output: 0 };
      tokens.set(name, { input: sum.input + (inputTokens ?? 0), output: sum.output + (outputTokens ?? 0) });
    },
    text,
    dispose() {
      delay.disable();
    },
  };
}

function histogramLines(tool: string, { counts, sum, total }: Histogram): string[] {
  const name = "lfc_tool_call_duration_seconds";
  return [
    ...bucketSeconds.map((bound, index) => sample(`${name}_bucket`, { tool, le: String(bound) }, counts[index] ?? 0)),
    sample(`${name}_bucket`, { tool, le: "+Inf" }, total),
    sample(`${name}_sum`, { tool }, sum),
    sample(`${name}_count`, { tool }, total),
  ];
}

function family(name: string, type: "counter" | "gauge" | "histogram", help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const text = Object.entries(labels).map(([label, content]) => `${label}="${escaped(content)}"`);
  return `${name}${text.length > 0 ? `{${text.join(",")}}` : ""} ${String(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** Nanoseconds as seconds; the histogram has no figure before its first sample. */
function finite(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
}
