import type { FlowGraph, GraphComponent, GraphEdge, GraphNote, GraphOfText } from "../../../protocol/flowGraph.ts";
import { edgesOf } from "./edges.ts";
import { fieldsOf, itemsOf, textOf } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { portsOf } from "./ports.ts";
import { isFiniteNumber, positionsOf } from "./positions.ts";
import type { Position } from "./positions.ts";
import { problemOf } from "./problemOf.ts";

/** The flow that a text is, drawn as Langflow draws it. */
export function readGraph(text: string): GraphOfText {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { state: "failed", problem: problemOf(text) };
  }
  const flow = fieldsOf(file);
  const data = fieldsOf(flow["data"]);
  if (Array.isArray(data["nodes"])) return { state: "ready", graph: graphOf(flow, data) };
  const problem = "This file is no flow: it has no list of components in data.nodes.";
  return { state: "failed", problem: `${problem} Open a flow that was pulled or exported from Langflow.` };
}

function graphOf(flow: Fields, data: Fields): FlowGraph {
  // Of two with one id the last, as in Langflow.
  const byId = new Map(itemsOf(data["nodes"]).map((node) => [textOf(node["id"]), node]));
  byId.delete("");
  const nodes = [...byId.values()];
  const positions = positionsOf(nodes);
  const ids = new Set([...byId].filter(([, node]) => !isNote(node)).map(([id]) => id));
  const edges = edgesOf(data["edges"], ids);
  const drawn = nodes.map((node, index) => ({ node, position: positions[index] ?? { x: 0, y: 0 } }));
  return {
    flow: textOf(flow["id"]),
    name: textOf(flow["name"]) || "Unnamed flow",
    components: drawn
      .filter(({ node }) => !isNote(node))
      .map(({ node, position }) => componentOf(node, position, edges))
      .sort((one, other) => one.x - other.x || one.y - other.y),
    notes: drawn.filter(({ node }) => isNote(node)).map(({ node, position }) => noteOf(node, position)),
    edges,
    omitted: [
      ...omitted(data["nodes"], nodes.length, ["component", "the id is missing, or another one has it too"]),
      ...omitted(data["edges"], edges.length, ["connection", "an end is missing in this file, or it is listed twice"]),
    ],
  };
}

function omitted(listed: unknown, drawn: number, [what, why]: readonly [string, string]): readonly string[] {
  const count = (Array.isArray(listed) ? listed.length : 0) - drawn;
  if (count === 0) return [];
  return [`${count === 1 ? `1 ${what} is` : `${String(count)} ${what}s are`} not drawn: ${why}.`];
}

function isNote(node: Fields): boolean {
  return node["type"] === "noteNode";
}

function componentOf(node: Fields, position: Position, edges: readonly GraphEdge[]): GraphComponent {
  const data = fieldsOf(node["data"]);
  const component = fieldsOf(data["node"]);
  const [id, type] = [textOf(node["id"]), textOf(data["type"])];
  return {
    id,
    ...position,
    title: textOf(component["display_name"]) || textOf(data["display_name"]) || type || id,
    type,
    ...portsOf(component, textOf(data["selected_output"]), {
      inputs: new Set(edges.filter(({ target }) => target === id).map(({ input }) => input)),
      outputs: new Set(edges.filter(({ source }) => source === id).map(({ output }) => output)),
    }),
    inside: idsInside(component),
  };
}

/** Of the components of a group, and of the groups in it. */
function idsInside(component: Fields): readonly string[] {
  const group = fieldsOf(fieldsOf(component["flow"])["data"]);
  return itemsOf(group["nodes"])
    .filter((node) => !isNote(node))
    .flatMap((node) => [textOf(node["id"]), ...idsInside(fieldsOf(fieldsOf(node["data"])["node"]))]);
}

const noteSize = 324;

function noteOf(node: Fields, position: Position): GraphNote {
  const measured = fieldsOf(node["measured"]);
  const size = (name: "width" | "height") => {
    const given = node[name] ?? measured[name];
    return isFiniteNumber(given) && given > 0 ? given : noteSize;
  };
  const { description } = fieldsOf(fieldsOf(node["data"])["node"]);
  return {
    id: textOf(node["id"]),
    ...position,
    width: size("width"),
    height: size("height"),
    text: textOf(description),
  };
}
