import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FlowRunResult, LiveRun, RecordedRun, RunTrace } from "../../protocol/flowRuns.ts";
import type { FlowFacts, LastRun, RunCost, RunResult, TraceFacts } from "../../protocol/flows.ts";
import type { LedgerEntry } from "../../protocol/ledger.ts";
import type { FlowRunRecord } from "../platform/call.ts";
import type { GitHead } from "../platform/gitHead.ts";
import type { Tracing } from "../platform/tracing.ts";
import { ToolError, cancelled } from "../platform/errors.ts";
import { RunEnded, startJob } from "./client/runs.ts";
import { readRunTrace, recordedRuns } from "./client/recordedRuns.ts";
import { firstWithTraces, listTraces, readLastRun } from "./client/traces.ts";
import { isBelow } from "./client/version.ts";
import type { Connection } from "./connection.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { findFlow } from "./flowLookup.ts";
import { nodesOf, runFlow, tweaksOf } from "./runFlow.ts";
import type { RunImport } from "./runImport.ts";
import type { RunOptions } from "./runFlow.ts";
import type { RunRecorder } from "./runRecorder.ts";
import type { LiveRuns } from "./running/liveRuns.ts";
import type { BegunRuns } from "./running/begunRuns.ts";
import { answerOf, begunAnswer, costsOf } from "./running/runAnswer.ts";
import { createRunInputs } from "./running/runInputs.ts";
import type { Inputs } from "./running/runInputs.ts";
import { flowOfFile } from "./running/flowOfFile.ts";
import type { FoundFlow } from "./running/flowOfFile.ts";

/** Runs of the connected Langflow's flows. A flow is named by its id, its name, or the name of a pushed template. */
export interface LangflowRuns {
  /** Resolves when the run is done; the signal cancels it in Langflow too. With `yes`, its cost is no question any more. */
  start(flow: string, options: StartOptions): Promise<RunResult>;
  /** As `start`, of a flow or of its file; a run that fails, is lost or cancelled is an answer too. */
  run(flow: string, options: StartOptions): Promise<FlowRunResult>;
  /** Only begins it, and says so. The run is Langflow's from then on. */
  startInBackground(flow: string, options: StartOptions): Promise<FlowRunResult>;
  traces(flow: string, signal: AbortSignal): Promise<readonly TraceFacts[]>;
  /** Of a run that waits for a person. */
  answer(run: string, action: string): void;
  /** What Langflow recorded, whoever started it. */
  recorded(flow: string | undefined, signal: AbortSignal): Promise<readonly RecordedRun[]>;
  trace(run: string, signal: AbortSignal): Promise<RunTrace>;
  /** What a run was given, as far as it is known. */
  inputs(run: string, signal: AbortSignal): Promise<Inputs>;
  /** Of a flow by its id. */
  last(id: string, signal: AbortSignal): Promise<LastRun | undefined>;
}

export type StartOptions = RunOptions & {
  readonly yes?: boolean;
  /** An earlier run, whose inputs it gets. */
  readonly again?: string;
};

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
  readonly begun: BegunRuns;
  readonly tracing: Tracing;
  /** One ledger row for every run. */
  recordRun(run: FlowRunRecord): Promise<void>;
  /** Of a run that is recorded; undefined when the ledger cannot be read. */
  runCost(id: string): Promise<RunCost | undefined>;
  /** What the models of a run that is recorded cost. */
  runModels(id: string): Promise<NonNullable<LedgerEntry["models"]>>;
  readonly live: LiveRuns;
  readonly folder: Pick<FlowFolder, "pathOf" | "read">;
  /** What is checked out in the workspace. */
  head(): GitHead;
  now(): Date;
}

