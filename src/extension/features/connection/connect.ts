import { window } from "vscode";
import type { QuickPickItem } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import { serverAddress } from "../../../protocol/langflowAddress.ts";
import { UserError } from "../../server/userError.ts";
import type { CommandDeps } from "../../commandDeps.ts";
import { run as runCommand } from "../../commandDeps.ts";
import { withProgress } from "../../support/progress.ts";

const localUrl = "http://127.0.0.1:7860";
const probeMs = 1_500;

type Connecting = Pick<CommandDeps, "session" | "links">;

/** Asks for a key only where Langflow's auto-login is off or the key that was kept is not valid any more. */
export async function connectLangflow({ session, links }: CommandDeps): Promise<void> {
  const url = await chooseUrl(links.lastUrl());
  if (url === undefined) return;
  const kept = await links.key(url);
  await connect({ session, links }, url, kept).catch((error: unknown) => {
    if (!wantsKey(error)) throw error;
    return askAndConnect({ session, links }, url, error);
  });
}

export interface KeyNeeded extends UserError {
  readonly code: "KEY_NEEDED";
}

/** Langflow wants an API key, or another one. */
export function wantsKey(error: unknown): error is KeyNeeded {
  return error instanceof UserError && error.code === "KEY_NEEDED";
}

/** Connects once more, with a key; false when the user gives none. */
export async function connectWithKey({ session, links }: CommandDeps, needed: KeyNeeded): Promise<boolean> {
  const url = links.workspaceUrl();
  return url !== undefined && askAndConnect({ session, links }, url, needed);
}

async function askAndConnect(deps: Connecting, url: string, needed: KeyNeeded): Promise<boolean> {
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

async function connect({ session, links }: Connecting, url: string, apiKey: string | undefined): Promise<void> {
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
