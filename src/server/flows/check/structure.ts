import { isFields } from "../files/flowFile.ts";
import { cyclesOf } from "./cycles.ts";
import { fieldNameOf, fieldsOf, listOf, nameOf, textOf } from "./flowGraph.ts";
import type { FlowGraph, GraphEdge, GraphNode } from "./flowGraph.ts";
import { problemOfEdge, problemOfNode } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 1: what Langflow cannot make a graph of, whatever the components are. Errors are what Graph.from_payload of
// lfx 1.13.0 refuses; what it accepts and yet is hardly meant is a warning.

export function structureProblems(graph: FlowGraph): FoundProblem[] {
  return [
    ...listProblems(graph),
    ...graph.nodes.flatMap(nodeProblems),
    ...duplicateNodes(graph),
    ...graph.edges.flatMap((edge) => edgeProblems(edge, graph)),
    ...duplicateEdges(graph),
    ...endlessCycles(graph),
    ...secondChatInput(graph),
  ];
}

function listProblems({ data, at }: FlowGraph): FoundProblem[] {
  return ["nodes", "edges"].flatMap((name): FoundProblem[] => {
    const list = data[name];
    if (!Array.isArray(list)) {
      return [error("missing-data", `The flow has no list of ${name}.`, [...at])];
    }
    return list.flatMap((one, index) =>
      isFields(one)
        ? []
        : [error("missing-data", `Entry ${String(index)} of ${name} is no object.`, [...at, name, index])],
    );
  });
}

function error(code: string, message: string, at: FoundProblem["at"]): FoundProblem {
  return { code, severity: "error", level: 1, message, at };
}

function nodeProblems(node: GraphNode): FoundProblem[] {
  if (node.isNote) return [];
  const missing = missingPart(node);
  if (missing !== undefined) {
    const message = `The component has no ${missing}, without which Langflow does not read the flow.`;
    return [problemOfNode(node, { code: "broken-node", severity: "error", level: 1, message })];
  }
  if (node.data["id"] === node.id) return [];
  const message = `The component is called ${node.id}, and ${textOf(node.data["id"])} inside: edges of the canvas miss it.`;
  return [problemOfNode(node, { code: "contradicting-id", severity: "warning", level: 1, message })];
}

function missingPart({ fields, data, component, template }: GraphNode): string | undefined {
  if (typeof fields["id"] !== "string") return "id";
  if (!isFields(fields["data"])) return "data";
  if (typeof data["id"] !== "string") return "data.id";
  if (isFields(component["flow"])) return undefined;
  if (typeof data["type"] !== "string") return "data.type";
  if (!isFields(component["template"])) return "data.node.template";
  if (typeof template["_type"] !== "string") return "data.node.template._type";
  if (template["_type"] === "Component") return Array.isArray(component["outputs"]) ? undefined : "data.node.outputs";
  return Array.isArray(component["base_classes"]) ? undefined : "data.node.base_classes";
}

function duplicateNodes({ nodes, byId }: FlowGraph): FoundProblem[] {
  return nodes.flatMap((node) => {
    if (byId.get(node.id) === node) return [];
    const message = `Two components have the id ${node.id}: Langflow runs only the last of them.`;
    return [problemOfNode(node, { code: "duplicate-node", severity: "warning", level: 1, message })];
  });
}

function edgeProblems(edge: GraphEdge, graph: FlowGraph): FoundProblem[] {
  const missing = missingEnd(edge, graph);
  if (missing !== undefined) {
    const message = `An edge leads to ${missing || "no component"}, which the flow does not have.`;
    const { node: _node, ...problem } = problemOfEdge(edge, {
      code: "missing-node",
      severity: "error",
      level: 1,
      message,
    });
    return [{ ...problem, node: missing }];
  }
  const broken = brokenPart(edge);
  if (broken !== undefined) {
    const message = `The edge has no ${broken}, without which Langflow does not read the flow.`;
    return [problemOfEdge(edge, { code: "broken-edge", severity: "error", level: 1, message })];
  }
  return contradictions(edge, graph);
}

