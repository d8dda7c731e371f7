import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { modelKeyName } from "../../server/windowServer.ts";
import type { WindowServer } from "../../server/windowServer.ts";

/** Keeps the key of this user in SecretStorage. The server reads it at its start. */
export async function setModelKey(server: WindowServer, secrets: ExtensionContext["secrets"]): Promise<void> {
  const typed = await window.showInputBox({
    title: "Key for the AI model",
    prompt: "Sent to the address in langflowConnect.ai.url. Empty removes it.",
    password: true,
    ignoreFocusOut: true,
  });
  if (typed === undefined) return;
  if (typed === "") await secrets.delete(modelKeyName);
  else await secrets.store(modelKeyName, typed);
  await server.restart();
  void window.showInformationMessage(typed === "" ? "The key is removed." : "The key is kept.");
}
