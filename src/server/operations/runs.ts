import type { RunResult, RunUsage, TraceFacts } from "../../protocol/flows.ts";
import { defineOperation } from "./defineOperation.ts";

export const runOperations = [
  defineOperation("runs.start", {
    command: { name: "run", argument: "flow", show: describeRun },
    run: ({ flow }, { signal, progress }, { link }) => link.run(flow, { signal, progress }),
  }),
  defineOperation("runs.traces", {
    command: {
      name: "traces",
      argument: "flow",
      show: (traces) => traces.map(describeTrace).join("\n") || "No traces.",
    },
    run: ({ flow }, { signal }, { link }) => link.traces(flow, signal),
  }),
];

export function describeRun(run: RunResult): string {
  const seconds = (run.durationMs / 1000).toFixed(1);
  return `${run.report.trimEnd()}\n\nFlow: ${run.flow.url} (${seconds} s, ${describeUsage(run.usage)})`;
}

function describeUsage(usage: RunUsage): string {
  if (!usage.reported) return `tokens ${usage.reason}`;
  if (usage.models.length === 0) return "no model was called";
  return usage.models.map((use) => `${use.model}: ${use.inputTokens} in, ${use.outputTokens} out`).join("; ");
}

function describeTrace({ startedAt, status, latencyMs, tokens, id }: TraceFacts): string {
  return `${startedAt}  ${status.padEnd(8)}${String(latencyMs).padStart(7)} ms${String(tokens).padStart(8)} tokens  ${id}`;
}
