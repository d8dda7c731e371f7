import { ToolError } from "../../platform/errors.ts";
import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import { scriptBlocks } from "../syntax/embeddedScripts.ts";
import type { ScriptBlock } from "../syntax/embeddedScripts.ts";
import type { View } from "./engine.ts";
import { fileNameOf, hasScript, isScriptName } from "./scriptFiles.ts";
import { nodeAt, ts } from "./ts.ts";

/** Changes of scripts as changes of the components that they are in. */
export function inComponents(view: View, changes: readonly FileChange[]): FileChange[] {
  return changes.map((change): FileChange => {
    if (change.kind !== "edit" || !isScriptName(change.path)) return change;
    const path = fileNameOf(change.path);
    const text = view.files.text(path) ?? "";
    const blocks = scriptBlocks(path, text);
    return { kind: "edit", path, edits: change.edits.map((edit) => insideBlock(view, { path, text, blocks }, edit)) };
  });
}

interface Component {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly ScriptBlock[];
}

/** What is added at the top of a script belongs into its element. */
function insideBlock(view: View, { path, text, blocks }: Component, edit: TextEdit): TextEdit {
  if (blocks.some(({ start, end }) => edit.start >= start && edit.end <= end)) return edit;
  const [first] = blocks;
  if (!first || edit.start !== edit.end) {
    throw new ToolError(
      "UNSUPPORTED_LANGUAGE",
      `The change would reach beyond the script of ${view.displayPath(path)}.`,
      "Change this file by edit_file first.",
    );
  }
  const start = text.startsWith("\n", first.start) ? first.start + 1 : first.start;
  return { ...edit, start, end: start };
}

interface Renamed {
  readonly oldName: string;
  readonly newName: string;
}

/**
 * Keeps the old name as a local one in components whose markup has it: what the markup means by it is not known to the
 * compiler, and by this stays true.
 */
export function withMarkupNames(view: View, changes: readonly FileChange[], names: Renamed): FileChange[] {
  return changes.map((change) => {
    if (change.kind !== "edit" || !isScriptName(change.path)) return change;
    const component = fileNameOf(change.path);
    const text = view.files.text(component) ?? "";
    if (markupMatches(component, text, names.oldName).length === 0) return change;
    return { ...change, edits: withLocalName(view, { path: change.path, edits: change.edits }, names) };
  });
}

interface FileEdits {
  readonly path: string;
  readonly edits: readonly TextEdit[];
}

function withLocalName(view: View, { path, edits }: FileEdits, { oldName, newName }: Renamed): readonly TextEdit[] {
  const program = view.projectsWith(path)[0]?.program();
  const file = program?.getSourceFile(path);
  if (!program || !file) return edits;
  const checker = program.getTypeChecker();
  const nodes = new Map(edits.map((edit) => [edit, nodeAt(file, edit.start)]));
  const imported = [...nodes.values()].filter(
    ({ parent }) => ts.isImportSpecifier(parent) && parent.propertyName === undefined,
  );
  const locals = new Set(imported.map((node) => checker.getSymbolAtLocation(node)));
  return edits.flatMap((edit) => {
    const node = nodes.get(edit);
    if (!node) return [edit];
    if (imported.includes(node)) return [{ ...edit, newText: `${newName} as ${oldName}` }];
    const value = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return value && locals.has(value) ? [] : [edit];
  });
}

/** Offsets of a name in a component's markup: as it is, as a store of Svelte, or as an element of Vue. */
export function markupMatches(path: string, text: string, name: string): number[] {
  if (!hasScript(path)) return [];
  const spellings = [name, name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase()];
  const words = [...new Set(spellings)].map((word) => word.replaceAll("$", String.raw`\$`)).join("|");
  const pattern = new RegExp(String.raw`(?<![\w-])(?:${words})(?![\w-])`, "g");
  const blocks = scriptBlocks(path, text);
  return [...text.matchAll(pattern)]
    .filter(({ index }) => text[index - 1] === "$" || !blocks.some(({ start, end }) => index >= start && index < end))
    .map(({ index }) => index);
}
