import { isFields, own } from "../files/flowFile.ts";
import { currentType } from "../typeNames.ts";
import { fieldNameOf, fieldsIn, nameOf, textOf, textsOf } from "./flowGraph.ts";
import type { FlowGraph, GraphEdge, GraphNode } from "./flowGraph.ts";
import { problemOfEdge } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 3, as the class Edge of lfx 1.13.0 (graph/edge/base.py) decides when Langflow reads a flow: first the types that
// the two handles of the edge name, then the types of the source's outputs.

type Fields = Readonly<Record<string, unknown>>;

function fits(outputs: readonly string[], inputs: readonly string[]): boolean {
  return outputs.some((output) => inputs.some((input) => currentType(input) === currentType(output)));
}

export function edgeTypeProblems(graph: FlowGraph): FoundProblem[] {
  return graph.edges.flatMap((edge) => {
    const [source, target] = [graph.byId.get(edge.source), graph.byId.get(edge.target)];
    // Langflow replaces a group by what is in it, and the edge then leads there.
    if (!source || !target || source.isNote || target.isNote || source.isGroup || target.isGroup) return [];
    const { sourceHandle, targetHandle } = edge;
    if (!sourceHandle || !targetHandle) return [];
    return problemsOf(edge, { source, target, sourceHandle, targetHandle });
  });
}

interface Ends {
  readonly source: GraphNode;
  readonly target: GraphNode;
  readonly sourceHandle: Fields;
  readonly targetHandle: Fields;
}

function problemsOf(edge: GraphEdge, ends: Ends): FoundProblem[] {
  const { source, target, sourceHandle } = ends;
  const field = fieldNameOf(edge) ?? "";
  const isOld = textsOf(sourceHandle["baseClasses"]).length > 0;
  const error = (code: string, message: string) => [
    problemOfEdge(edge, { code, severity: "error", level: 3, message }),
  ];
  const given = isOld ? textsOf(sourceHandle["baseClasses"]) : textsOf(sourceHandle["output_types"]);
  const wanted = wantedByHandle(ends);
  if (wanted === "any" ? given.length === 0 : !fits(given, wanted)) {
    const inputs = wanted === "any" ? "a value" : listed(wanted);
    return error(
      "edge-types",
      `${nameOf(source)} gives ${listed(given)}, and ${field} of ${nameOf(target)} takes ${inputs}.`,
    );
  }
  const output = textOf(sourceHandle["name"]);
  const outputs = isOld ? textsOf(source.component["base_classes"]) : outputTypes(source, output);
  if (!outputs) return error("unknown-output", `${nameOf(source)} has no output ${output || "without a name"}.`);
  const byNode = wantedByNode(ends, isOld);
  if (!fits(outputs, byNode)) {
    return error(
      "edge-types",
      `${nameOf(source)} gives ${listed(outputs)}, and ${nameOf(target)} takes ${listed(byNode)}.`,
    );
  }
  return fieldProblems(edge, target);
}

function isLoop({ targetHandle }: Ends): boolean {
  return "name" in targetHandle;
}

/** `any`: the edge of a loop whose output names no types. */
function wantedByHandle(ends: Ends): readonly string[] | "any" {
  const { targetHandle } = ends;
  if (isLoop(ends)) {
    const types = textsOf(targetHandle["output_types"]);
    return types.length > 0 ? types : "any";
  }
  const type = textOf(targetHandle["type"]);
  const types = textsOf(targetHandle["inputTypes"]);
  if (!("type" in targetHandle)) return types.length > 0 ? types : "any";
  return type ? [...types, type] : types;
}

function outputTypes({ outputs }: GraphNode, name: string): readonly string[] | undefined {
  const named = outputs.filter((output) => output["name"] === name);
  return named.length > 0 ? named.flatMap(({ types }) => textsOf(types)) : undefined;
}

/** Without types in the handle, any field of the target may take the value: Langflow asks no more. */
function wantedByNode(ends: Ends, isOld: boolean): readonly string[] {
  const { targetHandle, target } = ends;
  const types = textsOf(targetHandle[isLoop(ends) ? "output_types" : "inputTypes"]);
  if (types.length > 0 && !isOld) return types;
  return fieldsIn(target.template).flatMap(([, field]) => [textOf(field["type"]), ...textsOf(field["input_types"])]);
}

/** Langflow builds an edge whose field is another than its handle says; what becomes of it is hardly meant. */
function fieldProblems(edge: GraphEdge, target: GraphNode): FoundProblem[] {
  const name = fieldNameOf(edge);
  if (name === undefined || target.outputs.some((output) => output["name"] === name)) return [];
  const field = own(target.template, name);
  const warning = (code: string, message: string) => [
    problemOfEdge(edge, { code, severity: "warning", level: 3, message }),
  ];
  if (!isFields(field)) {
    return warning("unknown-field", `${nameOf(target)} has no field ${name}: what the edge brings is lost.`);
  }
  const why = whyDropped(edge, field, target);
  return why === undefined ? [] : warning("dropped-edge", `The canvas drops this edge when it opens the flow: ${why}.`);
}

/** As `detectBrokenEdgesEdges` of the canvas decides on the side of the target. */
function whyDropped({ targetHandle }: GraphEdge, field: Fields, { component }: GraphNode): string | undefined {
  const { type, input_types: inputs, tool_mode: byAgent, advanced } = field;
  const name = textOf(field["display_name"]) || textOf(targetHandle?.["fieldName"]);
  if (byAgent && component["tool_mode"]) return `the agent fills ${name}`;
  if (advanced) return `${name} is hidden among the advanced fields`;
  const [accepted, wanted] = [textsOf(inputs), textsOf(targetHandle?.["inputTypes"])];
  const isOther = typeof type === "string" && type !== textOf(targetHandle?.["type"]);
  // The canvas knows by itself what a field for a model takes.
  const isNarrower = type !== "model" && accepted.length + wanted.length > 0 && !fits(wanted, accepted);
  return isOther || isNarrower ? `${name} takes ${listed(accepted.length > 0 ? accepted : [textOf(type)])}` : undefined;
}

function listed(types: readonly string[]): string {
  return [...new Set(types)].filter(Boolean).slice(0, 4).join(" or ") || "nothing";
}
