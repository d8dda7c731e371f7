import { window, workspace } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { deleteFlow, duplicateFlow, exportFlow, moveFlow, renameFlow, undoDeleteFlow } from "./changes.ts";
import { compareFlow, compareFlowAsJson, pullAllFlows, pullFlow, pushChangedFlows, pushFlow } from "./commands.ts";
import { dragFlows } from "./dragFlows.ts";
import { explainFlow } from "./explainFlow.ts";
import { followPython, openFlowPython } from "./flowPython.ts";
import { showFlowVersions, takeBackPush } from "./versions.ts";
import { createFlowList } from "./flowList.ts";
import { createFlowTree } from "./flowTree.ts";
import { createMergeSides, mergeFlow, mergeSideScheme } from "./mergeFlow.ts";
import { promoteFlow } from "./promoteFlow.ts";
import { createReadableTexts, readableScheme } from "./readableTexts.ts";
import { showFlowTriggers } from "./triggers.ts";
import { updateFlow } from "./updateFlow.ts";
import { createServerTexts, serverFlowScheme } from "./serverTexts.ts";

type ViewCommand =
  | "refreshFlows"
  | "pullFlow"
  | "pushFlow"
  | "pullAllFlows"
  | "pushChangedFlows"
  | "compareFlow"
  | "compareFlowAsJson"
  | "mergeFlow"
  | "updateFlow"
  | "explainFlow"
  | "openFlowPython"
  | "showFlowVersions"
  | "showFlowTriggers"
  | "takeBackPush"
  | "promoteFlow"
  | "renameFlow"
  | "duplicateFlow"
  | "moveFlow"
  | "exportFlow"
  | "deleteFlow"
  | "undoDeleteFlow";

interface ViewParts {
  readonly server: WindowServer;
  openReport(title: string, markdown: string): Promise<void>;
}

/** The Langflow view: the server's flows, and their files. */
export function activateLangflowView({ server, openReport }: ViewParts): Feature<ViewCommand> {
  const list = createFlowList(server);
  const tree = createFlowTree(server, list);
  const texts = createServerTexts(server);
  const view = window.createTreeView("langflowConnect.flows", {
    treeDataProvider: tree,
    dragAndDropController: dragFlows,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const describe = () => {
    const url = list.get()?.server;
    view.description = url === undefined ? "" : new URL(url).host;
    const problem = list.problem();
    view.message = problem === undefined || !list.get() ? (problem ?? "") : `This list may be old. ${problem}`;
  };
  const readable = createReadableTexts(server, texts);
  const deps = { server, list, texts, readable, deletions: [] };
  return {
    disposables: [
      view,
      list,
      followPython(server),
      list.onChange(describe),
      list.onChange(() => {
        texts.refresh();
        readable.refresh();
      }),
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) list.refreshIfStale();
      }),
      workspace.registerTextDocumentContentProvider(serverFlowScheme, texts),
      workspace.registerTextDocumentContentProvider(readableScheme, readable),
      workspace.registerTextDocumentContentProvider(mergeSideScheme, createMergeSides()),
    ],
    commands: {
      refreshFlows: async () => {
        await list.refresh();
        const problem = list.problem();
        if (problem !== undefined) throw new Error(problem);
      },
      pullFlow: (item, selection) => pullFlow(deps, item, selection),
      pushFlow: (item, selection) => pushFlow(deps, item, selection),
      pullAllFlows: () => pullAllFlows(deps),
      pushChangedFlows: () => pushChangedFlows(deps),
      compareFlow: (item) => compareFlow(deps, item),
      compareFlowAsJson: (item) => compareFlowAsJson(deps, item),
      mergeFlow: (item) => mergeFlow(deps, item),
      updateFlow: (item) => updateFlow(deps, item),
      openFlowPython: (item) => openFlowPython(deps, item),
      explainFlow: (item) => explainFlow(deps, openReport, item),
      showFlowVersions: (item) => showFlowVersions(deps, item),
      showFlowTriggers: (item) => showFlowTriggers(deps, item),
      takeBackPush: (item) => takeBackPush(deps, item),
      promoteFlow: (item) => promoteFlow(deps, item),
      renameFlow: (item) => renameFlow(deps, item),
      duplicateFlow: (item) => duplicateFlow(deps, item),
      moveFlow: (item, selection) => moveFlow(deps, item, selection),
      exportFlow: (item) => exportFlow(deps, item),
      deleteFlow: (item, selection) => deleteFlow(deps, item, selection),
      undoDeleteFlow: (ids) => undoDeleteFlow(deps, ids),
    },
  };
}
