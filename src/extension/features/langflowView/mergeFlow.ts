import { Uri, commands, window, workspace } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import { hasConflicts, textOfSide } from "../../../protocol/conflictMarks.ts";
import type { Side } from "../../../protocol/conflictMarks.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf } from "../../support/toolPaths.ts";
import { chosenFlow, folderOf } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";

/** Puts both changes of a flow into its file; where they conflict, opens the merge editor. */
export async function mergeFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Merge which flow?", ({ state }) => state === "changedBoth");
  if (flow?.path === undefined) return;
  const [merged] = await withProgress(`Merging ${flow.name}`, (work) =>
    deps.server.operate("flowFiles.pull", { flows: [flow.id], dir: folderOf(flow), merge: true }, work),
  );
  await deps.list.refresh();
  const uri = merged && locationOf(merged.path);
  if (!uri) return;
  if (merged.result === "conflict") {
    await openMergeEditor(uri);
    return;
  }
  await window.showTextDocument(uri);
  const said =
    merged.result === "merged"
      ? `The file of ${flow.name} has both changes now. Look at it, then push it.`
      : `${flow.name} needed no merge.`;
  void window.showInformationMessage(said);
}

export const mergeSideScheme = "langflow-connect-merge";

/** What each side had, as the marks in the file say; the file itself is what the merge editor changes. */
export function createMergeSides(): TextDocumentContentProvider {
  return {
    // From the disk: an editor that has the file open may not have seen yet that it was written.
    async provideTextDocumentContent({ path, query }) {
      const bytes = await workspace.fs.readFile(Uri.parse(query, true));
      return textOfSide(new TextDecoder().decode(bytes), sideOf(path));
    },
  };
}

/** The merge editor takes what an editor of the file has for its result. */
async function untilMarksAreSeen(file: Uri): Promise<void> {
  const document = await workspace.openTextDocument(file);
  for (let waited = 0; waited < 5_000 && !hasConflicts(document.getText()); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function sideOf(path: string): Side {
  return path.endsWith(".base.json") ? "base" : path.endsWith(".theirs.json") ? "theirs" : "mine";
}

/** VS Code has no public way to its merge editor; its own Git support opens it by this command. */
async function openMergeEditor(file: Uri): Promise<void> {
  const side = (name: Side) =>
    Uri.from({ scheme: mergeSideScheme, path: file.path.replace(/\.json$/, `.${name}.json`), query: file.toString() });
  await untilMarksAreSeen(file);
  // Read now: what the sides are does not change while the file is edited.
  await Promise.all((["base", "mine", "theirs"] as const).map((name) => workspace.openTextDocument(side(name))));
  try {
    await commands.executeCommand("_open.mergeEditor", {
      base: side("base"),
      input1: { uri: side("theirs"), title: "Langflow", description: "", detail: "" },
      input2: { uri: side("mine"), title: "This file", description: "", detail: "" },
      output: file,
    });
  } catch {
    // The marks in the file say the same.
    await window.showTextDocument(file);
  }
}
