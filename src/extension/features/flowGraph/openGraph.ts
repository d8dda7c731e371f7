import { TabInputCustom, Uri, ViewColumn, commands, window } from "vscode";
import { UserError } from "../../server/userError.ts";
import { flowOfItem } from "../../support/flowNode.ts";
import { locationOf } from "../../support/toolPaths.ts";

export const graphView = "langflowConnect.flowGraph";

/** Beside the text, or what else is open. The graph of a file is opened once. */
export async function openFlowGraph(item: unknown): Promise<void> {
  const uri = fileOf(item);
  if (!uri) {
    throw new UserError({
      code: "NOT_FOUND",
      message: "No flow file is chosen.",
      remedy: "Open a flow file, or choose a flow that has a file in the Langflow view.",
    });
  }
  const isAlone = window.tabGroups.activeTabGroup.activeTab === undefined;
  const column = isAlone ? ViewColumn.Active : ViewColumn.Beside;
  await commands.executeCommand("vscode.openWith", uri, graphView, column);
}

/** The file of the view's item, the given one, or the one that is open. */
function fileOf(item: unknown): Uri | undefined {
  const flow = flowOfItem(item);
  if (flow) return flow.path === undefined ? undefined : locationOf(flow.path);
  if (item instanceof Uri) return item;
  const tab = window.tabGroups.activeTabGroup.activeTab?.input;
  if (tab instanceof TabInputCustom && tab.viewType === graphView) return tab.uri;
  const shown = window.activeTextEditor?.document.uri;
  return shown?.path.endsWith(".json") === true ? shown : undefined;
}
