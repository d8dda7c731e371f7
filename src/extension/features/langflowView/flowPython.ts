import { existsSync } from "node:fs";
import path from "node:path";
import { window, workspace } from "vscode";
import type { Uri } from "vscode";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import type { Disposable } from "../../support/store.ts";
import { locationOf, toolPath } from "../../support/toolPaths.ts";
import { chosenFlow, hasFile } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { pathOfItem } from "./explainFlow.ts";

// The Python of a flow's components beside its file: `flows/NAME/COMPONENT.py` of `flows/NAME.json`.

/** Makes the Python files of a flow where there are none yet, and opens one. */
export async function openFlowPython(deps: ViewDeps, item: unknown): Promise<void> {
  const file = pathOfItem(item) ?? (await chosenFlow(deps, undefined, "Python of which flow?", hasFile))?.path;
  if (file === undefined) return;
  await saveFlow(file);
  const [flow] = await withProgress("Looking for Python", (work) =>
    deps.server.operate("flowFiles.python", { files: [file] }, work),
  );
  const python = flow?.python ?? [];
  if (python.length === 0) {
    void window.showInformationMessage(
      `No component of ${file} was edited, and none is a custom one. Edit the code of a component in Langflow, then pull the flow.`,
    );
    return;
  }
  const items = python.map((shown) => ({ label: path.posix.basename(shown), shown }));
  const chosen = items.length === 1 ? items[0] : await window.showQuickPick(items, { title: "Open which component?" });
  const uri = chosen && locationOf(chosen.shown);
  if (uri) await window.showTextDocument(uri);
}

/** Python that is saved goes into its flow file: comparing, checking and Git see it there. */
export function followPython(server: WindowServer): Disposable {
  return workspace.onDidSaveTextDocument(async ({ uri }) => {
    const file = flowOf(uri);
    if (file === undefined) return;
    try {
      await putPythonIn(server, file);
    } catch (error) {
      // Other Python beside other JSON is not ours, and without a server nothing is to be said at each save.
      if (!(error instanceof UserError) || error.code !== "CONFLICT") return;
      void window.showWarningMessage(error.message);
    }
  });
}

/** Makes no Python file: one that was removed stays away. */
async function putPythonIn(server: WindowServer, file: string): Promise<void> {
  await server.operate("flowFiles.python", { files: [file], make: false });
}

/** Before a comparison: Python may have been changed by Git or in a terminal. */
export async function settlePython({ server }: Pick<ViewDeps, "server">, file: string): Promise<void> {
  try {
    await putPythonIn(server, file);
  } catch (error) {
    // What is typed and not saved yet is compared as it is.
    if (!(error instanceof UserError) || error.code !== "NOT_READY") throw error;
  }
}

/** Saves what of a flow stands in editors. */
export async function saveFlow(file: string): Promise<void> {
  const uri = locationOf(file)?.toString();
  const isPart = (of: Uri) => of.toString() === uri || flowOf(of) === file;
  for (const document of workspace.textDocuments) if (document.isDirty && isPart(document.uri)) await document.save();
}

/** The flow file beside which a Python file lies. */
function flowOf(uri: Uri): string | undefined {
  const flow = /^(?:.*\/)?flows\/[^/]+(?=\/[^/]+\.py$)/.exec(toolPath(uri) ?? "")?.[0];
  const file = flow === undefined ? undefined : locationOf(`${flow}.json`);
  return file && existsSync(file.fsPath) ? toolPath(file) : undefined;
}
