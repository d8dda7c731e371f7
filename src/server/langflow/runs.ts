import type { FlowFacts, LastRun, RunCost, RunResult, TraceFacts } from "../../protocol/flows.ts";
import type { FlowRunRecord } from "../platform/call.ts";
import type { GitHead } from "../platform/gitHead.ts";
import type { Tracing } from "../platform/tracing.ts";
import { ToolError } from "../platform/errors.ts";
import { listTraces, readLastRun } from "./client/traces.ts";
import type { Connection } from "./connection.ts";
import { findFlow } from "./flowLookup.ts";
import { runFlow } from "./runFlow.ts";
import type { RunImport } from "./runImport.ts";
import type { RunOptions } from "./runFlow.ts";
import type { RunRecorder } from "./runRecorder.ts";

/** Runs of the connected Langflow's flows. A flow is named by its id, its name, or the name of a pushed template. */
export interface LangflowRuns {
  /** Resolves when the run is done; the signal cancels it in Langflow too. With `yes`, its cost is no question any more. */
  start(flow: string, options: RunOptions & { readonly yes?: boolean }): Promise<RunResult>;
  traces(flow: string, signal: AbortSignal): Promise<readonly TraceFacts[]>;
  /** Of a flow by its id. */
  last(id: string, signal: AbortSignal): Promise<LastRun | undefined>;
}

/** What may stop a run before it begins, and has something to say of one that is done. */
export interface RunBudgets {
  admit(flow: FlowFacts, options: RunOptions & { readRunsOfOthers(): Promise<void> }): Promise<AdmittedRun>;
}

/** Whether a run begins only when the user says so, by what it is estimated to cost. */
export interface RunCostCheck {
  /** Fails with COST_NOT_CONFIRMED. Where the cost is not known beforehand, a sentence that says so. */
  check(flow: FlowFacts): Promise<string | undefined>;
}

interface AdmittedRun {
  warnings(): Promise<readonly string[]>;
  release(): void;
}

export interface RunsDeps {
  readonly connection: Pick<Connection, "use">;
  readonly recorder: RunRecorder;
  readonly budgets: RunBudgets;
  readonly costCheck: RunCostCheck;
  readonly runImport: Pick<RunImport, "refresh">;
  readonly tracing: Tracing;
  /** One ledger row for every run. */
  recordRun(run: FlowRunRecord): Promise<void>;
  /** Of a run that is recorded; undefined when the ledger cannot be read. */
  runCost(id: string): Promise<RunCost | undefined>;
  /** What is checked out in the workspace. */
  head(): GitHead;
  now(): Date;
}

export function createLangflowRuns(deps: RunsDeps): LangflowRuns {
  const { connection, recorder, budgets, costCheck, runImport, recordRun, runCost, tracing, head, now } = deps;
  return {
    async start(name, options) {
      const { http, serverName } = await connection.use();
      const flow = await findFlow(http, { flow: name, serverName, signal: options.signal });
      // Before the run waits for others.
      const unknownCost = options.yes === true ? undefined : await costCheck.check(flow);
      const admitted = await budgets.admit(flow, { ...options, readRunsOfOthers: runImport.refresh });
      try {
        options.progress(`Running "${flow.name}" in Langflow`);
        const result = await runFlow(flow, options, { http, recorder, record: recordRun, tracing, head, now });
        const [cost, warnings] = await Promise.all([runCost(result.runId), admitted.warnings()]);
        const report = unknownCost === undefined ? result.report : `${result.report.trimEnd()}\n\n> ${unknownCost}\n`;
        return { ...result, report, ...(cost && { cost }), ...(warnings.length > 0 && { warnings }) };
      } finally {
        admitted.release();
      }
    },
    async last(id, signal) {
      const { http } = await connection.use();
      return readLastRun(http, id, signal);
    },
    async traces(name, signal) {
      const { http, serverName } = await connection.use();
      const flow = await findFlow(http, { flow: name, serverName, signal });
      const traces = await listTraces(http, flow.id, signal);
      if (traces) return traces.map(({ sessionId: _session, ...trace }) => trace);
      throw new ToolError(
        "NOT_READY",
        "This version of Langflow has no traces.",
        "Update Langflow to 1.12 or newer to see them.",
      );
    },
  };
}
