import { isDeepStrictEqual } from "node:util";
import { codeOf, fieldsIn, fieldsOf, graphsOf, textOf } from "../check/flowGraph.ts";
import type { GraphNode } from "../check/flowGraph.ts";
import type { Fields, FlowFile } from "../files/flowFile.ts";
import { rebuilt } from "../update/newVersion.ts";
import { replaceComponents } from "../update/updateFlow.ts";
import type { TypedComponent } from "./sampleFlow.ts";

export interface ReplacedCode {
  readonly fields: Fields;
  readonly updated: boolean;
  /** Whether one that uses the component stays as it is. */
  readonly left: boolean;
  /** A line for each change, and for each component that stays. */
  readonly changes: readonly string[];
}

/** Puts the code of a component into a flow, with the values and edges that still fit. Undefined where the flow does not use it. */
export function replaceCode(flow: Pick<FlowFile, "fields">, built: TypedComponent): ReplacedCode | undefined {
  const nodes = graphsOf(flow).flatMap((graph) => graph.nodes.filter((node) => isUseOf(node, built)));
  if (nodes.length === 0) return undefined;
  const meant = new Set(nodes.filter((node) => !isCurrent(node, built)).map(({ fields }) => fields));
  const { fields, components } = replaceComponents(flow, (node) => {
    if (!meant.has(node.fields)) return undefined;
    const { component, lost } = rebuilt(node, built.component);
    // Its code is the user's, as on the canvas.
    return { version: { component: { ...component, edited: true }, lost }, current: built.component };
  });
  const changes = components.flatMap(({ node: id, name, result, notes }) => {
    const before = nodes.find((node) => node.id === id);
    if (result !== "updated") return notes.map((note) => `${name} (${id}) stays as it is: ${note}`);
    const said = before ? changesOf(before, built) : [];
    return [...said, ...notes].map((note) => `${name} (${id}): ${note}`);
  });
  return {
    ...{ fields, changes },
    updated: components.some(({ result }) => result === "updated"),
    left: components.some(({ result }) => result === "left"),
  };
}

/**
 * A component is a use of the file when Langflow calls both the same, or when it is a custom component whose code has a
 * class of that name: the canvas calls every new one CustomComponent.
 */
function isUseOf(node: GraphNode, { type, component }: TypedComponent): boolean {
  if (node.isNote || node.isGroup || codeOf(node.template) === "") return false;
  if (node.type === type) return true;
  const name = classOf(component) ?? type;
  return node.type === "CustomComponent" && new RegExp(String.raw`^class ${name}\b`, "m").test(codeOf(node.template));
}

/** Versions before 1.13 do not say it. */
function classOf({ metadata }: TypedComponent["component"]): string | undefined {
  const name = textOf(fieldsOf(metadata)["component_class_name"]);
  return /^\w+$/.test(name) ? name : undefined;
}

function isCurrent(node: GraphNode, { component }: TypedComponent): boolean {
  return codeOf(node.template) === codeOf(component.template);
}

function changesOf(node: GraphNode, { component }: TypedComponent): readonly string[] {
  const before = new Map(fieldsIn(node.template));
  const after = new Map(fieldsIn(component.template));
  const outputs = new Map(node.outputs.map((output) => [textOf(output["name"]), output]));
  const names = new Set(component.outputs.map(({ name }) => name));
  const added = [...after.keys()].filter((name) => !before.has(name));
  const changed = component.outputs.filter(({ name, types }) => {
    const old = outputs.get(name);
    return old !== undefined && !isDeepStrictEqual(old["types"], types);
  });
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["new field", added],
    ["new output", [...names].filter((name) => !outputs.has(name))],
    ["without output", [...outputs.keys()].filter((name) => !names.has(name) && name !== "component_as_tool")],
    ["other types of output", changed.map(({ name }) => name)],
  ];
  return ["new code", ...lines.flatMap(([what, all]) => all.map((name) => `${what} ${name}`))];
}
