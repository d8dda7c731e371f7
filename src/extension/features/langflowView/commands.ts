import { window, workspace } from "vscode";
import type { FlowOfBoth, WrittenFlow } from "../../../protocol/flowFiles.ts";
import { runCommand } from "../../support/feature.ts";
import { FlowNode } from "../../support/flowNode.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf } from "../../support/toolPaths.ts";
import { chosenFlow, folderOf, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { openComparison, unlessConflict } from "./conflicts.ts";
import type { Reviewed } from "./conflicts.ts";

/** Writes the flow of the server into its file. */
export async function pullFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Pull which flow?", inLangflow);
  if (!flow) return;
  const pull = (reviewed: Reviewed) =>
    withProgress(`Pulling ${flow.name}`, (work) =>
      deps.server.operate("flowFiles.pull", { flows: [flow.id], dir: folderOf(flow), ...reviewed }, work),
    );
  const question = { ...deps, flow, detail: "Overwriting it loses that change.", proceed: "Overwrite" };
  const [pulled] = (await unlessConflict(question, pull)) ?? [];
  await deps.list.refresh();
  const uri = pulled && locationOf(pulled.path);
  if (uri) await window.showTextDocument(uri);
}

/** Writes the file's flow into Langflow. */
export async function pushFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Push which flow?", ({ path }) => path !== undefined);
  if (flow?.path === undefined) return;
  const { path } = flow;
  await saveFile(path);
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

/** What is pushed is what the file has: its editor's text is saved before. */
async function saveFile(path: string): Promise<void> {
  const uri = locationOf(path);
  await workspace.textDocuments.find((document) => document.uri.toString() === uri?.toString())?.save();
}

/** What Langflow has on the left, the file on the right. */
export async function compareFlow(deps: ViewDeps, item: unknown): Promise<void> {
  const both = ({ state }: FlowOfBoth) => state !== "onlyHere" && state !== "onlyThere";
  const flow = await chosenFlow(deps, item, "Compare which flow?", both);
  const file = flow?.path === undefined ? undefined : locationOf(flow.path);
  if (flow && file) await openComparison(deps.texts, flow, file);
}
