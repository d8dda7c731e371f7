import { TabInputText, Uri, window, workspace } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { runCommand } from "../../support/feature.ts";
import { flowsOfItems } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf, roots } from "../../support/toolPaths.ts";
import { chosenFlow, currentFlows, folderOf, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { takeDeletion } from "./deletions.ts";
import type { Deletion } from "./deletions.ts";

/** Gives a flow another name, in Langflow and in its file; an open editor of the file follows. */
export async function renameFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Rename which flow?", () => true);
  if (!flow) return;
  const name = await askForName(deps, `New name of ${flow.name}`, flow.name);
  if (name === undefined || name === flow.name) return;
  const renamed = await withProgress(`Renaming ${flow.name}`, (work) =>
    deps.server.operate("flowChanges.rename", { flow: wanted(flow), name, dir: folderOf(flow) }, work),
  );
  if (flow.path !== undefined && renamed.path !== undefined) await followFile(flow.path, renamed.path);
  await deps.list.refresh();
  if (renamed.notes.length > 0) void window.showWarningMessage(renamed.notes.join(" "));
}

async function followFile(before: string, after: string): Promise<void> {
  const [was, is] = [locationOf(before), locationOf(after)];
  if (!was || !is || before === after) return;
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const open = tabs.filter(({ input }) => input instanceof TabInputText && input.uri.toString() === was.toString());
  if (open.length === 0) return;
  await window.showTextDocument(is, { preview: false });
  await window.tabGroups.close(open);
}

/** A second flow in Langflow. */
export async function duplicateFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Duplicate which flow?", inLangflow);
  if (!flow) return;
  const name = await askForName(deps, `Name of the copy of ${flow.name}`, `${flow.name} copy`);
  if (name === undefined) return;
  const made = await withProgress(`Duplicating ${flow.name}`, (work) =>
    deps.server.operate("flowChanges.duplicate", { flow: flow.id, name, dir: folderOf(flow) }, work),
  );
  await deps.list.refresh();
  void window.showInformationMessage([`Created ${made.name}.`, ...made.notes].join(" "));
}

async function askForName({ list }: ViewDeps, title: string, value: string): Promise<string | undefined> {
  const taken = new Set((await currentFlows(list)).filter(inLangflow).map(({ name }) => name));
  const validateInput = (text: string) => {
    const name = text.trim();
    if (name === "") return "Give a name.";
    return name !== value && taken.has(name) ? "Another flow in Langflow has this name." : undefined;
  };
  return (await window.showInputBox({ title, value, validateInput }))?.trim();
}

/** Asks first, and offers to undo it after. */
export async function deleteFlow(deps: ViewDeps, item: unknown, selection: unknown): Promise<void> {
  const several = flowsOfItems(item, selection).filter(inLangflow);
  const one = several.length > 0 ? undefined : await chosenFlow(deps, item, "Delete which flow?", inLangflow);
  const flows = one ? [one] : several;
  const [first] = flows;
  if (!first) return;
  const what = flows.length === 1 ? first.name : `${String(flows.length)} flows`;
  const [only, both] = ["Delete in Langflow", "Delete with file"];
  const buttons = flows.some(({ path }) => path !== undefined) ? [only, both] : [only];
  const detail =
    "You can undo this, with all keys. Messages, runs and versions of the flow in Langflow do not come back.";
  const choice = await window.showWarningMessage(`Delete ${what} in Langflow?`, { modal: true, detail }, ...buttons);
  if (choice === undefined) return;
  const ids: string[] = [];
  const notes: string[] = [];
  try {
    await withProgress(`Deleting ${what}`, async (work) => {
      for (const flow of flows) {
        const withFile = choice === both && flow.path !== undefined;
        const params = { flow: flow.id, dir: folderOf(flow), withFile };
        const deleted = await deps.server.operate("flowChanges.delete", params, work);
        ids.push(deleted.id);
        notes.push(...deleted.notes);
      }
    });
  } finally {
    await deps.list.refresh();
    if (ids.length > 0) {
      deps.deletions.push(ids);
      offerUndo(ids.length === flows.length ? what : `${String(ids.length)} flows`, { ids, notes });
    }
  }
}

