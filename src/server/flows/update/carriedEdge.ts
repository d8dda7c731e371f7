import { fieldNameOf, fieldsIn, fieldsOf, textOf, textsOf } from "../check/flowGraph.ts";
import type { GraphEdge, GraphNode } from "../check/flowGraph.ts";
import { own } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import { currentType } from "../typeNames.ts";

/** One end of an edge, before and after the update. */
export interface End {
  readonly before: GraphNode;
  readonly after: GraphNode;
}

export type CarriedEdge =
  | { readonly fields: Fields }
  /** Which end's newer version cannot keep it, and why. */
  | { readonly stops: "source" | "target" | "both"; readonly why: string };

/** An edge between newer versions: its handles name outputs, fields and types as they are now. */
export function carriedEdge(edge: GraphEdge, { source, target }: { source: End; target: End }): CarriedEdge {
  const output = outputAfter(edge, source);
  if (!output) {
    return { stops: "source", why: `its new version has no output ${textOf(edge.sourceHandle?.["name"])}` };
  }
  const types = typesOf(output);
  const input = inputAfter(edge, target, types);
  if (!input) return { stops: "target", why: `its new version has no field ${fieldNameOf(edge) ?? ""}` };
  if (!types.some((type) => input.accepts.some((other) => currentType(other) === currentType(type)))) {
    const why = `${types.join(" or ")} does not fit ${input.name} any more, which takes ${input.accepts.join(" or ")}`;
    return { stops: "both", why };
  }
  const sourceHandle = { ...edge.sourceHandle, name: textOf(output["name"]), output_types: types };
  const targetHandle = { ...edge.targetHandle, ...input.handle };
  const isOld = edge.sourceHandle?.["baseClasses"] !== undefined;
  if (isOld || !edge.sourceHandle || !edge.targetHandle) return { fields: edge.fields };
  const data = { ...fieldsOf(edge.fields["data"]), sourceHandle, targetHandle };
  return {
    fields: {
      ...edge.fields,
      data,
      sourceHandle: handleText(sourceHandle, edge.fields["sourceHandle"]),
      targetHandle: handleText(targetHandle, edge.fields["targetHandle"]),
    },
  };
}

/** By name; else the one that the same method makes. */
function outputAfter({ sourceHandle }: GraphEdge, { before, after }: End): Fields | undefined {
  const name = sourceHandle?.["name"];
  const same = after.outputs.find((output) => output["name"] === name);
  if (same) return same;
  const method = before.outputs.find((output) => output["name"] === name)?.["method"];
  return after.outputs.find((output) => method !== undefined && output["method"] === method);
}

/** Of an output of several types the one that is chosen, as the canvas writes it. */
function typesOf(output: Fields): readonly string[] {
  const all = textsOf(output["types"]);
  const selected = textOf(output["selected"]);
  return all.length > 1 && all.includes(selected) ? [selected] : all;
}

interface Input {
  readonly name: string;
  readonly accepts: readonly string[];
  readonly handle: Fields;
}

function inputAfter(edge: GraphEdge, { before, after }: End, types: readonly string[]): Input | undefined {
  const name = fieldNameOf(edge) ?? "";
  // The edge that closes a loop leads to an output.
  if (edge.targetHandle && "name" in edge.targetHandle) {
    const output = after.outputs.find((one) => one["name"] === name && one["allows_loop"] === true);
    if (!output) return undefined;
    const accepts = [...textsOf(output["types"]), ...textsOf(output["loop_types"])];
    return { name, accepts, handle: { output_types: accepts } };
  }
  const field = own(after.template, name);
  if (field !== undefined) return inputOf(name, fieldsOf(field));
  // A field under another name: the only new one that takes what the edge brings.
  const added = fieldsIn(after.template)
    .filter(([other, one]) => own(before.template, other) === undefined && one["show"] !== false && !one["advanced"])
    .map(([other, one]) => inputOf(other, one))
    .filter(({ handle }) =>
      textsOf(handle["inputTypes"]).some((type) => types.map(currentType).includes(currentType(type))),
    );
  return added.length === 1 ? added[0] : undefined;
}

function inputOf(name: string, field: Fields): Input {
  const inputTypes = textsOf(field["input_types"]);
  const type = textOf(field["type"]);
  return { name, accepts: [...inputTypes, type], handle: { fieldName: name, inputTypes, type } };
}

/** A handle as the canvas writes it: JSON with sorted keys and œ instead of quotes; with spaces where it had them. */
function handleText(handle: Fields, before: unknown): string {
  const gap = textOf(before).includes("œ: ") ? " " : "";
  return jsonOf(handle, gap).replaceAll('"', "œ");
}

function jsonOf(value: unknown, gap: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => jsonOf(one, gap)).join(`,${gap}`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${keys.map(([key, one]) => `${JSON.stringify(key)}:${gap}${jsonOf(one, gap)}`).join(`,${gap}`)}}`;
}
