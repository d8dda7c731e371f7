// Pictures of flow files: the view, the file in the editor, a problem with its quick fix, a conflict, an update.
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { z } from "zod";
import { until } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";
import { paletteOf } from "../../test/support/palette.ts";
import { starterFiles } from "../../test/langflow/starterProjects.ts";
import type { LangflowVersion } from "./realParts.ts";

export interface FlowShots {
  readonly editor: Editor;
  readonly folder: string;
  /** Asks Langflow itself. */
  readonly rest: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly shot: (name: string) => Promise<void>;
  /** Looks with axe at the part of the window that a selector names. */
  readonly check: (selector: string, name: string) => Promise<void>;
}

const Flows = z.array(z.looseObject({ id: z.string(), name: z.string() }));

const description = "Takes orders for books.";
/** Flows of a bookshop, by the starter projects that they begin as. */
const flows: readonly [name: string, version: LangflowVersion, starter: string][] = [
  ["Order desk", "1.13.0", "Basic Prompting.json"],
  ["Answers for readers", "1.13.0", "Memory Chatbot.json"],
  ["Stock report", "0.7.3", "Simple Agent.json"],
];

export async function makeFlows(rest: FlowShots["rest"]): Promise<void> {
  for (const [name, version, starter] of flows) {
    const data = starterFiles<{ data: unknown }>(version).get(starter)?.data;
    await rest("POST", "/api/v1/flows/", { name, description, data });
  }
}

/** What the view says before Langflow is connected. */
export async function shootWelcome({ editor, shot, check }: FlowShots): Promise<void> {
  await editor.runCommand("Langflow: Focus on Flows View");
  await editor.page.getByText("See the flows of your Langflow").waitFor();
  await shot("flows-welcome");
  await check(".pane-body", "flows-welcome");
}

export async function shootFlows(shots: FlowShots): Promise<void> {
  const { editor, folder, rest, shot } = shots;
  const { page } = editor;
  const file = path.join(folder, "flows/Order_desk.json");
  const flowsNow = Flows.parse(await rest("GET", "/api/v1/flows/?get_all=true&header_flows=true"));
  const id = flowsNow.find(({ name }) => name === "Order desk")?.id ?? "";
  // The windows share one Langflow, and each has its own data folder, so that it knows nothing of what another one pulled.
  await rest("PATCH", `/api/v1/flows/${id}`, { description });
  await rm(path.dirname(file), { recursive: true, force: true });
  await editor.runCommand("Langflow: Focus on Flows View");
  const row = (name: string) => page.locator(".pane-body .monaco-list-row", { hasText: name });
  for (const name of ["Order desk", "Stock report"]) {
    await row(name).getByText("only in Langflow").waitFor();
    const isPulled = async () => !(await row(name).innerText()).includes("Langflow");
    // The row is recreated when the states are read again: a click just then is lost.
    for (let click = 0; click < 3 && !(await isPulled()); click++) {
      await row(name).hover();
      // Its button is there only under the pointer.
      const pull = row(name).getByRole("button", { name: "Pull flow" });
      await pull.click({ timeout: 5_000 }).catch(() => undefined);
      await page.waitForTimeout(3_000);
    }
    await until(`${name} is pulled`, isPulled);
  }
  await shootCompare(shots, { file, row });
  await shootFile(shots, file);
  await shootConflict(shots, { file, row, id });
  await paletteOf(editor).fromMenu(row("Stock report"), "Update components of flow file");
  await shootDialog(shots, "flow-update");
  await page.keyboard.press("Escape");
  await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
  await editor.runCommand("View: Show Explorer");

  async function shootDialog({ check }: FlowShots, name: string) {
    await page.locator(".monaco-dialog-box").waitFor();
    await shot(name);
    await check(".monaco-dialog-box", name);
  }
}

interface InView {
  readonly file: string;
  row(name: string): Locator;
}

