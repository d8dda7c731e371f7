import { window } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";

/** Writes this workspace into Langflow's MCP servers now, and not only with the next heartbeat. */
export async function registerServer(server: WindowServer): Promise<void> {
  const { state, registration } = await withProgress("Registering this workspace in Langflow", (work) =>
    server.operate("link.register", {}, work),
  );
  if (registration?.state === "verified") {
    const tools = registration.tools === undefined ? "" : `, with ${registration.tools} tools`;
    void window.showInformationMessage(`Langflow has this workspace as the MCP server ${registration.name}${tools}.`);
    return;
  }
  if (state !== "connected" && state !== "slow") {
    const remedy = `Run "${commandTitles.connectLangflow}" first.`;
    throw new UserError({ code: "NOT_READY", message: "Langflow is not connected.", remedy });
  }
  const problem = registration?.problem;
  throw new UserError({
    code: "NOT_READY",
    message: problem ?? "This window has no MCP endpoint, or another window on the same folders has the registration.",
    remedy: problem === undefined ? `Run "${commandTitles.restartServer}".` : "Then choose the quick fix again.",
  });
}