function missingEnd({ source, target }: GraphEdge, { byId }: FlowGraph): string | undefined {
  return [source, target].find((id) => byId.get(id)?.isNote ?? true);
}

function brokenPart({ sourceHandle, targetHandle }: GraphEdge): string | undefined {
  if (!sourceHandle) return "data.sourceHandle";
  if (!targetHandle) return "data.targetHandle";
  if (typeof sourceHandle["id"] !== "string") return "data.sourceHandle.id";
  if (typeof sourceHandle["dataType"] !== "string") return "data.sourceHandle.dataType";
  if (typeof targetHandle["id"] !== "string") return "data.targetHandle.id";
  if ("name" in targetHandle && typeof targetHandle["name"] !== "string") return "data.targetHandle.name";
  if ("name" in targetHandle)
    return Array.isArray(targetHandle["output_types"]) ? undefined : "data.targetHandle.output_types";
  if (typeof targetHandle["fieldName"] !== "string") return "data.targetHandle.fieldName";
  const { inputTypes = [], type = "" } = targetHandle;
  if (!Array.isArray(inputTypes)) return "list data.targetHandle.inputTypes";
  return typeof type === "string" ? undefined : "data.targetHandle.type";
}

/** Langflow runs by `source` and `target`; its canvas, and its search for cycles, by the handles. */
function contradictions(edge: GraphEdge, { byId }: FlowGraph): FoundProblem[] {
  const { source, target, sourceHandle, targetHandle } = edge;
  const others = [
    [source, textOf(sourceHandle?.["id"])],
    [target, textOf(targetHandle?.["id"])],
  ] as const;
  return others.flatMap(([end, other]) => {
    if (end === other || byId.get(end)?.isGroup) return [];
    const message = `The edge leads to ${end}, and by its handle to ${other}: the canvas drops it.`;
    return [problemOfEdge(edge, { code: "contradicting-edge", severity: "warning", level: 1, message })];
  });
}

function duplicateEdges({ edges }: FlowGraph): FoundProblem[] {
  const seen = new Set<string>();
  return edges.flatMap((edge) => {
    const { source, target, sourceHandle } = edge;
    const field = fieldNameOf(edge);
    if (!sourceHandle || field === undefined) return [];
    const key = JSON.stringify([source, sourceHandle["name"], target, field]);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const message = `${source} is connected twice with ${field} of ${target}: Langflow counts it once.`;
    return [problemOfEdge(edge, { code: "duplicate-edge", severity: "warning", level: 1, message })];
  });
}

/** A cycle needs a component that ends it: a loop, or one that chooses among several outputs. */
function endlessCycles(graph: FlowGraph): FoundProblem[] {
  return cyclesOf(graph).flatMap((cycle) => {
    const [first] = cycle;
    if (!first || cycle.some(canEnd)) return [];
    const names = cycle.map(nameOf).join(" → ");
    const message = `The edges form a cycle that no component ends: ${names}.`;
    return [problemOfNode(first, { code: "endless-cycle", severity: "warning", level: 1, message })];
  });
}

function canEnd({ component, outputs, isGroup }: GraphNode): boolean {
  const chooses = listOf(component["outputs"]).length > 1;
  return isGroup || chooses || outputs.some((output) => Boolean(fieldsOf(output)["allows_loop"]));
}

/** Langflow knows them by their ids, and refuses a second one that starts the flow. */
function secondChatInput({ nodes, edges, isInside }: FlowGraph): FoundProblem[] {
  if (isInside) return [];
  const inputs = nodes.filter(({ id, isNote }) => !isNote && id.includes("ChatInput"));
  const [, second] = new Map(inputs.map((node) => [node.id, node])).values();
  if (!second || edges.some(({ target }) => inputs.some(({ id }) => id === target))) return [];
  const message = `The flow has ${String(inputs.length)} chat inputs: Langflow takes one.`;
  return [problemOfNode(second, { code: "second-chat-input", severity: "error", level: 1, message })];
}