export function createLangflowRuns(deps: RunsDeps): LangflowRuns {
  const { connection, recorder, budgets, costCheck, runImport, recordRun, runCost, tracing, head, now, live, begun } =
    deps;
  const runInputs = createRunInputs(live);

  async function start(found: FoundFlow, runId: string, options: StartOptions): Promise<RunResult> {
    const { http, flow } = found;
    // Before the run waits for others.
    const unknownCost = options.yes === true ? undefined : await costCheck.check(flow);
    const admitted = await budgets.admit(flow, { ...options, readRunsOfOthers: runImport.refresh });
    try {
      options.progress(`Running "${flow.name}" in Langflow`);
      const runDeps = { http, recorder, live, begun, record: recordRun, tracing, head, now };
      const given = found.data ? { ...options, data: found.data } : options;
      const result = await runFlow({ flow, runId }, given, runDeps);
      const [cost, warnings] = await Promise.all([runCost(result.runId), admitted.warnings()]);
      const report = unknownCost === undefined ? result.report : `${result.report.trimEnd()}\n\n> ${unknownCost}\n`;
      return { ...result, report, ...(cost && { cost }), ...(warnings.length > 0 && { warnings }) };
    } finally {
      admitted.release();
    }
  }

  async function find(wanted: string, signal: AbortSignal): Promise<FoundFlow> {
    const { http, serverName } = await connection.use();
    if (!wanted.endsWith(".json")) return { http, flow: await findFlow(http, { flow: wanted, serverName, signal }) };
    return { http, ...(await flowOfFile(http, wanted, { folder: deps.folder, signal })) };
  }

  /** With the inputs of the earlier run, where there is one. */
  async function withInputs({ http, flow }: FoundFlow, { again, ...options }: StartOptions) {
    if (again === undefined) return { options, warnings: [] };
    const { flow: ran, inputs, warning } = await runInputs.of(http, again, options.signal);
    if (ran !== flow.id) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        "That is a run of another flow.",
        "Give a run of this flow: see `flow runs`.",
      );
    }
    return { options: { ...options, ...inputs }, warnings: warning === undefined ? [] : [warning] };
  }

  async function withCosts(run: LiveRun): Promise<LiveRun> {
    const models = await deps.runModels(run.run).catch(() => []);
    return { ...run, components: costsOf(run.components, models) };
  }

  return {
    start: async (name, options) => start(await find(name, options.signal), randomUUID(), options),
    async run(name, given) {
      const found = await find(name, given.signal);
      const { options, warnings: ofInputs } = await withInputs(found, given);
      const id = randomUUID();
      runInputs.keep(id, options);
      const ended = () => live.list().find(({ run }) => run === id);
      try {
        const { report, findings, cost, warnings: ofBudgets = [] } = await start(found, id, options);
        const warnings = [...ofInputs, ...ofBudgets];
        const run = ended();
        if (!run) throw new Error("A run that ended is not among the live runs.");
        const priced = await withCosts(run);
        live.setComponents(id, priced.components);
        const more = {
          ...(findings && { findings }),
          ...(warnings.length > 0 && { warnings }),
          ...(cost && { runCost: cost }),
        };
        return { ...answerOf(priced, report), ...more };
      } catch (error) {
        const run = ended();
        const isOver = error instanceof RunEnded || (error instanceof ToolError && error.code === "CANCELLED");
        if (!run || !isOver || options.signal.aborted) throw error;
        return { ...answerOf(await withCosts(run), null), ...(ofInputs.length > 0 && { warnings: ofInputs }) };
      }
    },
    async startInBackground(name, given) {
      const found = await find(name, given.signal);
      const { http, flow, data } = found;
      const { options, warnings } = await withInputs(found, given);
      if (options.yes !== true) await costCheck.check(flow);
      const admitted = await budgets.admit(flow, { ...options, readRunsOfOthers: runImport.refresh });
      try {
        const { input = "", session = randomUUID(), signal } = options;
        const nodes = await nodesOf(flow.id, { ...options, ...(data && { data }) }, http);
        const tweaks = await tweaksOf(flow.id, nodes, options, http);
        const start = { flowId: flow.id, sessionId: session, input, tweaks, signal, ...(data && { data }) };
        const run = await startJob(http, start);
        const more = { name: flow.name, session, ...(warnings.length > 0 && { warnings }) };
        if (run !== undefined) return { ...begunAnswer(run, flow), ...more };
        throw new ToolError(
          "NOT_READY",
          "This version of Langflow has no runs in the background.",
          "Run it without --background, or update Langflow to 1.11 or newer.",
        );
      } finally {
        admitted.release();
      }
    },
    answer: live.answer,
    async recorded(name, signal) {
      const { http } = await connection.use();
      const found = name === undefined ? undefined : await find(name, signal);
      return (await recordedRuns(http, found?.flow.id, signal)) ?? noTraces();
    },
    async trace(run, signal) {
      const { http, version } = await connection.use();
      if (isBelow(version, firstWithTraces)) return noTraces();
      const own = live.list().find((each) => each.run === run || each.trace === run);
      const found = await written(() => readRunTrace(http, own?.trace ?? run, signal), own ? traceWaitsMs : [], signal);
      if (found) {
        const cost = await runCost(own?.run ?? found.run);
        return { ...found, ...(cost && { runCost: cost }) };
      }
      throw new ToolError("NOT_FOUND", `Langflow has no trace of the run ${JSON.stringify(run)}.`, "See `flow runs`.");
    },
    async inputs(run, signal) {
      const { http } = await connection.use();
      return (await runInputs.of(http, run, signal)).inputs;
    },
    async last(id, signal) {
      const { http } = await connection.use();
      return readLastRun(http, id, signal);
    },
    async traces(name, signal) {
      const { http, serverName } = await connection.use();
      const flow = await findFlow(http, { flow: name, serverName, signal });
      const traces = await listTraces(http, flow.id, signal);
      return traces?.map(({ sessionId: _session, ...trace }) => trace) ?? noTraces();
    },
  };
}

/** Langflow writes the trace of a run a moment after its end. */
const traceWaitsMs = [300, 700, 1_500, 2_500];

async function written<T>(
  read: () => Promise<T | undefined>,
  waitsMs: readonly number[],
  signal: AbortSignal,
): Promise<T | undefined> {
  let found = await read();
  for (const ms of waitsMs) {
    if (found !== undefined) break;
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw cancelled();
    found = await read();
  }
  return found;
}

function noTraces(): never {
  throw new ToolError(
    "NOT_READY",
    "This version of Langflow has no traces.",
    "Update Langflow to 1.12 or newer to see them.",
  );
}
