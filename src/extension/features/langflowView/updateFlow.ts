import { window } from "vscode";
import type { UpdatedFlowFile } from "../../../protocol/flowFiles.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf } from "../../support/toolPaths.ts";
import { chosenFlow, folderOf } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { openComparison } from "./conflicts.ts";
import { saveFlow } from "./flowPython.ts";

/** Brings the components of a flow file to the versions of Langflow, after saying what is lost by it. */
export async function updateFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Update the components of which flow?", ({ path }) => path !== undefined);
  if (flow?.path === undefined) return;
  const { path } = flow;
  const uri = locationOf(path);
  await saveFlow(path);
  const update = (write: boolean) =>
    withProgress(`Updating ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.update", { files: [path], dir: folderOf(flow), write }, work),
    );
  const [planned] = await update(false);
  if (!planned) return;
  const { components } = planned;
  const outdated = components.length === 1 ? "1 outdated component" : `${components.length} outdated components`;
  const updated = components.filter(({ result }) => result === "updated").length;
  if (components.length === 0) {
    void window.showInformationMessage(`All components of ${flow.name} are those of this Langflow.`);
    return;
  }
  if (updated === 0) {
    const message = `None of ${outdated} of ${flow.name} can be updated.`;
    await window.showWarningMessage(message, { modal: true, detail: notesOf(planned) });
    return;
  }
  const proceed = "Update";
  const question = `Update ${updated} of ${outdated} of ${flow.name}?`;
  if ((await window.showInformationMessage(question, { modal: true, detail: notesOf(planned) }, proceed)) !== proceed) {
    return;
  }
  await update(true);
  await deps.list.refresh();
  const compare = "Compare with Langflow";
  const done = `${flow.name}: ${updated} of ${outdated} updated in the file. Look at the changes, then push it.`;
  void window.showInformationMessage(done, ...(flow.state === "onlyHere" ? [] : [compare])).then(async (choice) => {
    if (choice === compare && uri) await openComparison(deps, flow, uri);
  });
}

/** What is lost or left, a line each. */
function notesOf({ components }: UpdatedFlowFile): string {
  const lines = components.flatMap(({ name, result, notes }) =>
    notes.map((note) => (result === "updated" ? `${name}: ${note}` : `${name} stays as it is: ${note}`)),
  );
  const shown = lines.slice(0, 15);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return shown.join("\n");
}
