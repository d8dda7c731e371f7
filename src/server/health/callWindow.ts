import type { HealthReport } from "../../protocol/health.ts";
import type { ToolCallRecord } from "../platform/call.ts";

type Finished = Pick<ToolCallRecord, "tool" | "outcome" | "durationMs">;

/** The tool calls of the last minutes. */
export interface CallWindow {
  add(record: Finished): void;
  /** All that ended since the start. */
  totals(): { readonly calls: number; readonly failed: number; readonly ms: number };
  summary(): HealthReport["calls"];
}

const windowMs = 10 * 60_000;
const bucketMs = 10_000;

interface ToolCalls {
  calls: number;
  failed: number;
  totalMs: number;
  slowestMs: number;
}

interface Bucket {
  readonly start: number;
  readonly tools: Map<string, ToolCalls>;
}

/** Everything else is what the caller asked for, or what its files, its disk and its permissions are. */
const isFault = (outcome: string) => outcome === "INTERNAL";

export function createCallWindow(now: () => Date): CallWindow {
  let buckets: Bucket[] = [];
  const totals = { calls: 0, failed: 0, ms: 0 };

  function current(): Bucket {
    const start = Math.floor(now().getTime() / bucketMs) * bucketMs;
    const last = buckets.at(-1);
    if (last?.start === start) return last;
    buckets = [...buckets.filter(isRecent), { start, tools: new Map() }];
    return current();
  }

  const isRecent = ({ start }: Bucket) => start > now().getTime() - windowMs;

  return {
    add({ tool, outcome, durationMs }) {
      totals.calls++;
      totals.ms += durationMs;
      if (isFault(outcome)) totals.failed++;
      const { tools } = current();
      const sum = tools.get(tool) ?? { calls: 0, failed: 0, totalMs: 0, slowestMs: 0 };
      sum.calls++;
      if (isFault(outcome)) sum.failed++;
      sum.totalMs += durationMs;
      sum.slowestMs = Math.max(sum.slowestMs, durationMs);
      tools.set(tool, sum);
    },
    totals: () => ({ ...totals }),
    summary() {
      const byTool = new Map<string, ToolCalls>();
      for (const [tool, part] of buckets.filter(isRecent).flatMap(({ tools }) => [...tools])) {
        const sum = byTool.get(tool) ?? { calls: 0, failed: 0, totalMs: 0, slowestMs: 0 };
        byTool.set(tool, {
          calls: sum.calls + part.calls,
          failed: sum.failed + part.failed,
          totalMs: sum.totalMs + part.totalMs,
          slowestMs: Math.max(sum.slowestMs, part.slowestMs),
        });
      }
      const tools = [...byTool]
        .map(([tool, { calls, failed, totalMs, slowestMs }]) => ({
          tool,
          calls,
          failed,
          meanMs: Math.round(totalMs / calls),
          slowestMs: Math.round(slowestMs),
        }))
        .sort((a, b) => b.calls - a.calls);
      return {
        windowSeconds: windowMs / 1000,
        calls: tools.reduce((sum, { calls }) => sum + calls, 0),
        failed: tools.reduce((sum, { failed }) => sum + failed, 0),
        tools,
      };
    },
  };
}
