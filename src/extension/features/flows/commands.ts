import { Uri, env, window } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import type { Finding, FlowFacts } from "../../../protocol/flows.ts";
import { costOfRun } from "../../../protocol/format.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { flowOfItem } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { shownCurrency } from "../../support/shownCurrency.ts";
import type { Runs } from "./runs.ts";

/** What a run needs besides the server: the other features' parts, as functions. */
export interface RunDeps {
  readonly server: WindowServer;
  readonly runs: Runs;
  openReport(title: string, markdown: string): Promise<void>;
  showFindings(findings: readonly Finding[]): void;
  /** True when the user gave a key that Langflow wanted; another failure is thrown again. */
  askForKey(failure: unknown): Promise<boolean>;
}

export async function runFlow(deps: RunDeps, flowId?: unknown): Promise<void> {
  const { server, openReport, showFindings, runs, askForKey } = deps;
  const flow =
    typeof flowId === "string"
      ? { id: flowId, name: "flow" }
      : (flowOfItem(flowId) ?? (await chooseFlow(server, "Run which flow?")));
  if (!flow) return;
  let yes = false;
  const start = () =>
    withProgress(`Running ${flow.name}`, ({ signal, report }) =>
      runs.track((cancel) =>
        server.operate("runs.start", { flow: flow.id, yes }, { signal: AbortSignal.any([signal, cancel]), report }),
      ),
    );
  const run = () =>
    start().catch(async (error: unknown) => {
      if (!(error instanceof UserError) || error.code !== "COST_NOT_CONFIRMED") throw error;
      yes = (await window.showWarningMessage(error.problem, { modal: true }, "Run")) === "Run";
      return yes ? start() : undefined;
    });
  // Some versions let their auto-login do everything but this.
  const result = await run().catch(async (error: unknown) => ((await askForKey(error)) ? run() : undefined));
  if (!result) return;
  for (const warning of result.warnings ?? []) void window.showWarningMessage(warning);
  // A flow that analyzed nothing says nothing of what was found before.
  if (result.findings) showFindings(result.findings);
  const cost = result.cost && costOfRun(result.cost, shownCurrency());
  const report = cost === undefined ? result.report : `${result.report.trimEnd()}\n\n> ${cost}\n`;
  await openReport(`${result.flow.name} ${new Date().toISOString().slice(0, 16).replace("T", " ")}`, report);
}

export function cancelRun(runs: Runs): void {
  if (!runs.cancel()) void window.showInformationMessage("No flow of this window is running.");
}

export async function openFlow(server: WindowServer, item?: unknown): Promise<void> {
  const flow = flowOfItem(item) ?? (await chooseFlow(server, "Open which flow in Langflow?"));
  if (flow?.url !== undefined) await env.openExternal(Uri.parse(flow.url));
}

async function chooseFlow(server: WindowServer, title: string): Promise<FlowFacts | undefined> {
  const flows = server.operate("flows.list", {});
  const items = flows.then((list) => {
    if (list.length === 0) {
      throw new UserError({
        code: "NOT_FOUND",
        message: "There is no flow yet.",
        remedy: `Run "${commandTitles.pushAnalysisFlow}" first.`,
      });
    }
    const ours = (flow: FlowFacts) => (flow.template === undefined ? 1 : 0);
    return [...list]
      .sort((a, b) => ours(a) - ours(b))
      .map((flow) => ({
        label: flow.name,
        ...(flow.template !== undefined && { description: "pushed from this editor" }),
        flow,
      }));
  });
  return (await window.showQuickPick(items, { title }))?.flow;
}
