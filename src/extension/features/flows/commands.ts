import { Uri, env, window } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import type { FlowFacts } from "../../../protocol/flows.ts";
import { UserError } from "../../server/userError.ts";
import { connectWithKey, wantsKey } from "../connection/connect.ts";
import type { CommandDeps } from "../../commandDeps.ts";
import { run as runCommand } from "../../commandDeps.ts";
import { withProgress } from "../../support/progress.ts";

const template = "workspace-analysis";

export async function disconnectLangflow({ session, links }: CommandDeps): Promise<void> {
  const { removed } = await withProgress(
    "Disconnecting from Langflow",
    () => session.operate("link.disconnect", {}),
    // Half of it would leave a registration with a token that is no longer valid.
    false,
  ).finally(() => links.forget());
  void window.showInformationMessage(
    removed
      ? "Disconnected. The workspace is no longer registered in Langflow; flows stay there. The token is new: copy the MCP endpoint again for other clients."
      : "Disconnected here. Another window on the same folders keeps the registration in Langflow.",
  );
}

export async function pushAnalysisFlow({ session }: CommandDeps): Promise<void> {
  const push = (overwrite: boolean) =>
    withProgress("Pushing the workspace analysis flow", (work) =>
      session.operate("flows.push", { template, overwrite }, work),
    );
  const pushed = await push(false).catch(async (error: unknown) => {
    if (!(error instanceof UserError) || error.code !== "CONFLICT") throw error;
    const overwrite = "Overwrite";
    const choice = await window.showWarningMessage(
      "The flow was changed in Langflow since it was pushed.",
      { modal: true, detail: "Overwriting it loses those changes." },
      overwrite,
    );
    return choice === overwrite ? push(true) : undefined;
  });
  if (!pushed) return;
  const said = { created: "Pushed", updated: "Updated", unchanged: "Already up to date:" }[pushed.result];
  const [run, open] = [commandTitles.runFlow, commandTitles.openFlow];
  void window.showInformationMessage(`${said} ${pushed.name}.`, run, open).then(async (choice) => {
    if (choice === run) await runCommand("runFlow", pushed.id);
    if (choice === open) await env.openExternal(Uri.parse(pushed.url));
  });
}

export async function runFlow(deps: CommandDeps, flowId?: unknown): Promise<void> {
  const { session, reports, findings, runs } = deps;
  const flow = typeof flowId === "string" ? { id: flowId, name: "flow" } : await chooseFlow(session, "Run which flow?");
  if (!flow) return;
  const run = () =>
    withProgress(`Running ${flow.name}`, ({ signal, report }) =>
      runs.track((cancel) =>
        session.operate("runs.start", { flow: flow.id }, { signal: AbortSignal.any([signal, cancel]), report }),
      ),
    );
  const result = await run().catch(async (error: unknown) => {
    if (!wantsKey(error)) throw error;
    // Some versions let their auto-login do everything but this.
    return (await connectWithKey(deps, error)) ? run() : undefined;
  });
  if (!result) return;
  // A flow that analyzed nothing says nothing of what was found before.
  if (result.findings) findings.show(result.findings);
  await reports.open(`${result.flow.name} ${new Date().toISOString().slice(0, 16).replace("T", " ")}`, result.report);
}

export function cancelRun({ runs }: CommandDeps): void {
  if (!runs.cancel()) void window.showInformationMessage("No flow of this window is running.");
}

export async function openFlow({ session }: CommandDeps): Promise<void> {
  const flow = await chooseFlow(session, "Open which flow in Langflow?");
  if (flow) await env.openExternal(Uri.parse(flow.url));
}

async function chooseFlow(session: CommandDeps["session"], title: string): Promise<FlowFacts | undefined> {
  const flows = session.operate("flows.list", {});
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
