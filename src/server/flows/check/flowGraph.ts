import { isFields, own } from "../files/flowFile.ts";
import type { FlowFile } from "../files/flowFile.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where something stands in the file: names of members and indexes of lists. */
export type JsonPath = readonly (string | number)[];

/** A component, a note or a group, as its node in the file has it. What is missing there is empty here. */
export interface GraphNode {
  readonly id: string;
  readonly at: JsonPath;
  readonly fields: Fields;
  readonly data: Fields;
  /** The name of the component's class, "" when it has none. */
  readonly type: string;
  readonly component: Fields;
  readonly template: Fields;
  readonly outputs: readonly Fields[];
  readonly isNote: boolean;
  readonly isGroup: boolean;
}

export interface GraphEdge {
  readonly at: JsonPath;
  readonly fields: Fields;
  readonly source: string;
  readonly target: string;
  readonly sourceHandle: Fields | undefined;
  readonly targetHandle: Fields | undefined;
}

export interface FlowGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Of two with one id the last, as in Langflow. */
  readonly byId: ReadonlyMap<string, GraphNode>;
  /** The flow inside a group: what its components get from outside is not known in it. */
  readonly isInside: boolean;
  readonly at: JsonPath;
  /** The lists as the file has them, to say what in them is no node or edge. */
  readonly data: Fields;
}

/** The flow, and those inside its groups. */
export function graphsOf({ fields }: Pick<FlowFile, "fields">): FlowGraph[] {
  return graphsIn(fieldsOf(fields["data"]), ["data"], false);
}

function graphsIn(data: Fields, at: JsonPath, isInside: boolean): FlowGraph[] {
  const nodes = listOf(data["nodes"]).flatMap((node, index) =>
    isFields(node) ? [nodeOf(node, [...at, "nodes", index])] : [],
  );
  const edges = listOf(data["edges"]).flatMap((edge, index) =>
    isFields(edge) ? [edgeOf(edge, [...at, "edges", index])] : [],
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inside = nodes.filter(({ isGroup }) => isGroup).flatMap(graphsInside);
  return [{ nodes, edges, byId, isInside, at, data }, ...inside];
}

function graphsInside({ component, at }: GraphNode): FlowGraph[] {
  const { data } = fieldsOf(component["flow"]);
  return graphsIn(fieldsOf(data), [...at, "data", "node", "flow", "data"], true);
}

function nodeOf(fields: Fields, at: JsonPath): GraphNode {
  const data = fieldsOf(fields["data"]);
  const component = fieldsOf(data["node"]);
  return {
    id: textOf(fields["id"]),
    at,
    fields,
    data,
    type: textOf(data["type"]),
    component,
    template: fieldsOf(component["template"]),
    outputs: listOf(component["outputs"]).filter(isFields),
    isNote: fields["type"] === "noteNode",
    isGroup: isFields(component["flow"]),
  };
}

function edgeOf(fields: Fields, at: JsonPath): GraphEdge {
  const { sourceHandle, targetHandle } = fieldsOf(fields["data"]);
  return {
    at,
    fields,
    source: textOf(fields["source"]),
    target: textOf(fields["target"]),
    sourceHandle: isFields(sourceHandle) ? sourceHandle : undefined,
    targetHandle: isFields(targetHandle) ? targetHandle : undefined,
  };
}

/** The field that an edge leads to; the edge of a loop leads to an output of the component. */
export function fieldNameOf({ targetHandle }: GraphEdge): string | undefined {
  const name = targetHandle?.["name"] ?? targetHandle?.["fieldName"];
  return typeof name === "string" ? name : undefined;
}

/** Fields of a component by name, without what is no field, such as `_type`. */
export function fieldsIn(template: Fields): (readonly [string, Fields])[] {
  return Object.entries(template).flatMap(([name, field]) => (isFields(field) ? [[name, field] as const] : []));
}

/** The Python code that a component brings along, "" without any. */
export function codeOf(template: Fields): string {
  const { value } = fieldsOf(own(template, "code"));
  return Array.isArray(value) ? value.join("\n") : textOf(value);
}

/** A component that serves as a tool has one output, in the name of all. */
export function isInToolMode({ outputs }: GraphNode): boolean {
  return outputs.length === 1 && outputs[0]?.["name"] === "component_as_tool";
}

/** As people know it. */
export function nameOf({ component, type, id }: GraphNode): string {
  return textOf(component["display_name"]) || type || id;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
