import { canvasEdge } from "./canvasEdge.ts";
import { fieldsOf, textOf, textsOf } from "./check/flowGraph.ts";
import type { FlowGraph, GraphNode } from "./check/flowGraph.ts";
import { own } from "./files/flowFile.ts";
import type { Fields } from "./files/flowFile.ts";
import { currentType } from "./typeNames.ts";

/** A way to fill a field by a connection. */
export interface PossibleConnection {
  readonly source: GraphNode;
  readonly output: Fields;
  readonly edge: ReturnType<typeof canvasEdge>;
  /** The component shows one of its outputs, and this one is not it yet. */
  readonly selectsOutput: boolean;
}

/** From each component with one output that fits, unless it would close a cycle. */
export function connectionsTo(graph: FlowGraph, target: GraphNode, name: string): readonly PossibleConnection[] {
  const field = fieldsOf(own(target.template, name));
  const inputTypes = textsOf(field["input_types"]);
  // The canvas has no end of a connection for an advanced field, nor for a model unless somebody switches that on there.
  if (inputTypes.length === 0 || field["advanced"] === true || field["type"] === "model") return [];
  // Fields and outputs of a group lead to what is in it.
  if (target.isGroup) return [];
  const after = reachedFrom(target.id, graph);
  const targetHandle = { fieldName: name, id: target.id, inputTypes, type: textOf(field["type"]) };
  return graph.nodes.flatMap((source) => {
    if (source.isNote || source.isGroup || after.has(source.id) || graph.byId.get(source.id) !== source) return [];
    const all = source.outputs.filter((one) => fits(one, inputTypes));
    // What the canvas shows is what somebody chose.
    const [output, ...others] = all.length > 1 ? all.filter((one) => isShown(source, one)) : all;
    if (!output || others.length > 0) return [];
    const selectsOutput = !isShown(source, output);
    if (selectsOutput && !canBeSelected(source, graph)) return [];
    const sourceHandle = {
      dataType: source.type,
      id: source.id,
      name: textOf(output["name"]),
      output_types: typesOf(output),
    };
    return [{ source, output, edge: canvasEdge(sourceHandle, targetHandle), selectsOutput }];
  });
}

function reachedFrom(id: string, { edges }: FlowGraph): ReadonlySet<string> {
  const found = new Set([id]);
  for (const reached of found) for (const { source, target } of edges) if (source === reached) found.add(target);
  return found;
}

function fits(output: Fields, inputTypes: readonly string[]): boolean {
  if (output["hidden"] === true) return false;
  const accepted = new Set(inputTypes.map(currentType));
  return typesOf(output).some((type) => accepted.has(currentType(type)));
}

/** The one of several that is chosen. */
function typesOf(output: Fields): readonly string[] {
  const all = textsOf(output["types"]);
  const selected = textOf(output["selected"]);
  return all.length > 1 ? all.filter((type) => type === selected) : all;
}

/** Of several outputs that are no group the canvas shows one, and no edge of another. */
function isShown({ outputs, data }: GraphNode, output: Fields): boolean {
  const single = outputs.filter((one) => one["group_outputs"] !== true);
  if (single.length <= 1 || output["group_outputs"] === true) return true;
  const first = outputs.find((one) => Boolean(one["selected"])) ?? single[0];
  return (textOf(data["selected_output"]) || first?.["name"]) === output["name"];
}

function canBeSelected({ id, data }: GraphNode, { edges }: FlowGraph): boolean {
  return typeof data["selected_output"] === "string" && !edges.some(({ source }) => source === id);
}
