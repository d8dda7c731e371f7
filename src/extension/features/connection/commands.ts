import { window } from "vscode";
import type { QuickPickItem } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import { serverAddress } from "../../../protocol/langflowAddress.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import { withProgress } from "../../support/progress.ts";
import type { RememberedLangflow } from "./rememberedLangflow.ts";

const localUrl = "http://127.0.0.1:7860";
const probeMs = 1_500;

interface Deps {
  readonly server: WindowServer;
  readonly remembered: RememberedLangflow;
}

/** Asks for a key only where Langflow's auto-login is off or the key that was kept is not valid any more. */
export async function connectLangflow(deps: Deps): Promise<void> {
  const url = await chooseUrl(deps.remembered.lastUrl());
  if (url === undefined) return;
  const kept = await deps.remembered.key(url);
  await connect(deps, url, kept).catch((error: unknown) => {
    if (!wantsKey(error)) throw error;
    return askAndConnect(deps, url, error);
  });
}

interface KeyNeeded extends UserError {
  readonly code: "KEY_NEEDED";
}

/** Langflow wants an API key, or another one. */
function wantsKey(error: unknown): error is KeyNeeded {
  return error instanceof UserError && error.code === "KEY_NEEDED";
}

/** Connects once more, with a key, when the failure asks for one; false when the user gives none. */
export async function askForKey(deps: Deps, failure: unknown): Promise<boolean> {
  if (!wantsKey(failure)) throw failure;
  const url = deps.remembered.workspaceUrl();
  return url !== undefined && askAndConnect(deps, url, failure);
}

async function askAndConnect(deps: Deps, url: string, needed: KeyNeeded): Promise<boolean> {
  const typed = await window.showInputBox({
    title: `Connect to Langflow at ${url}`,
    prompt: `${needed.problem} Create a key in Langflow under Settings > Langflow API Keys.`,
    placeHolder: "API key",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Paste the API key" : undefined),
  });
  if (typed === undefined) return false;
  try {
    await connect(deps, url, typed.trim());
    return true;
  } catch (error) {
    if (!wantsKey(error)) throw error;
    return askAndConnect(deps, url, error);
  }
}

async function connect({ server, remembered }: Deps, url: string, apiKey: string | undefined): Promise<void> {
  const status = await withProgress("Connecting to Langflow", (work) =>
    server.operate("link.connect", { url, ...(apiKey !== undefined && { apiKey }) }, work),
  );
  await remembered.remember(url, apiKey);
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

export async function disconnectLangflow({ server, remembered }: Deps): Promise<void> {
  const { removed } = await withProgress(
    "Disconnecting from Langflow",
    () => server.operate("link.disconnect", {}),
    // Half of it would leave a registration with a token that is no longer valid.
    false,
  ).finally(() => remembered.forget());
  void window.showInformationMessage(
    removed
      ? "Disconnected. The workspace is no longer registered in Langflow; flows stay there. The token is new: copy the MCP endpoint again for other clients."
      : "Disconnected here. Another window on the same folders keeps the registration in Langflow.",
  );
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
