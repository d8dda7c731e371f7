import { Position, Range, window } from "vscode";
import { isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import { locationOf } from "../../support/toolPaths.ts";

const maxShown = 10;

/** Asks when the plan would add errors or has conflicts; the answer of preview_refactoring says so. */
export async function goOnOver(plan: ToolAnswer): Promise<boolean> {
  const errors = recordsOf(plan["added"]).filter((item) => item["severity"] === "error");
  const conflicts = recordsOf(plan["conflicts"]);
  const concerns = [...counted(conflicts.length, "conflict"), ...counted(errors.length, "error")];
  if (concerns.length === 0) return true;
  const goOn = "Preview Anyway";
  const choice = await window.showWarningMessage(
    `The change would bring ${concerns.join(" and ")}.`,
    { modal: true, detail: detailOf([...conflicts, ...errors]) },
    goOn,
  );
  return choice === goOn;
}

function detailOf(items: readonly ToolAnswer[]): string {
  const left = items.length - maxShown;
  const shown = items.slice(0, maxShown).map((item) => `${locationText(item)}: ${String(item["message"])}`);
  return [...shown, ...(left > 0 ? [`And ${left} more.`] : [])].join("\n");
}

/** Says what the change did besides, and opens the texts that it left as they are. */
export async function showRest(plan: ToolAnswer): Promise<void> {
  const notes = Array.isArray(plan["notes"]) ? plan["notes"].map(String) : [];
  const mentions = recordsOf(plan["mentions"]);
  const left = mentions.length === 0 ? [] : [`${mentions.length} texts may still name what was changed.`];
  if (notes.length + left.length === 0) return;
  const show = "Show Texts";
  const actions = mentions.length > 0 ? [show] : [];
  const choice = await window.showInformationMessage([...notes, ...left].join(" "), ...actions);
  if (choice !== show) return;
  const items = mentions.map((item) => ({
    label: String(item["text"]).trim(),
    description: locationText(item),
    item,
  }));
  const picked = await window.showQuickPick(items, { title: "Texts that stay as they are", matchOnDescription: true });
  const uri = picked && locationOf(String(picked.item["path"]));
  if (!uri) return;
  const start = new Position(Math.max(0, Number(picked.item["line"]) - 1), 0);
  await window.showTextDocument(uri, { selection: new Range(start, start) });
}

function locationText({ path, line }: ToolAnswer): string {
  return typeof line === "number" ? `${String(path)}:${line}` : String(path);
}

function recordsOf(value: unknown): ToolAnswer[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function counted(number: number, noun: string): string[] {
  return number === 0 ? [] : [`${number} ${noun}${number === 1 ? "" : "s"}`];
}