async function shootCompare({ editor, shot, check }: FlowShots, { file, row }: InView) {
  await change(file, (text) => text.replace("orders for books.", "orders for books and maps."));
  await row("Order desk").getByText("changed here").waitFor();
  await fresh(editor);
  await paletteOf(editor).fromMenu(row("Order desk"), "Compare flow with Langflow");
  await editor.page.locator(".monaco-diff-editor .char-insert").first().waitFor();
  await shot("flows");
  await check(".pane-body", "flows");
}

/** The file in the editor: above its text, under the pointer, while typing, and where something is wrong. */
async function shootFile({ editor, shot }: FlowShots, file: string) {
  const { page } = editor;
  await fresh(editor);
  await select(editor, file, '"data"');
  await page.locator(".codelens-decoration a", { hasText: "Compare with Langflow" }).waitFor();
  await shot("flow-file");

  await select(editor, file, '"display_name": "Chat Output"');
  await editor.inHost(async (vscode) => vscode.commands.executeCommand("editor.action.showHover"));
  await page.locator(".monaco-hover:visible").first().waitFor();
  await shot("flow-hover");
  await page.keyboard.press("Escape");

  await change(file, (text) => text.replace(/"target": "ChatOutput-/, '"target": "ChatOutputs-'));
  await select(editor, file, '"target": "ChatOutputs-');
  await until("the problem is there", () =>
    editor.inHost(
      (vscode, name) =>
        vscode.languages
          .getDiagnostics(vscode.Uri.file(name))
          .some(({ message }) => message.startsWith("An edge leads to ChatOutputs-")),
      file,
    ),
  );
  await editor.inHost(async (vscode, name) => {
    const problem = vscode.languages
      .getDiagnostics(vscode.Uri.file(name))
      .find(({ message }) => message.startsWith("An edge leads to ChatOutputs-"));
    const shown = vscode.window.activeTextEditor;
    if (!problem || !shown) throw new Error("The problem is gone.");
    shown.selection = new vscode.Selection(problem.range.start, problem.range.start);
    shown.revealRange(problem.range, vscode.TextEditorRevealType.InCenter);
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
    await vscode.commands.executeCommand("editor.action.quickFix");
  }, file);
  await page.locator(".action-widget", { hasText: "Remove this connection" }).waitFor();
  await shot("flow-quick-fix");
  await page.keyboard.press("Escape");
  await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.closePanel"));
  await change(file, (text) => text.replace('"target": "ChatOutputs-', '"target": "ChatOutput-'));
}

async function shootConflict(
  { editor, rest, shot, check }: FlowShots,
  { file, row, id }: InView & { readonly id: string },
) {
  const { page } = editor;
  await fresh(editor);
  await rest("PATCH", `/api/v1/flows/${id}`, { description: "Takes orders for books and calendars." });
  await row("Order desk").getByText("both sides").waitFor();
  await paletteOf(editor).fromMenu(row("Order desk"), "Push flow file");
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.waitFor();
  await shot("flow-conflict");
  await check(".monaco-dialog-box", "flow-conflict");
  await dialog.getByRole("button", { name: "Merge", exact: true }).click();
  await page.locator(".merge-editor").getByText("1 Conflict Remaining").waitFor();
  await shot("flow-merge");
  await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
  await rm(file, { force: true });
}

async function change(file: string, edit: (text: string) => string) {
  const text = await readFile(file, "utf8");
  const changed = edit(text);
  if (changed === text) throw new Error(`${path.basename(file)} is not the flow that the pictures are of.`);
  await writeFile(file, changed);
}

async function fresh(editor: Editor) {
  await editor.inHost(async (vscode) => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("notifications.clearAll");
  });
}

/** Opens the file with the cursor at a text. */
async function select(editor: Editor, file: string, text: string) {
  await editor.inHost(
    async (vscode, [name, wanted]) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
      const position = document.positionAt(document.getText().indexOf(wanted) + 2);
      const shown = await vscode.window.showTextDocument(document, { preview: false });
      shown.selection = new vscode.Selection(position, position);
      shown.revealRange(shown.selection, vscode.TextEditorRevealType.InCenter);
    },
    [file, text] as const,
  );
}
