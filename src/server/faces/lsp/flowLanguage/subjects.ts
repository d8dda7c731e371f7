import type { Position } from "vscode-languageserver/node";
import { fieldNameOf, fieldsOf, textOf } from "../../../flows/check/flowGraph.ts";
import type { FlowGraph, GraphEdge, GraphNode, JsonPath } from "../../../flows/check/flowGraph.ts";
import type { OpenFlow } from "./openFlows.ts";

/** What the cursor is on: a component, a field of one, the variable in a field, or an end of a connection. */
export type Subject =
  | { readonly kind: "component"; readonly graph: FlowGraph; readonly node: GraphNode; readonly by: Naming }
  | { readonly kind: "field"; readonly graph: FlowGraph; readonly node: GraphNode; readonly field: string }
  /** A pulled file leaves the name of the variable out. */
  | { readonly kind: "variable"; readonly graph: FlowGraph; readonly node: GraphNode; readonly field: string }
  | { readonly kind: "end"; readonly graph: FlowGraph; readonly id: string };

/** What of a component names it where the cursor is. */
type Naming = "id" | "type" | "displayName";

/** A node or an edge around the cursor, and where in it that is. */
export interface Item {
  readonly graph: FlowGraph;
  readonly node?: GraphNode | undefined;
  readonly edge?: GraphEdge | undefined;
  /** From the node or edge on. */
  readonly rest: JsonPath;
  readonly isName: boolean;
}

export function subjectAt(flow: OpenFlow, position: Position): Subject | undefined {
  const item = itemAt(flow, flow.offsetAt(position));
  if (item?.node) return subjectInNode(item, item.node);
  return item?.edge && subjectInEdge(item, item.edge);
}

/** The innermost, where a group has a flow of its own. */
export function itemAt({ graphs, tree }: OpenFlow, offset: number): Item | undefined {
  const { path, isName } = tree.around(offset);
  const around = graphs.filter(({ at }) => startsWith(path, at) && isItem(path.slice(at.length)));
  const graph = around.toSorted((one, other) => other.at.length - one.at.length)[0];
  if (!graph) return undefined;
  const at = path.slice(0, graph.at.length + 2);
  const is = (item: { readonly at: JsonPath }) => startsWith(item.at, at);
  return { graph, node: graph.nodes.find(is), edge: graph.edges.find(is), rest: path.slice(at.length), isName };
}

function isItem([list, index]: JsonPath): boolean {
  return (list === "nodes" || list === "edges") && typeof index === "number";
}

function startsWith(path: JsonPath, start: JsonPath): boolean {
  return start.every((key, index) => path[index] === key);
}

const naming: ReadonlyMap<string, Naming> = new Map([
  ["id", "id"],
  ["data.id", "id"],
  ["data.type", "type"],
  ["data.node.display_name", "displayName"],
]);

function subjectInNode({ graph, rest, isName }: Item, node: GraphNode): Subject | undefined {
  const by = naming.get(rest.join("."));
  if (by) return { kind: "component", graph, node, by };
  const field = fieldIn(rest);
  if (field === undefined) return undefined;
  if (rest.length === 4) return isName ? { kind: "field", graph, node, field } : undefined;
  const isVariable = rest.length === 5 && rest[4] === "value" && isOfVariable(node.template[field]);
  return isVariable ? { kind: "variable", graph, node, field } : undefined;
}

/** Whether a global variable of Langflow fills the field. */
export function isOfVariable(field: unknown): boolean {
  return fieldsOf(field)["load_from_db"] === true;
}

/** The field of the component that the path leads into. */
export function fieldIn([data, node, template, field]: JsonPath): string | undefined {
  const isField = data === "data" && node === "node" && template === "template" && typeof field === "string";
  return isField ? field : undefined;
}

function subjectInEdge({ graph, rest }: Item, edge: GraphEdge): Subject | undefined {
  switch (rest.join(".")) {
    case "source":
    case "sourceHandle":
      return { kind: "end", graph, id: edge.source };
    case "target":
    case "targetHandle":
      return { kind: "end", graph, id: edge.target };
    case "data.sourceHandle.id":
      return { kind: "end", graph, id: textOf(edge.sourceHandle?.["id"]) };
    case "data.targetHandle.id":
      return { kind: "end", graph, id: textOf(edge.targetHandle?.["id"]) };
    case "data.targetHandle.fieldName": {
      const [node, field] = [graph.byId.get(edge.target), fieldNameOf(edge)];
      return node && field !== undefined ? { kind: "field", graph, node, field } : undefined;
    }
    default:
      return undefined;
  }
}
