import type { Location } from "vscode-languageserver/node";
import { textOf } from "../../../flows/check/flowGraph.ts";
import type { FlowGraph, JsonPath } from "../../../flows/check/flowGraph.ts";
import type { OpenFlow } from "./openFlows.ts";
import type { Subject } from "./subjects.ts";

/** From an end of a connection to its component, or to the field that it leads to. */
export function definitionOf(flow: OpenFlow, subject: Subject): Location | undefined {
  if (subject.kind === "field") {
    const name = flow.tree.find([...subject.node.at, "data", "node", "template", subject.field])?.name;
    return name && { uri: flow.uri, range: flow.rangeOf(name) };
  }
  const node = subject.kind === "component" ? subject.node : subject.graph.byId.get(subject.id);
  return node && textAt(flow, [...node.at, "id"]);
}

/** Where the id of the component stands; none of a field. */
export function referencesOf(flow: OpenFlow, subject: Subject, withDefinition: boolean): Location[] {
  if (subject.kind === "field") return [];
  const id = subject.kind === "component" ? subject.node.id : subject.id;
  if (id === "") return [];
  const paths = [...(withDefinition ? definitions(subject.graph, id) : []), ...uses(subject.graph, id)];
  return paths.flatMap((path) => textAt(flow, path) ?? []);
}

function definitions({ nodes }: FlowGraph, id: string): JsonPath[] {
  return nodes.flatMap((node) => [
    ...(node.id === id ? [[...node.at, "id"]] : []),
    ...(node.data["id"] === id ? [[...node.at, "data", "id"]] : []),
  ]);
}

function uses({ edges }: FlowGraph, id: string): JsonPath[] {
  return edges.flatMap(({ at, source, target, sourceHandle, targetHandle }) => [
    ...(source === id ? [[...at, "source"]] : []),
    ...(target === id ? [[...at, "target"]] : []),
    ...(textOf(sourceHandle?.["id"]) === id ? [[...at, "data", "sourceHandle", "id"]] : []),
    ...(textOf(targetHandle?.["id"]) === id ? [[...at, "data", "targetHandle", "id"]] : []),
  ]);
}

/** A string without its quotes. */
function textAt(flow: OpenFlow, path: JsonPath): Location | undefined {
  const value = flow.tree.find(path)?.value;
  return value && { uri: flow.uri, range: flow.rangeOf({ start: value.start + 1, end: value.end - 1 }) };
}
