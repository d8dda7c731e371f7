import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import type { Alert } from "../../../protocol/alerts.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import type { Feature } from "../../support/feature.ts";
import { setAlertSecret } from "./commands.ts";

export interface AlertsDeps {
  readonly server: WindowServer;
  readonly secrets: ExtensionContext["secrets"];
}

/** Says once of each alert that it began, and once that it became an error. */
export function activateAlerts({ server, secrets }: AlertsDeps): Feature<"setAlertSecret"> {
  const said = new Set<string>();
  const topic = server.topic("alerts");
  return {
    disposables: [
      topic.onChange((alerts = []) => {
        for (const alert of alerts) {
          const { id, severity, resolvedAt, silencedUntil } = alert;
          if (resolvedAt !== undefined || silencedUntil !== undefined || said.has(`${id} ${severity}`)) continue;
          said.add(`${id} ${severity}`);
          void say(alert);
        }
      }),
    ],
    commands: { setAlertSecret: () => setAlertSecret(server, secrets) },
  };
}

async function say({ severity, message, remedy }: Alert): Promise<void> {
  const show = severity === "error" ? window.showErrorMessage : window.showWarningMessage;
  const chosen = await show(`${message} ${remedy}`, "Open Panel");
  if (chosen === "Open Panel") await runCommand("openPanel");
}
