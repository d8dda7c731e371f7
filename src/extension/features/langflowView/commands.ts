import { commands, window, workspace } from "vscode";
import type { FlowOfBoth, WrittenFlow } from "../../../protocol/flowFiles.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { flowOfItem } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf, toolPath } from "../../support/toolPaths.ts";
import { flowFolder } from "./flowList.ts";
import type { FlowList } from "./flowList.ts";
import type { ServerTexts } from "./serverTexts.ts";

export interface ViewDeps {
  readonly server: WindowServer;
  readonly list: FlowList;
  readonly texts: ServerTexts;
}

/** Writes the flow of the server into its file. */
export async function pullFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosen(deps, item, "Pull which flow?", ({ state }) => state !== "onlyHere");
  if (!flow) return;
  const dir = flowFolder();
  const pull = (reviewed: Reviewed) =>
    withProgress(`Pulling ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.pull", { flows: [flow.id], dir, ...reviewed }, work),
    );
  const [pulled] = (await unlessConflict(deps, flow, pull)) ?? [];
  await deps.list.refresh();
  const uri = pulled && locationOf(pulled.path);
  if (uri) await window.showTextDocument(uri);
}

/** Writes the file's flow into Langflow. */
export async function pushFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosen(deps, item, "Push which flow?", ({ path }) => path !== undefined);
  if (flow?.path === undefined) return;
  const { path } = flow;
  const uri = locationOf(path);
  // What is pushed is what the file has.
  await workspace.textDocuments.find((document) => document.uri.toString() === uri?.toString())?.save();
  const dir = flowFolder();
  const push = (reviewed: Reviewed) =>
    withProgress(`Pushing ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.push", { files: [path], dir, ...reviewed }, work),
    );
  const [pushed] = (await unlessConflict(deps, flow, push)) ?? [];
  await deps.list.refresh();
  if (!pushed) return;
  const words = { created: "Created", updated: "Pushed", unchanged: "Already the same:", failed: "Not pushed:" };
  const said = words[pushed.result];
  void window.showInformationMessage([`${said} ${pushed.name}.`, ...pushed.notes].join(" "));
}

/** What Langflow has on the left, the file on the right. */
export async function compareFlow({ list, server, texts }: ViewDeps, item: unknown): Promise<void> {
  const both = ({ state }: FlowOfBoth) => state !== "onlyHere" && state !== "onlyThere";
  const flow = await chosen({ list, server, texts }, item, "Compare which flow?", both);
  const file = flow?.path === undefined ? undefined : locationOf(flow.path);
  if (flow && file) await openComparison(texts, flow, file);
}

async function openComparison(texts: ServerTexts, flow: FlowOfBoth, file: NonNullable<ReturnType<typeof locationOf>>) {
  await commands.executeCommand("vscode.diff", texts.uriOf(flow), file, `${flow.name}: Langflow ↔ file`);
}

/** The state that the user saw in a dialog, and allowed to be lost. */
interface Reviewed {
  readonly reviewed?: string;
}

/** Asks when the other side has a change that would be lost, and again when it is another one by then. */
async function unlessConflict(
  deps: ViewDeps,
  flow: FlowOfBoth,
  write: (reviewed: Reviewed) => Promise<readonly WrittenFlow[]>,
  allowed: Reviewed = {},
): Promise<readonly WrittenFlow[] | undefined> {
  try {
    return await write(allowed);
  } catch (error) {
    if (!(error instanceof UserError) || error.reviewed === undefined) throw error;
    const { problem, reviewed } = error;
    const [compare, overwrite] = ["Compare", "Overwrite"];
    const options = { modal: true, detail: "Overwriting it loses that change." };
    const choice = await window.showWarningMessage(problem, options, compare, overwrite);
    if (choice === overwrite) return unlessConflict(deps, flow, write, { reviewed });
    const file = flow.path === undefined ? undefined : locationOf(flow.path);
    if (choice === compare && file) await openComparison(deps.texts, flow, file);
    return undefined;
  }
}

/** The flow of the view's item, of the file in the editor, or of a list. */
async function chosen(
  { list }: ViewDeps,
  item: unknown,
  title: string,
  fits: (flow: FlowOfBoth) => boolean,
): Promise<FlowOfBoth | undefined> {
  const given = flowOfItem(item);
  if (given) return given;
  await list.refresh();
  const problem = list.problem();
  if (problem !== undefined) throw new Error(problem);
  const flows = (list.get()?.flows ?? []).filter(fits);
  const { activeTextEditor: editor } = window;
  const active = editor && toolPath(editor.document.uri);
  const own = active === undefined ? undefined : flows.find(({ path }) => path === active);
  if (own) return own;
  if (flows.length === 0) throw new Error("There is no such flow. Connect to Langflow, or pull a flow first.");
  const items = flows.map((flow) => ({ label: flow.name, description: flow.project ?? flow.path ?? "", flow }));
  return (await window.showQuickPick(items, { title }))?.flow;
}
