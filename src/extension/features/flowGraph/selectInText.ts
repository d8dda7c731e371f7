import { Range, Selection, TabInputText, TextEditorRevealType, ViewColumn, window } from "vscode";
import type { TextDocument } from "vscode";

interface Wanted {
  readonly document: TextDocument;
  readonly range: { readonly start: number; readonly end: number };
  /** The keyboard goes to the text. */
  readonly focus: boolean;
  /** Where the graph is. */
  readonly beside: ViewColumn | undefined;
}

/** Selects a part of the text in the editor that shows it, or in a new one beside the graph. */
export async function selectInText({ document, range, focus, beside }: Wanted): Promise<void> {
  const viewColumn = columnOf(document, beside) ?? (beside === ViewColumn.One ? ViewColumn.Beside : ViewColumn.One);
  const editor = await window.showTextDocument(document, { viewColumn, preserveFocus: !focus, preview: false });
  const [start, end] = [document.positionAt(range.start), document.positionAt(range.end)];
  // The cursor stands at its beginning: what is longer than the window begins at its top.
  editor.selection = new Selection(end, start);
  editor.revealRange(new Range(start, start), TextEditorRevealType.AtTop);
}

/** The group of editors that has the text, also behind another tab: not that of the graph, which it would cover. */
function columnOf(document: TextDocument, beside: ViewColumn | undefined): ViewColumn | undefined {
  const key = document.uri.toString();
  const groups = window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== beside);
  return groups.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === key),
  )?.viewColumn;
}
