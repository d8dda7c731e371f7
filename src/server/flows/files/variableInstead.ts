import { hasSecretShape } from "../../platform/redact.ts";
import { fieldsOf } from "../check/flowGraph.ts";
import type { JsonPath } from "../check/flowGraph.ts";
import { isSecret, own } from "./flowFile.ts";
import type { FlowText } from "./flowText.ts";
import type { TextRange } from "./jsonPositions.ts";

export interface TextChange extends TextRange {
  readonly newText: string;
}

/** A secret that stands in a field, and how the file names a global variable instead. */
export interface TypedSecret {
  readonly value: string;
  naming(variable: string): readonly TextChange[];
}

/** Undefined when the field of the component has no secret, or none that a variable can replace. */
export function typedSecret(flow: FlowText, node: string, name: string): TypedSecret | undefined {
  const [component, ...others] = flow.graphs.flatMap(({ nodes }) => nodes).filter(({ id }) => id === node);
  const field = fieldsOf(own(component?.template ?? {}, name));
  const { value, load_from_db: ofVariable } = field;
  if (!component || others.length > 0 || !isSecret(field) || typeof value !== "string" || value === "")
    return undefined;
  // The name of a variable, unless a key was typed instead.
  if (ofVariable === true && !hasSecretShape(value)) return undefined;
  const at = [...component.at, "data", "node", "template", name];
  return {
    value,
    naming: (variable) => [...flagged(flow, at), ...replaced(flow, [...at, "value"], JSON.stringify(variable))],
  };
}

/** Says that the value is the name of a variable; the flag stands where a flow file has it. */
function flagged(flow: FlowText, at: JsonPath): TextChange[] {
  const flag = "load_from_db";
  const field = flow.tree.find(at);
  const members = field ? flow.tree.partsOf(field) : [];
  if (members.some(({ key }) => key === flag)) return replaced(flow, [...at, flag], "true");
  const next = members.find(({ key }) => String(key) > flag)?.name;
  if (!next) return [];
  const before = /\s*$/.exec(flow.text.slice(0, next.start))?.[0] ?? "";
  return [{ start: next.start, end: next.start, newText: `"${flag}": true,${before || " "}` }];
}

function replaced({ tree }: FlowText, at: JsonPath, newText: string): TextChange[] {
  const value = tree.find(at)?.value;
  return value ? [{ start: value.start, end: value.end, newText }] : [];
}
