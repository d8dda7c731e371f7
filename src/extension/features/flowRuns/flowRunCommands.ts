import { window } from "vscode";
import type { Memento } from "vscode";
import type { FlowRunResult, RecordedRun, RunTrace } from "../../../protocol/flowRuns.ts";
import { clock, clockOrDay, count, duration } from "../../../protocol/format.ts";
import { chosenFlow } from "../../server/chosenFlow.ts";
import type { ChosenFlow } from "../../server/chosenFlow.ts";
import { runFlow } from "../../server/runFlow.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { shownCurrency } from "../../support/shownCurrency.ts";
import { askForInputs } from "./askForInputs.ts";
import { inputsOf, paramsOf, remember } from "./rememberedInputs.ts";
import type { FlowInputs } from "./rememberedInputs.ts";
import { alignedParts, resultPage, runPage } from "./runPage.ts";

interface Deps {
  readonly server: WindowServer;
  readonly remembered: Pick<Memento, "get" | "update">;
  openReport(title: string, markdown: string): Promise<void>;
  compareReports(title: string, left: string, right: string): Promise<void>;
}

/** Asks what the flow gets, with what it got last, runs it, and opens the page of the run. */
export async function runFlowWithInputs(deps: Deps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps.server, item, "Run which flow with inputs?");
  if (flow) await runWith(deps, flow, inputsOf(deps.remembered, flow));
}

async function runWith(deps: Deps, flow: ChosenFlow, before: FlowInputs): Promise<void> {
  const inputs = await askForInputs(flow.name, before);
  if (!inputs) return;
  await remember(deps.remembered, flow, inputs);
  await runAndOpen(deps, flow, paramsOf(inputs));
}

const actions = ["Open", "Run again", "Run again with changes", "Compare with another run"] as const;

/** Lists what Langflow recorded of a flow; one of the runs is opened, run again, or compared with another one. */
export async function showFlowRuns(deps: Deps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps.server, item, "Show runs of which flow?");
  if (!flow) return;
  const runs = await deps.server.operate("flowRuns.list", { flow: flow.flow });
  if (runs.length === 0) {
    void window.showInformationMessage(`Langflow has recorded no run of ${flow.name}.`);
    return;
  }
  const run = await chosenRun(runs, `Runs of ${flow.name}`);
  if (!run) return;
  const others = runs.filter((each) => each !== run);
  const offered = actions.filter((action) => action !== "Compare with another run" || others.length > 0);
  const action = await window.showQuickPick(offered, { title: `${flow.name}, ${timeOf(run)}` });
  if (action === "Open") await openRun(deps, run.run);
  if (action === "Run again") await runAndOpen(deps, flow, { again: run.run });
  if (action === "Run again with changes") {
    const { input, tweaks, files } = await deps.server.operate("flowRuns.inputs", { run: run.run });
    await runWith(deps, flow, { input, tweaks, files, session: "", variables: {} });
  }
  if (action === "Compare with another run") {
    const other = await chosenRun(others, `Compare ${timeOf(run)} with which run?`);
    if (other) await compareRuns(deps, run, other);
  }
}

async function chosenRun(runs: readonly RecordedRun[], title: string): Promise<RecordedRun | undefined> {
  const icons = { ok: "$(pass)", failed: "$(error)", running: "$(sync)" };
  const words = { ok: "", failed: "failed, ", running: "running, " };
  const items = runs.map((run) => ({
    label: `${icons[run.state]} ${timeOf(run)}`,
    description: `${words[run.state]}${duration(run.ms)}, ${count(run.tokens)} tokens`,
    detail: run.input ?? "Without an input",
    run,
  }));
  return (await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.run;
}

function timeOf({ startedAt }: RecordedRun): string {
  return clockOrDay(startedAt, new Date());
}

/** The earlier one on the left. */
async function compareRuns(deps: Deps, one: RecordedRun, other: RecordedRun): Promise<void> {
  const [before, after] = [one, other].toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  if (!before || !after) return;
  const [left, right] = await Promise.all([traceOf(deps.server, before.run), traceOf(deps.server, after.run)]);
  const aligned = { ...right, parts: alignedParts(left.parts, right.parts) };
  const pages = [left, aligned].map((trace) => runPage(trace, shownCurrency()));
  await deps.compareReports(`${one.name}: ${timeOf(before)} ↔ ${timeOf(after)}`, pages[0] ?? "", pages[1] ?? "");
}

async function runAndOpen(deps: Deps, flow: ChosenFlow, params: object): Promise<void> {
  const { server } = deps;
  const result = await withProgress(`Running ${flow.name}`, (work) =>
    runFlow(server, { flow: flow.flow, ...params }, work),
  );
  if (!result) return;
  for (const warning of result.warnings ?? []) void window.showWarningMessage(warning);
  if (result.error !== null) void window.showErrorMessage(result.error);
  await openResult(deps, result);
}

/** With what its components got and gave, where Langflow records it. */
async function openResult(deps: Deps, result: FlowRunResult): Promise<void> {
  const recorded = await traceOf(deps.server, result.run).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (recorded) await openPage(deps, recorded);
  else await deps.openReport(`${result.name}, a run`, resultPage(result, shownCurrency()));
}

async function openRun(deps: Deps, run: string): Promise<void> {
  await openPage(deps, await traceOf(deps.server, run));
}

function openPage({ openReport }: Deps, trace: RunTrace): Promise<void> {
  // No name of a file has a colon.
  const time = clock(trace.startedAt).replaceAll(":", ".");
  return openReport(`${trace.name}, run at ${time}`, runPage(trace, shownCurrency()));
}

function traceOf(server: WindowServer, run: string): Promise<RunTrace> {
  return server.operate("flowRuns.trace", { run, values: true });
}
