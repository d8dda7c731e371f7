import type { Location } from "vscode-languageserver/node";
import { fieldsIn, fieldsOf, textOf } from "../../../flows/check/flowGraph.ts";
import type { FlowGraph, JsonPath } from "../../../flows/check/flowGraph.ts";
import { own } from "../../../flows/files/flowFile.ts";
import type { Fields } from "../../../flows/files/flowFile.ts";
import type { JsonTree } from "../../../flows/files/jsonTree.ts";
import type { FlowInFolder } from "./flowsOfFolder.ts";
import type { OpenFlow, TextPositions } from "./openFlows.ts";
import { isOfVariable } from "./subjects.ts";
import type { Subject } from "./subjects.ts";

/** From an end of a connection to its component, or to the field that it leads to. */
export function definitionOf(flow: OpenFlow, subject: Subject): Location | undefined {
  if (subject.kind === "variable") return undefined;
  if (subject.kind === "field") {
    const name = flow.tree.find([...subject.node.at, "data", "node", "template", subject.field])?.name;
    return name && { uri: flow.uri, range: flow.rangeOf(name) };
  }
  const node = subject.kind === "component" ? subject.node : subject.graph.byId.get(subject.id);
  return node && textAt(flow, [...node.at, "id"])[0];
}

export interface ReferencesAsked {
  readonly withDefinition: boolean;
  /** The flows of the folder, the one that is asked about first. */
  folder(): Promise<readonly FlowInFolder[]>;
}

/**
 * Where the id of the component stands; of a type and of a global variable, in all flows of the folder. None of a field.
 */
export async function referencesOf(
  flow: OpenFlow,
  subject: Subject,
  { withDefinition, folder }: ReferencesAsked,
): Promise<Location[]> {
  if (subject.kind === "field") return [];
  if (subject.kind === "variable") {
    const [first, ...others] = await folder();
    const name = first && variableIn(first, subject.node.id, subject.field, subject.node.template);
    return first && name !== undefined ? [first, ...others].flatMap((one) => usesOfVariable(one, name)) : [];
  }
  if (subject.kind === "component" && subject.by === "type") {
    const { type } = subject.node;
    return (await folder()).flatMap((one) => usesOfType(one.flow, type));
  }
  const id = subject.kind === "component" ? subject.node.id : subject.id;
  if (id === "") return [];
  const paths = [...(withDefinition ? definitions(subject.graph, id) : []), ...usesOf(subject.graph, id)];
  return paths.flatMap((path) => textAt(flow, path));
}

export function definitions({ nodes }: FlowGraph, id: string): JsonPath[] {
  return nodes.flatMap((node) => [
    ...(node.id === id ? [[...node.at, "id"]] : []),
    ...(node.data["id"] === id ? [[...node.at, "data", "id"]] : []),
  ]);
}

/** The ends of connections, without the handles that are kept as texts. */
export function usesOf({ edges }: FlowGraph, id: string): JsonPath[] {
  return edges.flatMap(({ at, source, target, sourceHandle, targetHandle }) => [
    ...(source === id ? [[...at, "source"]] : []),
    ...(target === id ? [[...at, "target"]] : []),
    ...(textOf(sourceHandle?.["id"]) === id ? [[...at, "data", "sourceHandle", "id"]] : []),
    ...(textOf(targetHandle?.["id"]) === id ? [[...at, "data", "targetHandle", "id"]] : []),
  ]);
}

function usesOfType(flow: OpenFlow, type: string): Location[] {
  return flow.graphs.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.type === type ? textAt(flow, [...node.at, "data", "type"]) : [])),
  );
}

/** The variable of a field, which the file has or what lies beside it. */
function variableIn({ needs }: FlowInFolder, node: string, field: string, template: Fields): string | undefined {
  const { value } = fieldsOf(own(template, field));
  const name = textOf(value) || textOf(own(needs?.variables ?? {}, `${node}.${field}`));
  return name === "" ? undefined : name;
}

/** The fields that it fills, and the entries of `.lfx/needs` that say so of fields without the name. */
function usesOfVariable(one: FlowInFolder, name: string): Location[] {
  const { flow, needs } = one;
  const fields = flow.graphs.flatMap(({ nodes }) =>
    nodes.flatMap(({ id, at, template }) =>
      fieldsIn(template).flatMap(([field, found]) =>
        typeof found["value"] === "string" && isOfVariable(found) && variableIn(one, id, field, template) === name
          ? textAt(flow, [...at, "data", "node", "template", field, "value"])
          : [],
      ),
    ),
  );
  const entries = Object.entries(needs?.variables ?? {}).filter(([, variable]) => variable === name);
  return [...fields, ...entries.flatMap(([at]) => (needs ? textAt(needs, ["variables", at]) : []))];
}

/** A string without its quotes. */
function textAt(text: TextPositions & { readonly tree: JsonTree }, path: JsonPath): Location[] {
  const value = text.tree.find(path)?.value;
  return value ? [{ uri: text.uri, range: text.rangeOf({ start: value.start + 1, end: value.end - 1 }) }] : [];
}
