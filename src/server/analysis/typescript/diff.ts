import { hunks, linesOf } from "../../platform/unifiedDiff.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { FileDiff } from "./answers.ts";
import type { View } from "./engine.ts";

const maxDiff = 20_000;

/** Unified diffs of the changes, made from the edits themselves. */
export function diffsOf(view: View, changes: readonly FileChange[]): FileDiff[] {
  return changes.map((change) => {
    const path = view.displayPath(change.path);
    const text = diffOf(view, change, path);
    return { path, text: text.length <= maxDiff ? text : `${text.slice(0, maxDiff)}\n… cut` };
  });
}

function diffOf(view: View, change: FileChange, path: string): string {
  const text = view.files.text(change.path) ?? "";
  switch (change.kind) {
    case "create":
      return [`--- /dev/null`, `+++ ${path}`, ...linesOf(change.text).map((line) => `+${line}`)].join("\n");
    case "delete":
      return `--- ${path}\n+++ /dev/null`;
    case "rename":
      return [`rename ${path} → ${view.displayPath(change.to)}`, ...hunks(text, change.edits)].join("\n");
    case "edit":
      return [`--- ${path}`, ...hunks(text, change.edits)].join("\n");
  }
}
