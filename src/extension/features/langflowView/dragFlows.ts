import { DataTransferItem } from "vscode";
import type { TreeDragAndDropController } from "vscode";
import { runCommand } from "../../support/feature.ts";
import { FlowNode, flowsOfItems } from "../../support/flowNode.ts";
import { DroppedFlows } from "./changes.ts";
import { inLangflow } from "./chooseFlow.ts";
import { ProjectNode } from "./flowTree.ts";
import type { FlowTreeNode } from "./flowTree.ts";

const kind = "application/vnd.code.tree.langflowconnect.flows";

/** Flows that are dropped on a project of Langflow, or on a flow in it, go to that project. */
export const dragFlows: TreeDragAndDropController<FlowTreeNode> = {
  dragMimeTypes: [kind],
  dropMimeTypes: [kind],
  handleDrag(nodes, data) {
    const flows = nodes.filter((node) => node instanceof FlowNode && inLangflow(node.flow));
    if (flows.length > 0) data.set(kind, new DataTransferItem(flows));
  },
  async handleDrop(target, data) {
    const project = projectOf(target);
    const flows = flowsOfItems(undefined, data.get(kind)?.value).filter((flow) => flow.project !== project);
    if (project !== undefined && flows.length > 0) await runCommand("moveFlow", new DroppedFlows(flows, project));
  },
};

function projectOf(target: FlowTreeNode | undefined): string | undefined {
  if (target instanceof FlowNode) return target.flow.project;
  return target instanceof ProjectNode && target.isInLangflow ? target.name : undefined;
}
