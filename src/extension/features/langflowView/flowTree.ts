import { EventEmitter, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import type { TreeDataProvider } from "vscode";
import type { FlowFilesStatus, FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { flowStateWords } from "../../../protocol/flowStates.ts";
import type { FlowState } from "../../../protocol/flowStates.ts";
import { FlowNode } from "../../support/flowNode.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { locationOf } from "../../support/toolPaths.ts";
import type { FlowList } from "./flowList.ts";
import { flowTooltip } from "./flowTooltip.ts";

/** A project of Langflow with its flows. */
export class ProjectNode {
  readonly name: string;
  readonly flows: readonly FlowOfBoth[];
  readonly isInLangflow: boolean;

  constructor(name: string, flows: readonly FlowOfBoth[], isInLangflow: boolean) {
    this.name = name;
    this.flows = flows;
    this.isInLangflow = isInLangflow;
  }
}
export type FlowTreeNode = ProjectNode | FlowNode | Problem;
/** A file of the folder that is no flow. */
type Problem = FlowFilesStatus["problems"][number];

const onlyHere = "Only in this folder";
const withoutProject = "Without a project";

/** VS Code keeps a tooltip until its item changes, which closes it: long enough to read it, and soon enough for a new run. */
const tooltipMs = 30_000;

export function createFlowTree(server: WindowServer, list: FlowList): TreeDataProvider<FlowTreeNode> {
  const changed = new EventEmitter<FlowTreeNode | undefined>();
  list.onChange(() => {
    changed.fire(undefined);
  });
  return {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (node) return node instanceof ProjectNode ? node.flows.map((flow) => new FlowNode(flow)) : [];
      const { flows = [], projects = [], problems = [] } = list.get() ?? {};
      return [...(flows.length === 0 ? [] : projectsOf(flows, projects)), ...problems];
    },
    getTreeItem(node) {
      if (node instanceof FlowNode) return flowItem(node.flow);
      return node instanceof ProjectNode ? projectItem(node) : problemItem(node);
    },
    async resolveTreeItem(item, node) {
      if (!(node instanceof FlowNode)) return item;
      item.tooltip = await flowTooltip(server, node.flow);
      setTimeout(() => {
        changed.fire(node);
      }, tooltipMs);
      return item;
    },
  };
}

function projectsOf(flows: readonly FlowOfBoth[], names: readonly string[]): ProjectNode[] {
  const projects = new Map<string, FlowOfBoth[]>(names.map((name) => [name, []]));
  for (const flow of flows) {
    const name = flow.project ?? (flow.state === "onlyHere" ? onlyHere : withoutProject);
    const inner = projects.get(name);
    if (inner) inner.push(flow);
    else projects.set(name, [flow]);
  }
  return [...projects]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, inner]) => new ProjectNode(name, inner, names.includes(name)));
}

function projectItem({ name, flows }: ProjectNode): TreeItem {
  const item = new TreeItem(name, TreeItemCollapsibleState.Expanded);
  item.id = `project ${name}`;
  item.description = flows.length === 1 ? "1 flow" : `${String(flows.length)} flows`;
  item.iconPath = new ThemeIcon(name === onlyHere ? "folder" : "project");
  item.contextValue = "project";
  return item;
}

function problemItem({ path, message }: Problem): TreeItem {
  const item = new TreeItem(path);
  // The message names the file too, as it must where it stands alone.
  item.description = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
  item.tooltip = message;
  item.iconPath = new ThemeIcon("error");
  const uri = locationOf(path);
  if (uri) item.command = { command: "vscode.open", title: "Open file", arguments: [uri] };
  return item;
}

const icons: Readonly<Record<FlowState, string>> = {
  same: "check",
  changedHere: "arrow-up",
  changedThere: "arrow-down",
  changedBoth: "warning",
  onlyHere: "add",
  onlyThere: "cloud",
};

function flowItem(flow: FlowOfBoth): TreeItem {
  const { id, name, state, path, mcp, a2a } = flow;
  const item = new TreeItem(name);
  const words = flowStateWords[state];
  // Two folders of the workspace can have a file of one flow.
  item.id = `flow ${id} ${path ?? ""}`;
  item.description = [...(state === "same" ? [] : [words]), ...(mcp ? ["MCP"] : []), ...(a2a ? ["A2A"] : [])].join(
    " · ",
  );
  item.iconPath = new ThemeIcon(icons[state]);
  item.contextValue = `flow ${state}`;
  const exposed = [...(mcp ? ["exposed over MCP"] : []), ...(a2a ? ["published over A2A"] : [])];
  item.accessibilityInformation = { label: [name, words, ...exposed].join(", ") };
  const uri = path === undefined ? undefined : locationOf(path);
  if (uri) item.command = { command: "vscode.open", title: "Open file", arguments: [uri] };
  return item;
}
