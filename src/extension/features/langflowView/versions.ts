import { window } from "vscode";
import type { FlowVersion } from "../../../protocol/flowChanges.ts";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { withProgress } from "../../support/progress.ts";
import { chosenFlow, folderOf, inLangflow } from "./chooseFlow.ts";
import type { ViewDeps } from "./chooseFlow.ts";
import { unlessConflict } from "./conflicts.ts";
import type { Reviewed } from "./conflicts.ts";

/** Lists what a flow was; one of them is compared with what Langflow has now, or taken back. */
export async function showFlowVersions(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Show versions of which flow?", inLangflow);
  if (!flow) return;
  const { versions, reviewed } = await deps.server.operate("flowVersions.list", { flow: flow.id, dir: folderOf(flow) });
  if (versions.length === 0) {
    void window.showInformationMessage(`${flow.name} has no versions: the first push that changes it makes one.`);
    return;
  }
  const items = versions.map((version) => ({
    label: version.name,
    description: new Date(version.at).toLocaleString(),
    detail: version.description,
    version,
  }));
  const version = (await window.showQuickPick(items, { title: `Versions of ${flow.name}` }))?.version;
  if (!version) return;
  const [compare, back] = ["Compare with Langflow", "Take back"];
  const choice = await window.showQuickPick([compare, back], { title: `${flow.name} ${version.name}` });
  if (choice === compare) await compareVersion(deps, flow, version);
  if (choice === back) await takeBack(deps, flow, { version: version.name, reviewed });
}

/** Undoes the last push that changed the flow. */
export async function takeBackPush(deps: ViewDeps, item: unknown): Promise<void> {
  const flow = await chosenFlow(deps, item, "Take back the last push of which flow?", inLangflow);
  if (flow) await takeBack(deps, flow, {});
}

async function compareVersion({ texts, readable }: ViewDeps, flow: FlowOfBoth, version: FlowVersion): Promise<void> {
  const title = `${flow.name}: ${version.name} ↔ Langflow`;
  const was = texts.uriOf(flow, { version: version.name, dir: folderOf(flow) });
  await readable.open(was, texts.uriOf(flow), title);
}

interface Wanted extends Reviewed {
  readonly version?: string;
}

async function takeBack(deps: ViewDeps, flow: FlowOfBoth, { version, reviewed }: Wanted): Promise<void> {
  const question = {
    ...deps,
    flow,
    detail: "What Langflow has now becomes a version of the flow.",
    proceed: "Take back",
  };
  const params = { flow: flow.id, dir: folderOf(flow), ...(version !== undefined && { version }) };
  const restore = (allowed: Reviewed) =>
    withProgress(`Taking back ${flow.name}`, (work) =>
      deps.server.operate("flowVersions.restore", { ...params, ...allowed }, work),
    );
  // With a file the server knows what was seen of the flow; without one, it is what the list was made of.
  const seen = flow.path === undefined && reviewed !== undefined ? { reviewed } : {};
  const restored = await unlessConflict(question, restore, seen);
  await deps.list.refresh();
  if (restored) void window.showInformationMessage([`Took back ${restored.name}.`, ...restored.notes].join(" "));
}
