import { window } from "vscode";
import type { QuickPickItem } from "vscode";
import { serverAddress } from "../../../protocol/langflowAddress.ts";
import type { ResultOf } from "../../../protocol/operations.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { keyIn } from "../../support/keyIn.ts";
import type { Login } from "./rememberedLangflow.ts";

const localUrl = "http://127.0.0.1:7860";
const probeMs = 1_500;

export interface ChosenLangflow {
  readonly url: string;
  /** What its environment gives to log in with; it stays in its variable. */
  readonly login?: Login;
  /** The variable that the login is from. */
  readonly keyVariable?: string;
}

type Item = QuickPickItem & { readonly chosen?: ChosenLangflow };

/** One of the environments of the folder, a Langflow that is known, or an address that the user types. */
export async function chooseLangflow(
  server: WindowServer,
  last: string | undefined,
): Promise<ChosenLangflow | undefined> {
  const choice = await window.showQuickPick(itemsFor(server, last), { title: "Connect to which Langflow?" });
  if (!choice) return undefined;
  if (choice.chosen) return choice.chosen;
  const typed = await window.showInputBox({
    title: "Address of Langflow",
    value: "http://",
    ignoreFocusOut: true,
    prompt: "The address of any of its pages will do, such as that of a flow on the canvas.",
    validateInput: (text) =>
      serverAddress(text) === undefined ? "Give an address such as http://127.0.0.1:7860" : undefined,
  });
  return typed === undefined ? undefined : { url: typed.trim() };
}

async function itemsFor(server: WindowServer, last: string | undefined): Promise<Item[]> {
  const [here, environments] = await Promise.all([isLangflow(localUrl), environmentsOf(server)]);
  const items: Item[] = environments.map((environment) => ({
    label: environment.name,
    description: `${environment.url}${environment.isDefault ? ", default environment" : ""}`,
    ...(environment.keyVariable !== undefined && { detail: `key from ${environment.keyVariable}` }),
    chosen: { url: environment.url, ...fromVariable(environment.keyVariable) },
  }));
  const listed = new Set(environments.map(({ url }) => serverAddress(url)));
  const add = (url: string, description: string) => {
    if (listed.has(url)) return;
    listed.add(url);
    items.push({ label: url, description, chosen: { url } });
  };
  if (here) add(localUrl, "found on this machine");
  if (last !== undefined) add(last, "used last");
  return [...items, { label: "Another address…" }];
}

/** A broken file is said, and keeps nobody from another address. */
async function environmentsOf(server: WindowServer): Promise<ResultOf<"environments.list">> {
  try {
    return await server.operate("environments.list", {});
  } catch (error) {
    void window.showWarningMessage(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function fromVariable(keyVariable: string | undefined): Pick<ChosenLangflow, "login" | "keyVariable"> {
  const apiKey = keyVariable === undefined ? undefined : keyIn(keyVariable);
  return apiKey === undefined || keyVariable === undefined ? {} : { login: { apiKey }, keyVariable };
}

async function isLangflow(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(probeMs), redirect: "error" });
    return response.ok;
  } catch {
    return false;
  }
}
