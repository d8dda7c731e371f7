import { Uri, window } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { flowFolder, flowFolders } from "../../support/flowFolders.ts";
import { flowOfItem } from "../../support/flowNode.ts";
import { toolPath } from "../../support/toolPaths.ts";
import type { Deletion } from "./deletions.ts";
import type { FlowList } from "./flowList.ts";
import type { ReadableTexts } from "./readableTexts.ts";
import type { ServerTexts } from "./serverTexts.ts";

export interface ViewDeps {
  readonly server: WindowServer;
  readonly list: FlowList;
  readonly texts: ServerTexts;
  readonly readable: ReadableTexts;
  /** The last one last. */
  readonly deletions: Deletion[];
}

export const hasFile = ({ path }: FlowOfBoth) => path !== undefined;
export const inLangflow = ({ state }: FlowOfBoth) => state !== "onlyHere";

/** The flow of the view's item, of the given file, of the file in the editor, or of a list. */
export async function chosenFlow(
  { list }: Pick<ViewDeps, "list">,
  item: unknown,
  title: string,
  fits: (flow: FlowOfBoth) => boolean,
): Promise<FlowOfBoth | undefined> {
  const given = flowOfItem(item);
  if (given) return given;
  const all = await currentFlows(list);
  const flows = all.filter(fits);
  // What stands above the text of a file gives its address.
  const file = typeof item === "string" ? Uri.parse(item) : window.activeTextEditor?.document.uri;
  const path = file && toolPath(file);
  const own = path === undefined ? undefined : flows.find((flow) => flow.path === path);
  if (own) return own;
  if (typeof item === "string") {
    const isListed = all.some((flow) => flow.path === path);
    throw new Error(
      isListed
        ? "Langflow does not have the flow of this file yet. Push it first."
        : "The Langflow view does not list this file. Save it, and look there for what is wrong with it.",
    );
  }
  if (flows.length === 0) throw new Error("There is no such flow. Connect to Langflow, or pull a flow first.");
  const items = flows.map((flow) => ({ label: flow.name, description: flow.project ?? flow.path ?? "", flow }));
  return (await window.showQuickPick(items, { title }))?.flow;
}

/** As they are now; fails when nobody knows. */
export async function currentFlows(list: FlowList): Promise<readonly FlowOfBoth[]> {
  await list.refresh();
  const problem = list.problem();
  if (problem !== undefined) throw new Error(problem);
  return list.get()?.flows ?? [];
}

/** The folder that a flow's file is in, or would be. */
export function folderOf({ path }: FlowOfBoth, otherwise = flowFolder()): string {
  return path === undefined ? otherwise : path.split("/").slice(0, -1).join("/") || ".";
}

/** The folder that a flow's file is in; for a new file of several workspace folders the user says which. */
export async function folderFor(flow: FlowOfBoth): Promise<string | undefined> {
  const [only = flowFolder(), ...others] = flowFolders();
  if (flow.path !== undefined || others.length === 0) return folderOf(flow, only);
  return window.showQuickPick([only, ...others], { title: "Pull into which folder?" });
}
