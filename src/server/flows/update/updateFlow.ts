import { codeOf, fieldsIn, fieldsOf, graphsOf, isInToolMode, listOf, nameOf, textOf } from "../check/flowGraph.ts";
import type { FlowGraph, GraphNode } from "../check/flowGraph.ts";
import { knownComponents } from "../check/knownComponents.ts";
import type { KnownComponents } from "../check/knownComponents.ts";
import { isFields, own } from "../files/flowFile.ts";
import type { Fields, FlowFile } from "../files/flowFile.ts";
import type { Catalogue, Component } from "../model.ts";
import { carriedEdge } from "./carriedEdge.ts";
import { isEmpty, newVersion } from "./newVersion.ts";
import type { NewVersion } from "./newVersion.ts";

/** What an update does with one outdated component. */
export interface ComponentUpdate {
  readonly node: string;
  readonly name: string;
  /** `left`: the newer version cannot keep all that is connected; `unknown`: the server has no such component. */
  readonly result: "updated" | "left" | "unknown";
  /** Why it is left, and which values the newer version has no field for. */
  readonly notes: readonly string[];
}

export interface UpdatedFlow {
  readonly fields: Fields;
  /** Those that are not current. */
  readonly components: readonly ComponentUpdate[];
}

/** What becomes of a component: a newer version of it, nothing because of a reason, or undefined when it is not meant. */
export type Replacement =
  { readonly version: NewVersion; readonly current: Component } | { readonly left: string } | "unknown";
export type Replace = (node: GraphNode) => Replacement | undefined;

/** Brings the components of a flow to the server's versions. No edge is lost: a component that would lose one is left. */
export function updateFlow(flow: Pick<FlowFile, "fields">, catalogue: Catalogue): UpdatedFlow {
  const known = knownComponents(catalogue);
  return replaceComponents(flow, (node) => {
    if (!isOutdated(node, known)) return undefined;
    const current = known.find(node.type);
    if (!current) return "unknown";
    if (node.component["edited"] === true) return { left: "its code was edited here" };
    return { version: newVersion(node, current), current };
  });
}

/** Puts newer versions of components into a flow; one that would lose an edge by it is left. */
export function replaceComponents(flow: Pick<FlowFile, "fields">, replace: Replace): UpdatedFlow {
  const components: ComponentUpdate[] = [];
  const data = new Map<Fields, Fields>();
  for (const graph of graphsOf(flow)) {
    const updated = updateGraph(graph, replace);
    components.push(...updated.components);
    data.set(graph.data, updated.data);
  }
  return { fields: withData(flow.fields, data), components };
}

interface UpdatedGraph {
  readonly data: Fields;
  readonly components: readonly ComponentUpdate[];
}

/** Groups are updated by the graph inside them, so their data is put in at the end. */
function withData(fields: Fields, updated: ReadonlyMap<Fields, Fields>): Fields {
  const before = fieldsOf(fields["data"]);
  const data = updated.get(before) ?? before;
  const nodes = listOf(data["nodes"]).map((node) => {
    if (!isFields(node)) return node;
    const inner = fieldsOf(node["data"]);
    const component = fieldsOf(inner["node"]);
    const { flow } = component;
    if (!isFields(flow)) return node;
    return { ...node, data: { ...inner, node: { ...component, flow: withData(flow, updated) } } };
  });
  return { ...fields, data: { ...data, nodes } };
}

function updateGraph(graph: FlowGraph, replace: Replace): UpdatedGraph {
  const left = new Map<string, string>();
  const versions = new Map<string, NewVersion>();
  const unknown: GraphNode[] = [];
  for (const node of graph.nodes) {
    const replacement = replace(node);
    if (!replacement) continue;
    if (replacement === "unknown") unknown.push(node);
    else if ("left" in replacement) left.set(node.id, replacement.left);
    else if (canBeTool(node, replacement.current)) versions.set(node.id, replacement.version);
    else left.set(node.id, "its new version cannot be a tool");
  }
  const edges = carryEdges(graph, versions, left);
  const nodes = listOf(graph.data["nodes"]).map((node) => {
    const version = isFields(node) ? versions.get(textOf(node["id"])) : undefined;
    if (!isFields(node) || !version || left.has(textOf(node["id"]))) return node;
    return { ...node, data: { ...fieldsOf(node["data"]), node: version.component } };
  });
  const components = graph.nodes.flatMap((node): ComponentUpdate[] => {
    const facts = { node: node.id, name: nameOf(node) };
    const why = left.get(node.id);
    const version = versions.get(node.id);
    if (unknown.includes(node)) return [{ ...facts, result: "unknown", notes: [whatIsMissing(node)] }];
    if (why !== undefined) return [{ ...facts, result: "left", notes: [why] }];
    if (!version) return [];
    const notes = version.lost.map((words) => `its new version has no field for ${words}`);
    return [{ ...facts, result: "updated", notes }];
  });
  return { data: { ...graph.data, nodes, edges }, components };
}

