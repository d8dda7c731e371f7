import { window } from "vscode";
import type { Alert } from "../../../protocol/alerts.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import type { Feature } from "../../support/feature.ts";

/** Says once of each alert that it began. */
export function activateAlerts(server: WindowServer): Feature {
  const said = new Set<string>();
  const topic = server.topic("alerts");
  return {
    disposables: [
      topic.onChange((alerts = []) => {
        for (const alert of alerts) {
          if (alert.resolvedAt !== undefined || said.has(alert.id)) continue;
          said.add(alert.id);
          void say(alert);
        }
      }),
    ],
    commands: {},
  };
}

async function say({ severity, message, remedy }: Alert): Promise<void> {
  const show = severity === "error" ? window.showErrorMessage : window.showWarningMessage;
  const chosen = await show(`${message} ${remedy}`, "Open Panel");
  if (chosen === "Open Panel") await runCommand("openPanel");
}
