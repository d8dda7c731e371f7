import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { alertSecretKeys } from "../../server/windowServer.ts";
import type { WindowServer } from "../../server/windowServer.ts";

const choices = [
  { label: "Webhook", detail: "Sent to it as a bearer token.", key: alertSecretKeys.webhook },
  {
    label: "Mail server",
    detail: "Password of the user that langflowConnect.alerts.mailUser names.",
    key: alertSecretKeys.mailPassword,
  },
];

/** Keeps a secret of this user in SecretStorage. The server reads it at its start. */
export async function setAlertSecret(server: WindowServer, secrets: ExtensionContext["secrets"]): Promise<void> {
  const choice = await window.showQuickPick(choices, { title: "Which secret for alerts?" });
  if (!choice) return;
  const typed = await window.showInputBox({
    title: `Secret for alerts: ${choice.label}`,
    prompt: "Empty removes it.",
    password: true,
    ignoreFocusOut: true,
  });
  if (typed === undefined) return;
  if (typed === "") await secrets.delete(choice.key);
  else await secrets.store(choice.key, typed);
  await server.restart();
  void window.showInformationMessage(typed === "" ? "The secret is removed." : "The secret is kept.");
}
