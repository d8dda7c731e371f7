import { isDeepStrictEqual } from "node:util";
import { redactSecrets } from "../../platform/redact.ts";
import { whatBreaks } from "../check/components.ts";
import { codeOf, fieldsIn, fieldsOf, isInToolMode, textOf, textsOf } from "../check/flowGraph.ts";
import type { GraphNode } from "../check/flowGraph.ts";
import { isFields, isSecret, own } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import type { Component } from "../model.ts";
import { currentType } from "../typeNames.ts";

/** A component as its newer version has it. */
export interface NewVersion {
  /** `data.node` of the node. */
  readonly component: Fields;
  /** The values that the newer version has no field for, in words. */
  readonly lost: readonly string[];
}

/**
 * The newer version with the values of the old one. Where the newer one takes nothing away, only code and new fields are
 * put in, as `lfx upgrade` does; otherwise the component is the new one, with every value that it has a field for.
 */
export function newVersion(node: GraphNode, current: Component): NewVersion {
  return whatBreaks(node, current) === undefined ? grown(node, current) : rebuilt(node, current);
}

function grown({ component, template }: GraphNode, current: Component): NewVersion {
  const added = fieldsIn(current.template).filter(([name]) => own(template, name) === undefined);
  const code = { ...fieldsOf(own(template, "code")), value: codeOf(current.template) };
  return { component: { ...component, template: { ...template, ...Object.fromEntries(added), code } }, lost: [] };
}

/** What follows from the code. All else is what the flow makes of a component, such as its name. */
const ofTheCode = ["base_classes", "documentation", "field_order", "icon", "legacy", "metadata", "output_types"];

/** What the canvas keeps in fields of its own. */
const ofTheCanvas: ReadonlySet<string> = new Set(["tools_metadata", "is_refresh"]);

/** The newer version, whatever it takes away, with the values of the old one. */
export function rebuilt(node: GraphNode, current: Component): NewVersion {
  const { component, template } = node;
  const lost = new Map<string, unknown>();
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(current.template)) {
    const old = own(template, name);
    const isCarried = name !== "code" && isFields(old) && isFields(field);
    fields[name] = isCarried && canTakeValue(old, field) ? withValueOf(old, field) : field;
    if (isCarried && !canTakeValue(old, field) && isSet(old)) lost.set(name, old);
  }
  // Such as the variables of a prompt, which are fields of their own.
  const ofTheFlow = new Set(Object.values(fieldsOf(component["custom_fields"])).flatMap(textsOf));
  for (const [name, old] of fieldsIn(template)) {
    if (Object.hasOwn(fields, name) || name.startsWith("_")) continue;
    if (ofTheFlow.has(name) || ofTheCanvas.has(name)) fields[name] = old;
    // A file has no secrets, so only Langflow knows whether there is one to lose.
    else if (isSet(old) || isSecret(old)) lost.set(name, old);
  }
  const model = chosenModel(template, fields);
  if (model) {
    fields["model"] = { ...fieldsOf(fields["model"]), value: model.value };
    for (const name of model.from) lost.delete(name);
  }
  const kept = Object.fromEntries(ofTheCode.flatMap((key) => (key in current ? [[key, current[key]] as const] : [])));
  const outputs = isInToolMode(node) ? node.outputs : outputsOf(node, current);
  return {
    component: { ...component, ...kept, outputs, template: fields },
    lost: [...lost].map(([name, field]) => `${name} (${valueWords(field)})`),
  };
}

function canTakeValue(old: Fields, field: Fields): boolean {
  const [{ value: was }, { value: is }] = [old, field];
  return old["type"] === field["type"] || isBlank(was) || (!isEmpty(is) && typeof was === typeof is);
}

/** A value and the flag that makes it the name of a variable go together. */
function withValueOf(old: Fields, field: Fields): Fields {
  const kept = ["advanced", "show", "options"].filter((key) => key in old && isKept(key, old, field));
  const own = Object.fromEntries(kept.map((key) => [key, old[key]]));
  // What somebody emptied stays empty, unless the component could not be built so.
  const isDefault = !("value" in old) || (field["required"] === true && isBlank(old["value"]) && !isSecret(old));
  if (isDefault) return { ...field, ...own };
  const flag = "load_from_db" in old || "load_from_db" in field ? { load_from_db: old["load_from_db"] ?? false } : {};
  return { ...field, ...own, ...flag, value: old["value"] };
}

/** The options of a field that Langflow fills at the server are those of the flow. */
function isKept(key: string, old: Fields, field: Fields): boolean {
  return key !== "options" || (field["real_time_refresh"] === true && !isEmpty(old["options"]) && isEmpty(field[key]));
}

/** The outputs of the newer version; those that a component has by the value of a field, where its code still makes them. */
function outputsOf({ outputs }: GraphNode, current: Component): readonly Fields[] {
  const now: readonly Fields[] = current.outputs;
  const code = codeOf(current.template);
  const byName = new Map(now.map((output) => [output["name"], output]));
  const ofValues = outputs.filter((old) => !byName.has(old["name"]) && hasMethod(code, textOf(old["method"])));
  if (ofValues.length === 0) return now.map((output) => withChoice(output, outputs));
  return outputs.flatMap((old) => {
    const output = byName.get(old["name"]);
    if (output) return [withChoice(output, outputs)];
    return ofValues.includes(old) ? [{ ...old, types: textsOf(old["types"]).map(currentType) }] : [];
  });
}

function hasMethod(code: string, name: string): boolean {
  return /^\w+$/.test(name) && new RegExp(String.raw`\bdef ${name}\(`).test(code);
}

/** The type that was chosen for an output of several. */
function withChoice(output: Fields, before: readonly Fields[]): Fields {
  const old = before.find(({ name }) => name === output["name"]);
  const selected = currentType(textOf(old?.["selected"]));
  return textsOf(output["types"]).includes(selected) ? { ...output, selected } : output;
}

/** Langflow 1.8 made one field of provider and model. */
function chosenModel(template: Fields, fields: Readonly<Record<string, unknown>>) {
  const model = fieldsOf(fields["model"]);
  if (model["type"] !== "model" || !isEmpty(model["value"]) || own(template, "model") !== undefined) return undefined;
  const from = "provider" in template ? "provider" : "agent_llm";
  const [provider, name] = [from, "model_name"].map((key) => textOf(fieldsOf(own(template, key))["value"]));
  if (!provider || !name) return undefined;
  const value = [{ name, provider: provider === "Google" ? "Google Generative AI" : provider, metadata: {} }];
  return { value, from: [from, "model_name"] };
}

/** Whether somebody would miss the value. */
function isSet(field: Fields): boolean {
  return !isEmpty(field["value"]) && field["show"] !== false && !isDeepStrictEqual(field["value"], field["default"]);
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Also a switch that is off and a list without items. */
export function isEmpty(value: unknown): boolean {
  if (isBlank(value) || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && !JSON.isRawJSON(value) && Object.keys(value).length === 0;
}

function valueWords(field: unknown): string {
  const { value } = fieldsOf(field);
  if (isSecret(fieldsOf(field))) return isBlank(value) ? "a secret, if Langflow has one" : "a secret";
  const text = redactSecrets(typeof value === "string" ? value : JSON.stringify(value)).replaceAll(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
