import { window, workspace } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { compareFlow, pullFlow, pushFlow } from "./commands.ts";
import { showFlowVersions, takeBackPush } from "./versions.ts";
import { createFlowList } from "./flowList.ts";
import { createFlowTree } from "./flowTree.ts";
import { createMergeSides, mergeFlow, mergeSideScheme } from "./mergeFlow.ts";
import { updateFlow } from "./updateFlow.ts";
import { createServerTexts, serverFlowScheme } from "./serverTexts.ts";

/** The Langflow view: the server's flows, and their files. */
export function activateLangflowView(
  server: WindowServer,
): Feature<
  | "refreshFlows"
  | "pullFlow"
  | "pushFlow"
  | "compareFlow"
  | "mergeFlow"
  | "updateFlow"
  | "showFlowVersions"
  | "takeBackPush"
> {
  const list = createFlowList(server);
  const tree = createFlowTree(list);
  const texts = createServerTexts(server);
  const view = window.createTreeView("langflowConnect.flows", { treeDataProvider: tree, showCollapseAll: true });
  const describe = () => {
    const url = list.get()?.server;
    view.description = url === undefined ? "" : new URL(url).host;
    const problem = list.problem();
    view.message = problem === undefined || !list.get() ? (problem ?? "") : `This list may be old. ${problem}`;
  };
  const deps = { server, list, texts };
  return {
    disposables: [
      view,
      list,
      list.onChange(describe),
      list.onChange(() => {
        texts.refresh();
      }),
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) list.refreshIfStale();
      }),
      workspace.registerTextDocumentContentProvider(serverFlowScheme, texts),
      workspace.registerTextDocumentContentProvider(mergeSideScheme, createMergeSides()),
    ],
    commands: {
      refreshFlows: async () => {
        await list.refresh();
        const problem = list.problem();
        if (problem !== undefined) throw new Error(problem);
      },
      pullFlow: (item) => pullFlow(deps, item),
      pushFlow: (item) => pushFlow(deps, item),
      compareFlow: (item) => compareFlow(deps, item),
      mergeFlow: (item) => mergeFlow(deps, item),
      updateFlow: (item) => updateFlow(deps, item),
      showFlowVersions: (item) => showFlowVersions(deps, item),
      takeBackPush: (item) => takeBackPush(deps, item),
    },
  };
}
