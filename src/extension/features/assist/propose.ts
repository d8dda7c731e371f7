import { window } from "vscode";
import { callTool, isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf, toolPath } from "../../support/toolPaths.ts";
import { codeAtCursor } from "./codeAtCursor.ts";

export async function generateTests(server: WindowServer): Promise<void> {
  const { path, symbol } = await codeAtCursor(server);
  const args = { path, ...(symbol !== undefined && { symbol }) };
  await propose(server, { title: "Writing tests", name: "generate_tests", args });
}

export async function optimizePerformance(server: WindowServer): Promise<void> {
  const { path, symbol } = await codeAtCursor(server);
  const args = { path, ...(symbol !== undefined && { symbol }) };
  await propose(server, { title: "Looking for what is slow", name: "optimize_performance", args });
}

export async function generateCode(server: WindowServer): Promise<void> {
  const uri = window.activeTextEditor?.document.uri;
  const shown = uri && toolPath(uri);
  const path = await window.showInputBox({
    title: "Write code from an instruction",
    prompt: "File to change, or a new one, relative to the folder",
    value: shown ?? "",
  });
  if (path === undefined || path.trim() === "") return;
  const instruction = await window.showInputBox({
    title: "Write code from an instruction",
    prompt: `What ${path} must do`,
    ignoreFocusOut: true,
  });
  if (instruction === undefined || instruction.trim() === "") return;
  await propose(server, { title: "Writing code", name: "generate_code", args: { path, instruction } });
}

interface Proposing {
  readonly title: string;
  readonly name: string;
  readonly args: ToolAnswer;
}

/** The proposal goes the way of every edit: Refactor Preview shows it, and one Undo takes it back. */
async function propose(server: WindowServer, { title, name, args }: Proposing): Promise<void> {
  const plan = await withProgress(title, ({ signal, report }) =>
    callTool(server, { name, args, signal, progress: report }),
  );
  if (plan["planId"] === undefined) {
    void window.showInformationMessage(`Nothing to change: ${String(plan["why"])}`);
    return;
  }
  const { signal } = new AbortController();
  const wanted = { planId: plan["planId"], accept: ["errors"] };
  try {
    await callTool(server, { name: "apply_edits", args: wanted, signal, progress: () => undefined });
  } catch (error) {
    // Closing one's own preview is no failure.
    if (error instanceof UserError && error.code === "CANCELLED") return;
    throw error;
  }
  const uri = locationOf(String(plan["path"]));
  if (uri) await window.showTextDocument(uri, { preview: false });
  const facts = [checkedText(plan), errorsText(plan)].filter((text) => text !== "").join(" ");
  if (facts !== "") void window.showInformationMessage(facts);
}

function checkedText({ checked }: ToolAnswer): string {
  if (!isRecord(checked)) return "";
  const { notRun, noticed, faults } = checked;
  if (typeof notRun === "string") return `The tests were not run. ${notRun}`;
  return faults === 0
    ? "The tests pass."
    : `The tests pass, and notice ${String(noticed)} of ${String(faults)} faults.`;
}

function errorsText({ diagnostics }: ToolAnswer): string {
  const added =
    isRecord(diagnostics) && Array.isArray(diagnostics["added"]) ? diagnostics["added"].filter(isRecord) : [];
  const errors = added.filter(({ severity }) => severity === "error").length;
  return errors === 0 ? "" : `It brings ${String(errors)} error${errors === 1 ? "" : "s"}, see Problems.`;
}
