import { EventEmitter, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import type { TreeDataProvider } from "vscode";
import type { FlowFilesStatus, FlowOfBoth } from "../../../protocol/flowFiles.ts";
import { flowStateWords } from "../../../protocol/flowStates.ts";
import type { FlowState } from "../../../protocol/flowStates.ts";
import { FlowNode } from "../../support/flowNode.ts";
import { locationOf } from "../../support/toolPaths.ts";
import type { FlowList } from "./flowList.ts";

/** A project of Langflow with its flows. */
interface ProjectNode {
  readonly name: string;
  readonly flows: readonly FlowOfBoth[];
}
type FlowTreeNode = ProjectNode | FlowNode | Problem;
/** A file of the folder that is no flow. */
type Problem = FlowFilesStatus["problems"][number];

const onlyHere = "Only in this folder";

export function createFlowTree(list: FlowList): TreeDataProvider<FlowTreeNode> {
  const changed = new EventEmitter<undefined>();
  list.onChange(() => {
    changed.fire(undefined);
  });
  return {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (node) return "flows" in node ? node.flows.map((flow) => new FlowNode(flow)) : [];
      const { flows = [], problems = [] } = list.get() ?? {};
      return [...projectsOf(flows), ...problems];
    },
    getTreeItem(node) {
      if (node instanceof FlowNode) return flowItem(node.flow);
      return "flows" in node ? projectItem(node) : problemItem(node);
    },
  };
}

function projectsOf(flows: readonly FlowOfBoth[]): ProjectNode[] {
  const projects = new Map<string, FlowOfBoth[]>();
  for (const flow of flows) {
    const name = flow.project ?? (flow.state === "onlyHere" ? onlyHere : "Without a project");
    projects.set(name, [...(projects.get(name) ?? []), flow]);
  }
  return [...projects].sort(([a], [b]) => a.localeCompare(b)).map(([name, inner]) => ({ name, flows: inner }));
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
  item.description = message;
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
  const { id, name, state, path } = flow;
  const item = new TreeItem(name);
  const words = flowStateWords[state];
  item.id = `flow ${id}`;
  if (state !== "same") item.description = words;
  item.iconPath = new ThemeIcon(icons[state]);
  item.contextValue = `flow ${state}`;
  item.tooltip = new MarkdownString().appendText([`${name}: ${words}`, path ?? "", flow.url ?? ""].join("\n").trim());
  item.accessibilityInformation = { label: `${name}, ${words}` };
  const uri = path === undefined ? undefined : locationOf(path);
  if (uri) item.command = { command: "vscode.open", title: "Open file", arguments: [uri] };
  return item;
}
