import { once } from "node:events";
import type { Currency } from "../../protocol/currency.ts";
import type { LastRun, ModelUsage, RunResult, RunUsage, TraceFacts } from "../../protocol/flows.ts";
import { costOfRun, count, duration } from "../../protocol/format.ts";
import { traceContextIn } from "../../protocol/traceContext.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

export const runOperations = [
  defineOperation("runs.start", {
    needs: ["runs"],
    command: { name: "run", argument: "flow", show: describeRun },
    run: ({ flow, yes }, { signal, progress }, { runs }) => runs.start(flow, { yes, signal, progress }),
  }),
  defineOperation("runs.record", {
    needs: ["recorder"],
    /** Lasts until the server whose run it is closes the connection, or ends. */
    async run({ startedAt, traceparent, ...run }, { signal, progress }, { recorder }) {
      const trace = traceContextIn(traceparent);
      const recording = recorder.start({ ...run, startedAt: new Date(startedAt), trace });
      progress("Recording");
      if (!signal.aborted) await once(signal, "abort");
      recording.stop();
      return {};
    },
  }),
  defineOperation("runs.recorded", {
    needs: ["recorder"],
    run({ id }, _, { recorder }) {
      const findings = recorder.findings(id);
      if (findings) return findings;
      throw new ToolError("NOT_FOUND", "This server does not record that run.", "Start the run again.");
    },
  }),
  defineOperation("runs.last", {
    needs: ["runs"],
    command: { group: "flow", name: "last-run", argument: "id", show: ({ run }) => describeLastRun(run) },
    async run({ id }, { signal }, { runs }) {
      const run = await runs.last(id, signal);
      return run ? { run } : {};
    },
  }),
  defineOperation("runs.traces", {
    needs: ["runs"],
    command: {
      name: "traces",
      argument: "flow",
      show: (traces) => traces.map(describeTrace).join("\n") || "No traces.",
    },
    run: ({ flow }, { signal }, { runs }) => runs.traces(flow, signal),
  }),
];

export function describeRun(run: RunResult, currency: Currency): string {
  const facts = `Flow: ${run.flow.url} (${duration(run.durationMs)}, ${describeUsage(run.usage)})`;
  const cost = run.cost && costOfRun(run.cost, currency);
  const warnings = (run.warnings ?? []).map((warning) => `Warning: ${warning}`);
  return `${run.report.trimEnd()}\n\n${[facts, ...(cost === undefined ? [] : [cost]), ...warnings].join("\n")}`;
}

function describeUsage(usage: RunUsage): string {
  if (!usage.reported) return `tokens ${usage.reason}`;
  if (usage.models.length === 0 && usage.missing === undefined) return "no model was called";
  const total = (uses: readonly ModelUsage[], tokens: "inputTokens" | "outputTokens") =>
    count(uses.reduce((sum, use) => sum + use[tokens], 0));
  const models = [...Map.groupBy(usage.models, ({ model }) => model)].map(
    ([model, uses]) => `${model}: ${total(uses, "inputTokens")} in, ${total(uses, "outputTokens")} out`,
  );
  return [...models, ...(usage.missing === undefined ? [] : [usage.missing])].join("; ");
}

function describeLastRun(run: LastRun | undefined): string {
  if (!run) return "No run is recorded.";
  const { startedAt, latencyMs, failed, problem } = run;
  const how = failed ? `failed${problem === undefined ? "" : `: ${problem}`}` : "ok";
  return `${startedAt}  ${duration(latencyMs)}  ${how}`;
}

function describeTrace({ startedAt, status, latencyMs, tokens, id }: TraceFacts): string {
  return `${startedAt}  ${status.padEnd(8)}${duration(latencyMs).padStart(10)}${count(tokens).padStart(8)} tokens  ${id}`;
}
