import { env, window } from "vscode";
import { NotRunning } from "../../server/windowServer.ts";
import { snippets } from "./snippets.ts";
import type { WindowServer } from "../../server/windowServer.ts";

export async function copyEndpoint(server: WindowServer): Promise<void> {
  const choice = await window.showQuickPick(
    snippets.map((snippet) => ({ label: snippet.label, detail: snippet.detail, snippet })),
    { title: "Copy the MCP endpoint for which client?" },
  );
  if (!choice) return;
  const endpoint = server.topic("endpoint").get();
  if (!endpoint) throw new NotRunning(server.status.get());
  await env.clipboard.writeText(choice.snippet.text(endpoint));
  if (choice.snippet.containsToken) {
    void window.showWarningMessage(
      "Copied. The snippet contains the token that gives access to this workspace: keep it out of files that others can read. Rotate token makes it useless.",
    );
  } else void window.showInformationMessage("Copied. Clients also need the token.");
}

export async function rotateToken(server: WindowServer): Promise<void> {
  const rotate = "Rotate";
  const choice = await window.showWarningMessage(
    "Create a new token?",
    {
      modal: true,
      detail: "Clients that have the old one are refused from now on. Langflow's registration is updated by itself.",
    },
    rotate,
  );
  if (choice !== rotate) return;
  await server.operate("endpoint.rotateToken", {});
  void window.showInformationMessage("The token is new. Copy the MCP endpoint again for your other clients.");
}
