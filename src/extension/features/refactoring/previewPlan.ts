import { callTool } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { goOnOver, showRest } from "./planConcerns.ts";

/** Plans the change by the same tool that flows use, and applies it: the editor shows Refactor Preview in between. */
export async function previewPlan(server: WindowServer, args: ToolAnswer): Promise<void> {
  const plan = await withProgress("Planning the change", ({ signal, report }) =>
    callTool(server, { name: "preview_refactoring", args, signal, progress: report }),
  );
  if (!(await goOnOver(plan))) return;
  const { signal } = new AbortController();
  // What the plan brings was shown just now, and Refactor Preview shows the rest.
  const wanted = { planId: plan["planId"], accept: ["errors", "conflicts"] };
  try {
    await callTool(server, { name: "apply_edits", args: wanted, signal, progress: () => undefined });
  } catch (error) {
    // Closing one's own preview is no failure.
    if (error instanceof UserError && error.code === "CANCELLED") return;
    throw error;
  }
  // The command ends here: what is said stays until the user closes it.
  void showRest(plan);
}
