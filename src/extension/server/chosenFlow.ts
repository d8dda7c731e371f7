import { TabInputCustom, Uri, window } from "vscode";
import { flowOfItem } from "../support/flowNode.ts";
import { toolPath } from "../support/toolPaths.ts";
import { UserError } from "./userError.ts";
import type { WindowServer } from "./windowServer.ts";

export interface ChosenFlow {
  readonly name: string;
  /** As runs name it: its file where it has one, so that what is on the screen runs. */
  readonly flow: string;
}

/** The flow to run of the view's item, of the given file, of the file that is shown, or of a list with this title. */
export async function chosenFlow(server: WindowServer, item: unknown, title: string): Promise<ChosenFlow | undefined> {
  const listed = flowOfItem(item);
  if (listed) return { name: listed.name, flow: listed.path ?? listed.id };
  const file = fileOf(item);
  if (file !== undefined) return { name: nameOf(file), flow: file };
  const flows = await server.operate("flows.list", {});
  if (flows.length === 0) {
    throw new UserError({ code: "NOT_FOUND", message: "Langflow has no flow yet.", remedy: "Push one first." });
  }
  const items = flows.map((flow) => ({ label: flow.name, flow: { name: flow.name, flow: flow.id } }));
  return (await window.showQuickPick(items, { title }))?.flow;
}

function fileOf(item: unknown): string | undefined {
  if (item instanceof Uri) return toolPath(item);
  const tab = window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = tab instanceof TabInputCustom ? tab.uri : window.activeTextEditor?.document.uri;
  const path = shown && toolPath(shown);
  return path !== undefined && /(^|\/)flows\/[^/]+\.json$/.test(path) ? path : undefined;
}

function nameOf(file: string): string {
  return (file.split("/").at(-1) ?? file).replace(/\.json$/, "");
}