interface Deleted {
  readonly ids: Deletion;
  readonly notes: readonly string[];
}

function offerUndo(what: string, { ids, notes }: Deleted): void {
  const undo = "Undo";
  void window.showInformationMessage([`Deleted ${what}.`, ...notes].join(" "), undo).then(async (choice) => {
    if (choice === undo) await runCommand("undoDeleteFlow", ids);
  });
}

/** Brings back what the message with the button was about; without one, what was deleted last in this window. */
export async function undoDeleteFlow(deps: ViewDeps, wanted: unknown): Promise<void> {
  const ids = takeDeletion(deps.deletions, wanted);
  if (!ids) {
    const what = wanted === undefined ? "No flow was deleted in this window." : "This deletion was undone already.";
    void window.showInformationMessage(what);
    return;
  }
  const left = [...ids];
  const names: string[] = [];
  try {
    await withProgress("Bringing back what was deleted", async (work) => {
      for (const id of ids) {
        names.push((await deps.server.operate("flowChanges.undoDelete", { id }, work)).name);
        left.shift();
      }
    });
  } finally {
    if (left.length > 0) deps.deletions.push(left);
    await deps.list.refresh();
  }
  void window.showInformationMessage(`Brought back ${names.join(", ")}.`);
}

/** Flows that were dropped on a project of the view. */
export class DroppedFlows {
  readonly flows: readonly FlowOfBoth[];
  readonly project: string;

  constructor(flows: readonly FlowOfBoth[], project: string) {
    this.flows = flows;
    this.project = project;
  }
}

export async function moveFlow(deps: ViewDeps, item: unknown, selection: unknown): Promise<void> {
  if (item instanceof DroppedFlows) return moveFlows(deps, item.flows, item.project);
  const several = flowsOfItems(item, selection).filter(inLangflow);
  const one = several.length > 0 ? undefined : await chosenFlow(deps, item, "Move which flow?", inLangflow);
  const flows = one ? [one] : several;
  if (flows.length === 0) return;
  const projects = deps.list.get()?.projects ?? [];
  const project = await window.showQuickPick([...projects], { title: "Move to which project of Langflow?" });
  if (project !== undefined) await moveFlows(deps, flows, project);
}

async function moveFlows(deps: ViewDeps, flows: readonly FlowOfBoth[], project: string): Promise<void> {
  try {
    await withProgress(`Moving to ${project}`, async (work) => {
      for (const flow of flows) {
        const params = { flows: [flow.id], project, dir: folderOf(flow) };
        await deps.server.operate("flowChanges.move", params, work);
      }
    });
  } finally {
    await deps.list.refresh();
  }
}

/** Writes a flow without its keys to a file that the user chooses. */
export async function exportFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Export which flow?", () => true);
  if (!flow) return;
  const { path } = flow;
  const { text } =
    inLangflow(flow) || path === undefined
      ? await deps.server.operate("flowFiles.serverText", { id: flow.id })
      : await deps.server.operate("flowChanges.export", { file: path });
  const name = `${flow.name.replaceAll(/[\\/:*?"<>|#%]/g, "_")}.json`;
  const [root] = roots();
  const defaultUri = root ? Uri.joinPath(root.uri, name) : Uri.file(name);
  const target = await window.showSaveDialog({ title: `Export ${flow.name}`, defaultUri, filters: { Flow: ["json"] } });
  if (!target) return;
  await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = "Open";
  const choice = await window.showInformationMessage(`Exported ${flow.name} without its keys.`, open);
  if (choice === open) await window.showTextDocument(target);
}

/** A file that Langflow does not have is known by its path. */
function wanted(flow: FlowOfBoth): string {
  return inLangflow(flow) ? flow.id : (flow.path ?? flow.id);
}
