import type { ComponentChange, FlowGraph, GraphComparison } from "../../../protocol/flowGraph.ts";
import { fieldsOf, itemsOf, textOf } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { readGraph } from "./readGraph.ts";

/** Another state of a flow, read once. */
export interface OtherState {
  /** Such as "Langflow", behind "Compared with". */
  readonly name: string;
  readonly graph: FlowGraph;
  readonly nodes: ReadonlyMap<string, Fields>;
}

/** Undefined where the text is no flow. */
export function otherState(name: string, text: string): OtherState | undefined {
  const read = readGraph(text);
  return read.state === "ready" ? { name, graph: read.graph, nodes: nodesOf(text) } : undefined;
}

/** What the text changes of another state of the flow; undefined while it is no flow. What only moved is the same. */
export function compareGraphs(text: string, before: OtherState): GraphComparison | undefined {
  const now = readGraph(text);
  if (now.state !== "ready") return undefined;
  const [nodes, nodesBefore] = [nodesOf(text), before.nodes];
  const changes = now.graph.components.flatMap(({ id }): readonly (readonly [string, ComponentChange])[] => {
    const known = nodesBefore.get(id);
    if (!known) return [[id, { kind: "added", fields: [] }]];
    const fields = changedFields(known, nodes.get(id) ?? {});
    return fields.length === 0 ? [] : [[id, { kind: "changed", fields }]];
  });
  const removed = before.graph.components.filter(({ id }) => !nodes.has(id));
  const gone = removed.map(({ id }): readonly [string, ComponentChange] => [id, { kind: "removed", fields: [] }]);
  const edgesNow = new Set(now.graph.edges.map(({ id }) => id));
  const edgesBefore = new Set(before.graph.edges.map(({ id }) => id));
  const added = [...edgesNow].filter((id) => !edgesBefore.has(id)).map((id) => [id, "added"] as const);
  const cut = before.graph.edges.filter(({ id }) => !edgesNow.has(id));
  return {
    with: before.name,
    graph: withRemoved(now.graph, removed, cut),
    components: Object.fromEntries([...changes, ...gone]),
    edges: Object.fromEntries([...added, ...cut.map(({ id }) => [id, "removed"] as const)]),
  };
}

/** Removed components stand where they were, or beside what stands there now; a removed edge needs its ports. */
function withRemoved(
  graph: FlowGraph,
  removed: FlowGraph["components"],
  cut: FlowGraph["edges"],
): Pick<FlowGraph, "components" | "edges"> {
  const components = [...graph.components, ...removed.map((each) => beside(each, graph.components))].map(
    (component) => {
      const ends = (side: "source" | "target", port: "output" | "input") =>
        new Set(cut.filter((edge) => edge[side] === component.id).map((edge) => edge[port]));
      return {
        ...component,
        inputs: withOpen(component.inputs, ends("target", "input")),
        outputs: withOpen(component.outputs, ends("source", "output")),
      };
    },
  );
  return { components, edges: [...graph.edges, ...cut] };
}

const shift = 60;

function beside(component: FlowGraph["components"][number], others: FlowGraph["components"]) {
  const { x, y } = component;
  const isTaken = others.some((other) => Math.abs(other.x - x) < shift && Math.abs(other.y - y) < shift);
  return isTaken ? { ...component, x: x + shift, y: y + shift } : component;
}

type Ports = FlowGraph["components"][number]["inputs"];

function withOpen(ports: Ports, names: ReadonlySet<string>): Ports {
  const missing = [...names].filter((name) => !ports.some((port) => port.name === name));
  return [
    ...ports.map((port) => (names.has(port.name) ? { ...port, isOpen: true } : port)),
    ...missing.map((name) => ({ name, title: name, isOpen: true })),
  ];
}

/** The content of each component by its id, without where it stands. */
function nodesOf(text: string): ReadonlyMap<string, Fields> {
  const nodes = itemsOf(fieldsOf(fieldsOf(JSON.parse(text))["data"])["nodes"]);
  return new Map(nodes.map((node) => [textOf(node["id"]), fieldsOf(node["data"])]));
}

/** By their titles; a value may be a secret. */
function changedFields(before: Fields, now: Fields): readonly string[] {
  const [was, is] = [fieldsOf(before["node"]), fieldsOf(now["node"])];
  const [fieldsBefore, fields] = [fieldsOf(was["template"]), fieldsOf(is["template"])];
  const names = [...new Set([...Object.keys(fieldsBefore), ...Object.keys(fields)])];
  const changed = names.filter((name) => !isSame(fieldsBefore[name], fields[name]));
  const titles = changed.map((name) => titleOf(fields[name]) || titleOf(fieldsBefore[name]) || name);
  const inside = isSame(insideOf(was), insideOf(is)) ? [] : ["Components inside"];
  const isNamed = textOf(was["display_name"]) === textOf(is["display_name"]) ? [] : ["Name"];
  const named = [...isNamed, ...titles, ...inside];
  if (named.length > 0) return named;
  return isSame(restOf(before), restOf(now)) ? [] : ["Other settings"];
}

function titleOf(field: unknown): string {
  return textOf(fieldsOf(field)["display_name"]);
}

/** Of a group: each component's content and the ends of the connections. */
function insideOf(component: Fields): unknown {
  const { nodes, edges } = fieldsOf(fieldsOf(component["flow"])["data"]);
  return {
    nodes: itemsOf(nodes).map(({ id, data }) => {
      const content = fieldsOf(data);
      return { id, rest: restOf(content), template: fieldsOf(content["node"])["template"], inside: insideOf(content) };
    }),
    edges: itemsOf(edges).map(({ sourceHandle, targetHandle }) => ({ sourceHandle, targetHandle })),
  };
}

function restOf(data: Fields): Fields {
  const { template: _template, flow: _flow, ...node } = fieldsOf(data["node"]);
  return { ...data, node };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** The order of members means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}
