import { commands, window } from "vscode";
import type { FlowOfBoth, WrittenFlow } from "../../../protocol/flowFiles.ts";
import { runCommand } from "../../support/feature.ts";
import { FlowNode, flowsOfItems } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf } from "../../support/toolPaths.ts";
import { chosenFlow, currentFlows, folderFor, folderOf, hasFile, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { openComparison, unlessConflict } from "./conflicts.ts";
import type { Reviewed } from "./conflicts.ts";
import { flowFolder } from "../../support/flowFolders.ts";
import { saveFlow, settlePython } from "./flowPython.ts";

/** Writes flows of the server into their files. */
export async function pullFlow(deps: ViewDeps, item: unknown, selection: unknown): Promise<void> {
  const several = flowsOfItems(item, selection);
  if (several.length > 1) return pullFlows(deps, several.filter(inLangflow));
  const flow = await chosenFlow(deps, item, "Pull which flow?", inLangflow);
  const dir = flow && (await folderFor(flow));
  if (!flow || dir === undefined) return;
  const pull = (reviewed: Reviewed) =>
    withProgress(`Pulling ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.pull", { flows: [flow.id], dir, ...reviewed }, work),
    );
  const question = { ...deps, flow, detail: "Overwriting it loses that change.", proceed: "Overwrite" };
  const [pulled] = (await unlessConflict(question, pull)) ?? [];
  await deps.list.refresh();
  const uri = pulled && locationOf(pulled.path);
  if (uri) await window.showTextDocument(uri);
}

/** All that are only in Langflow or changed there alone. */
export async function pullAllFlows(deps: ViewDeps): Promise<void> {
  const flows = (await currentFlows(deps.list)).filter(
    ({ state }) => state === "onlyThere" || state === "changedThere",
  );
  if (flows.length === 0) void window.showInformationMessage("Nothing to pull: no flow was changed in Langflow alone.");
  else await pullFlows(deps, flows);
}

async function pullFlows(deps: ViewDeps, flows: readonly FlowOfBoth[]): Promise<void> {
  const isNew = flows.find(({ path }) => path === undefined);
  const newIn = isNew ? await folderFor(isNew) : flowFolder();
  if (newIn === undefined) return;
  const written = await withProgress("Pulling flows", (work) =>
    inFolders(flows, newIn, (dir, some) =>
      deps.server.operate("flowFiles.pull", { flows: some.map(({ id }) => id), dir }, work),
    ),
  );
  await deps.list.refresh();
  report("Pulled", written);
}

/** Writes flows of files into Langflow. */
export async function pushFlow(deps: ViewDeps, item: unknown, selection: unknown): Promise<void> {
  const several = flowsOfItems(item, selection);
  if (several.length > 1) return pushFlows(deps, several.filter(hasFile));
  const flow = await chosenFlow(deps, item, "Push which flow?", hasFile);
  if (flow?.path === undefined) return;
  const { path } = flow;
  await saveFlow(path);
  const push = (reviewed: Reviewed) =>
    withProgress(`Pushing ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.push", { files: [path], dir: folderOf(flow), ...reviewed }, work),
    );
  const detail = "What Langflow has now becomes a version of the flow, which you can take back.";
  const [pushed] = (await unlessConflict({ ...deps, flow, detail, proceed: "Overwrite" }, push)) ?? [];
  await deps.list.refresh();
  if (!pushed) return;
  const words: Partial<Record<WrittenFlow["result"], string>> = { created: "Created", unchanged: "Already the same:" };
  const said = words[pushed.result] ?? "Pushed";
  const message = [`${said} ${pushed.name}.`, ...pushed.notes].join(" ");
  const back = "Take back";
  const buttons = pushed.result === "updated" ? [back] : [];
  void window.showInformationMessage(message, ...buttons).then(async (choice) => {
    if (choice === back) await runCommand("takeBackPush", new FlowNode(flow));
  });
}

/** All that are only here or changed here alone. */
export async function pushChangedFlows(deps: ViewDeps): Promise<void> {
  const flows = (await currentFlows(deps.list)).filter(({ state }) => state === "onlyHere" || state === "changedHere");
  if (flows.length === 0) void window.showInformationMessage("Nothing to push: no file was changed here alone.");
  else await pushFlows(deps, flows);
}

async function pushFlows(deps: ViewDeps, flows: readonly FlowOfBoth[]): Promise<void> {
  for (const { path } of flows) if (path !== undefined) await saveFlow(path);
  const written = await withProgress("Pushing flows", (work) =>
    inFolders(flows, flowFolder(), (dir, some) =>
      deps.server.operate("flowFiles.push", { files: some.flatMap(({ path }) => path ?? []), dir }, work),
    ),
  );
  await deps.list.refresh();
  report("Pushed", written);
}

/** Each folder of flow files is asked for by itself. */
async function inFolders(
  flows: readonly FlowOfBoth[],
  newIn: string,
  write: (dir: string, flows: readonly FlowOfBoth[]) => Promise<readonly WrittenFlow[]>,
): Promise<readonly WrittenFlow[]> {
  const folders = new Set(flows.map((flow) => folderOf(flow, newIn)));
  const written: WrittenFlow[] = [];
  for (const dir of folders) {
    const some = flows.filter((flow) => folderOf(flow, newIn) === dir);
    written.push(...(await write(dir, some)));
  }
  return written;
}

function report(verb: string, written: readonly WrittenFlow[]): void {
  const failed = written.filter(({ result }) => result === "failed");
  const done = written.length - failed.length;
  const said = `${verb} ${done === 1 ? "1 flow" : `${String(done)} flows`}.`;
  if (failed.length === 0) void window.showInformationMessage(said);
  else {
    const reasons = failed.slice(0, 3).map(({ name, notes }) => `${name}: ${notes.join(" ")}`);
    const more = failed.length > 3 ? [`${String(failed.length - 3)} more failed.`] : [];
    void window.showWarningMessage([said, ...reasons, ...more].join(" "));
  }
}

/** What Langflow has on the left, the file on the right. */
export async function compareFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const compared = await chosenForComparison(deps, item);
  if (compared) await openComparison(deps, compared.flow, compared.file);
}

/** Every character, and the file can be edited. */
export async function compareFlowAsJson(deps: ViewDeps, item: unknown): Promise<void> {
  const compared = await chosenForComparison(deps, item);
  if (!compared) return;
  const { flow, file } = compared;
  if (flow.path !== undefined) await settlePython(deps, flow.path);
  const there = deps.texts.uriOf(flow, flow.path === undefined ? {} : { like: flow.path });
  await commands.executeCommand("vscode.diff", there, file, `${flow.name}: Langflow ↔ file, as JSON`);
}

async function chosenForComparison(deps: ViewDeps, item: unknown) {
  const both = ({ state }: FlowOfBoth) => state !== "onlyHere" && state !== "onlyThere";
  const flow = await chosenFlow(deps, item, "Compare which flow?", both);
  const file = flow?.path === undefined ? undefined : locationOf(flow.path);
  return flow && file && { flow, file };
}
