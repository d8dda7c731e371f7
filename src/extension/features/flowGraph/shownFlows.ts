import { commands, window, workspace } from "vscode";
import type { TextEditor } from "vscode";
import type { Disposable } from "../../support/store.ts";

const contextKey = "langflowConnect.shownFlows";

/** Keeps the flow files that are shown as text in a context key: the titles of their editors have the graph's button. */
export function followShownFlows(): readonly Disposable[] {
  let known = "";
  const update = (editors: readonly TextEditor[]) => {
    // In a remote window, VS Code's own URI of the file is another one: only the path is the same.
    const files = editors.filter(isFlow).flatMap(({ document: { uri } }) => [uri.fsPath, uri.path]);
    if (files.join("\n") === known) return;
    known = files.join("\n");
    void commands.executeCommand("setContext", contextKey, files);
  };
  update(window.visibleTextEditors);
  return [
    window.onDidChangeVisibleTextEditors(update),
    workspace.onDidSaveTextDocument(() => {
      update(window.visibleTextEditors);
    }),
  ];
}

function isFlow({ document }: TextEditor): boolean {
  if (document.uri.scheme !== "file" || !document.fileName.endsWith(".json")) return false;
  const text = document.getText();
  return text.includes('"nodes"') && text.includes('"edges"') && text.includes('"data"');
}
