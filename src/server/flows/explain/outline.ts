import { fieldNameOf, fieldsOf, graphsOf, nameOf, textOf } from "../check/flowGraph.ts";
import type { FlowGraph, GraphEdge, GraphNode, JsonPath } from "../check/flowGraph.ts";
import { own } from "../files/flowFile.ts";
import type { FlowFile } from "../files/flowFile.ts";
import { inDataOrder } from "./dataOrder.ts";

/** A component or a group with its number in the explanation, such as 3, or 3.1 inside a group. */
export interface Part {
  readonly number: string;
  readonly node: GraphNode;
  readonly name: string;
  /** Of a group. */
  readonly inside: readonly Part[];
  readonly incoming: readonly Connection[];
  readonly outgoing: readonly Connection[];
}

export interface Connection {
  readonly from: { readonly number: string; readonly name: string; readonly output: string };
  readonly to: { readonly number: string; readonly name: string; readonly input: string };
  readonly edge: GraphEdge;
}

/** The components of a flow in the order in which data passes through them. */
export function partsOf(flow: Pick<FlowFile, "fields">): readonly Part[] {
  const graphs = new Map(graphsOf(flow).map((graph) => [JSON.stringify(graph.at), graph]));
  const partsIn = (at: JsonPath, prefix: string): readonly Part[] => {
    const graph = graphs.get(JSON.stringify(at));
    if (!graph) return [];
    const numbers = new Map(inDataOrder(graph).map((node, index) => [node, `${prefix}${String(index + 1)}`]));
    const connections = connectionsOf(graph, numbers);
    return [...numbers].map(([node, number]) => ({
      number,
      node,
      name: nameOf(node),
      inside: node.isGroup ? partsIn([...node.at, "data", "node", "flow", "data"], `${number}.`) : [],
      incoming: connections.filter(({ to }) => to.number === number),
      outgoing: connections.filter(({ from }) => from.number === number),
    }));
  };
  return partsIn(["data"], "");
}

/** All, with those inside groups behind their group. */
export function allParts(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part) => [part, ...allParts(part.inside)]);
}

/** Connections to nothing or to a note are no part of what the flow does: the check names them. */
function connectionsOf({ edges, byId }: FlowGraph, numbers: ReadonlyMap<GraphNode, string>): readonly Connection[] {
  return edges.flatMap((edge) => {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    const [from, to] = [source && numbers.get(source), target && numbers.get(target)];
    if (!source || !target || from === undefined || to === undefined) return [];
    const output = outputName(source, textOf(edge.sourceHandle?.["name"]));
    const input = inputName(target, fieldNameOf(edge) ?? "");
    return [
      { edge, from: { number: from, name: nameOf(source), output }, to: { number: to, name: nameOf(target), input } },
    ];
  });
}

function outputName({ outputs }: GraphNode, name: string): string {
  const output = outputs.find((one) => one["name"] === name);
  return textOf(output?.["display_name"]) || name;
}

/** Of a field, or of the output of a loop that takes what comes back. */
function inputName(node: GraphNode, name: string): string {
  return textOf(fieldsOf(own(node.template, name))["display_name"]) || outputName(node, name);
}
