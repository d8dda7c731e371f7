import { Uri, env, window } from "vscode";
import type { QuickPickItem } from "vscode";
import { commandTitles } from "../../protocol/commands.ts";
import type { FlowFacts } from "../../protocol/flows.ts";
import { serverAddress } from "../../protocol/langflowAddress.ts";
import { UserError } from "../ask.ts";
import type { CommandDeps } from "./deps.ts";
import { run as runCommand } from "./deps.ts";
import { withProgress } from "./progress.ts";

const template = "workspace-analysis";
const localUrl = "http://127.0.0.1:7860";
const probeMs = 1_500;

export async function connectLangflow({ session, links }: CommandDeps): Promise<void> {
  const url = await chooseUrl(links.lastUrl());
  if (url === undefined) return;
  const kept = await links.key(url);
  const typed = await window.showInputBox({
    title: `Connect to Langflow at ${url}`,
    prompt:
      kept === undefined
        ? "API key, from Langflow's Settings → API keys. Empty: auto-login."
        : "API key. Empty: the one kept from the last time.",
    password: true,
    ignoreFocusOut: true,
  });
  if (typed === undefined) return;
  const apiKey = typed.trim() === "" ? kept : typed.trim();
  const status = await withProgress("Connecting to Langflow", (work) =>
    session.operate("link.connect", { url, ...(apiKey !== undefined && { apiKey }) }, work),
  );
  await links.remember(url, apiKey);
  const name = status.registration?.name;
  const message = `Connected to Langflow ${status.version ?? ""}${name === undefined ? "" : `; the workspace is registered as ${name}`}.`;
  const problem = status.registration?.problem ?? status.warnings[0];
  if (problem === undefined) {
    const push = commandTitles.pushAnalysisFlow;
    void window.showInformationMessage(message, push).then((choice) => {
      if (choice === push) void runCommand("pushAnalysisFlow");
    });
  } else void window.showWarningMessage(`${message} ${problem}`);
}

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

export async function runFlow({ session, reports, findings, runs }: CommandDeps, flowId?: unknown): Promise<void> {
  const flow = typeof flowId === "string" ? { id: flowId, name: "flow" } : await chooseFlow(session, "Run which flow?");
  if (!flow) return;
  const result = await withProgress(`Running ${flow.name}`, ({ signal, report }) =>
    runs.track((cancel) =>
      session.operate("runs.start", { flow: flow.id }, { signal: AbortSignal.any([signal, cancel]), report }),
    ),
  );
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

async function chooseUrl(last: string | undefined): Promise<string | undefined> {
  const found = isLangflow(localUrl);
  const choices = found.then((here) => {
    const items: (QuickPickItem & { url?: string })[] = [];
    if (here) items.push({ label: localUrl, description: "found on this machine", url: localUrl });
    if (last !== undefined && !(here && last === localUrl))
      items.push({ label: last, description: "used last", url: last });
    items.push({ label: "Another address…" });
    return items;
  });
  const choice = await window.showQuickPick(choices, { title: "Connect to which Langflow?" });
  if (!choice) return undefined;
  if (choice.url !== undefined) return choice.url;
  const typed = await window.showInputBox({
    title: "Address of Langflow",
    value: "http://",
    ignoreFocusOut: true,
    prompt: "The address of any of its pages will do, such as that of a flow on the canvas.",
    validateInput: (text) =>
      serverAddress(text) === undefined ? "Give an address such as http://127.0.0.1:7860" : undefined,
  });
  return typed === undefined ? undefined : serverAddress(typed);
}

async function isLangflow(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(probeMs), redirect: "error" });
    return response.ok;
  } catch {
    return false;
  }
}