function isOutdated(node: GraphNode, known: KnownComponents): boolean {
  const code = codeOf(node.template);
  if (node.isNote || node.isGroup || code === "" || node.type === "CustomComponent") return false;
  const current = known.find(node.type);
  return !current || !["", code].includes(codeOf(current.template));
}

/** A tool must stay one. */
function canBeTool(node: GraphNode, current: Component): boolean {
  return !isInToolMode(node) || fieldsIn(current.template).some(([, field]) => field["tool_mode"] === true);
}

/** A field that must have a value, was not asked for before, and has neither value nor edge. */
function askedField(before: GraphNode, after: GraphNode, edges: Iterable<Fields>): string | undefined {
  const connected = new Set<unknown>();
  for (const edge of edges) {
    const { targetHandle } = fieldsOf(edge["data"]);
    if (edge["target"] === before.id) connected.add(fieldsOf(targetHandle)["fieldName"]);
  }
  const asked = fieldsIn(after.template).find(([name, field]) => {
    if (field["required"] !== true || field["show"] === false || !isEmpty(field["value"])) return false;
    return !connected.has(name) && fieldsOf(own(before.template, name))["required"] !== true;
  });
  return asked?.[0];
}

/** The edges as they are then. Where a newer version cannot keep one, its component is left, until all fit. */
function carryEdges(
  graph: FlowGraph,
  versions: ReadonlyMap<string, NewVersion>,
  left: Map<string, string>,
): readonly unknown[] {
  const after = (node: GraphNode): GraphNode => {
    const version = left.has(node.id) ? undefined : versions.get(node.id);
    if (!version) return node;
    const { component } = version;
    const outputs = listOf(component["outputs"]).filter(isFields);
    return { ...node, component, template: fieldsOf(component["template"]), outputs };
  };
  for (;;) {
    const before = left.size;
    const carried = new Map<Fields, Fields>();
    for (const edge of graph.edges) {
      const [source, target] = [graph.byId.get(edge.source), graph.byId.get(edge.target)];
      if (!source || !target) continue;
      const ends = {
        source: { before: source, after: after(source) },
        target: { before: target, after: after(target) },
      };
      const isChanged = (end: "source" | "target") => ends[end].before !== ends[end].after;
      if (!isChanged("source") && !isChanged("target")) continue;
      const result = carriedEdge(edge, ends);
      if ("fields" in result) {
        carried.set(edge.fields, result.fields);
        continue;
      }
      const stopped = result.stops === "both" ? (["source", "target"] as const) : [result.stops];
      const changed = stopped.filter(isChanged);
      // An edge that did not fit before is none that the update loses.
      for (const end of changed) left.set(ends[end].before.id, result.why);
    }
    const edges = listOf(graph.data["edges"]).map((edge) => (isFields(edge) ? (carried.get(edge) ?? edge) : edge));
    for (const node of graph.nodes.filter(({ id }) => versions.has(id) && !left.has(id))) {
      const field = askedField(node, after(node), edges.filter(isFields));
      if (field !== undefined) left.set(node.id, `its new version needs ${field}, which has no value here`);
    }
    if (left.size === before) return edges;
  }
}

/** The bundle that a component came with, where its own code says. */
function whatIsMissing({ type, component }: GraphNode): string {
  const module = textOf(fieldsOf(component["metadata"])["module"]);
  const bundle = /^(?:lfx|langflow)\.components\.(\w+)\./.exec(module)?.[1];
  const from = bundle === undefined ? "" : `: install its bundle ${bundle} there`;
  return `this Langflow has no component ${type}${from}`;
}
