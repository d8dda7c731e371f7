import { fieldNameOf, fieldsIn as namedFields, graphsOf } from "../check/flowGraph.ts";
import { knownComponents } from "../check/knownComponents.ts";
import type { NeedKind } from "../../../protocol/needKinds.ts";
import { hasSecretShape } from "../../platform/redact.ts";
import type { Catalogue } from "../model.ts";
import { allNodesOf, isFields, isSecret, templateOf } from "./flowFile.ts";
import type { FlowFile } from "./flowFile.ts";

type Fields = Readonly<Record<string, unknown>>;
type Flow = Pick<FlowFile, "fields">;

/** Names of global variables by the field that uses them, as `NODE.FIELD`. */
export type VariableNames = Readonly<Record<string, string>>;

/** Something of the server that a flow uses. */
export interface Wanted {
  readonly kind: NeedKind;
  readonly name: string;
  /** Components, or their fields. */
  readonly usedBy: readonly string[];
  /** The id of a flow, where the component has one. */
  readonly id?: string;
  /** What the flow calls it, where the server that is asked has another name for it. */
  readonly here?: string;
  /** The entry of an MCP server that the flow carries along. */
  readonly entry?: Fields;
}

/** Names of the global variables of a server. */
export interface ServerVariables {
  has(name: string): boolean;
}

/**
 * The global variables that a flow of a server uses; a file leaves their names out. A key can stand in the field of a
 * name, which is then nobody's name: it is not among them.
 */
export function variablesOf(flow: Flow, there: ServerVariables): VariableNames {
  const used = connectedFields(flow).filter(([, name]) => isVariableName(name, there));
  return Object.fromEntries(used);
}

/** Whether a flow has fields that are connected with a variable, by what the fields say. */
export function hasConnectedFields(flow: Flow): boolean {
  return connectedFields(flow).length > 0;
}

function connectedFields(flow: Flow): readonly (readonly [at: string, name: string])[] {
  return fieldsIn(flow).flatMap(({ at, field }) =>
    field["load_from_db"] === true && isText(field["value"]) ? [[at, field["value"]] as const] : [],
  );
}

/** Capitals, as environment variables have them; with hyphens, letters alone: serial numbers have digits. */
const nameShape = /^(?:[A-Z]+|[A-Z][A-Z0-9]*(?=_))(?:_[A-Z0-9]+|-[A-Z]+)*$/;

/** A variable of the server, or what looks like the name of one: the server may have lost that variable. */
function isVariableName(name: string, there: ServerVariables): boolean {
  return !hasSecretShape(name) && (there.has(name) || nameShape.test(name));
}

/** The flow with keys as keys: what is typed into the field of a variable, and is no name, is sent as a key. */
export function withTypedKeys(flow: FlowFile, there: ServerVariables) {
  const keys: string[] = [];
  const changed = changeFields(flow, (field, at) => {
    const { value } = field;
    if (field["load_from_db"] !== true || !isText(value) || isVariableName(value, there)) return field;
    keys.push(at);
    return { ...field, load_from_db: false };
  });
  return { flow: changed, keys };
}

/** Fields with a key that is typed into the flow of a server. */
export function keysOf(flow: Flow, variables: VariableNames): readonly string[] {
  return fieldsIn(flow)
    .filter(({ at, field }) => Boolean(field["password"]) && !Object.hasOwn(variables, at) && isText(field["value"]))
    .map(({ at }) => at);
}

/** All that a flow uses of its server, but its components. */
export function wantedBy(flow: Flow, variables: VariableNames): readonly Wanted[] {
  const found: Wanted[] = Object.entries(variables).map(([at, name]) => ({ kind: "variable", name, usedBy: [at] }));
  const withKey = new Set(
    [...Object.keys(variables), ...keysOf(flow, variables)].map((at) => at.slice(0, at.lastIndexOf("."))),
  );
  for (const { at, node, name, field, template } of fieldsIn(flow)) {
    const { type, value } = field;
    const add = (kind: NeedKind, wanted: unknown, more: Partial<Wanted> = {}) => {
      if (isText(wanted)) found.push({ kind, name: wanted, usedBy: [at], ...more });
    };
    if (type === "file") for (const path of listOf(field["file_path"])) add("file", path);
    if (type === "mcp" && isFields(value)) {
      const { config } = value;
      add("mcpServer", value["name"], isFields(config) && Object.keys(config).length > 0 ? { entry: config } : {});
    }
    if (name === "knowledge_base") add("knowledgeBase", value);
    if (name === "flow_name") add("flow", value);
    if (name === "flow_name_selected") {
      const id = valueOf(template["flow_id_selected"]);
      add("flow", value, isText(id) ? { id } : {});
    }
    // A component with a key of its own does not use the server's.
    if (type === "model" && !withKey.has(node)) {
      for (const model of listOf(value)) if (isFields(model)) add("provider", model["provider"]);
    }
  }
  return merged(found);
}

/** The components of a flow that a server does not have, or has in another version. */
export function differentComponents(flow: Flow, catalogue: Catalogue): readonly (Wanted & { missing: boolean })[] {
  const known = knownComponents(catalogue);
  const found = allNodesOf(flow).flatMap((node): (Wanted & { missing: boolean })[] => {
    const data = isFields(node["data"]) ? node["data"] : {};
    const { type, node: component } = data;
    if (!isText(type) || node["type"] === "noteNode" || !isFields(component) || isFields(component["flow"])) return [];
    const code = codeIn(valueOf(templateOf(node)["code"]));
    const theirs = known.find(type);
    const wanted = { kind: "component" as const, name: type, usedBy: [String(node["id"])] };
    // One of the user's own brings its code along.
    if (!theirs) return code !== undefined && !isBuiltIn(component) ? [] : [{ ...wanted, missing: true }];
    const isEdited = component["edited"] === true || !isBuiltIn(component);
    const other = codeIn(valueOf(theirs.template["code"]));
    return code === undefined || code === other || isEdited ? [] : [{ ...wanted, missing: false }];
  });
  return merged(found);
}

/** Langflow names the module of a component that it ships. */
function isBuiltIn({ metadata }: Fields): boolean {
  const { module } = isFields(metadata) ? metadata : {};
  return typeof module === "string" && /^(lfx|langflow)[._]/.test(module);
}

function codeIn(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join("\n") : isText(value) ? value : undefined;
}

/** The same flow with some fields changed; those of groups as well. */
export function changeFields(
  flow: FlowFile,
  change: (field: Fields, at: string, template: Fields) => Fields,
): FlowFile {
  const changeNodes = (data: unknown): unknown => {
    if (!isFields(data)) return data;
    return { ...data, nodes: listOf(data["nodes"]).map((node) => (isFields(node) ? changeNode(node) : node)) };
  };
  const changeNode = (node: Fields): Fields => {
    const { data } = node;
    if (!isFields(data) || !isFields(data["node"])) return node;
    const template = templateOf(node);
    const changed = Object.entries(template).map(
      ([name, field]) =>
        [name, isFields(field) ? change(field, `${String(node["id"])}.${name}`, template) : field] as const,
    );
    const { flow: group } = data["node"];
    const inside = isFields(group) ? { flow: { ...group, data: changeNodes(group["data"]) } } : {};
    return { ...node, data: { ...data, node: { ...data["node"], template: Object.fromEntries(changed), ...inside } } };
  };
  return { ...flow, fields: { ...flow.fields, data: changeNodes(flow.fields["data"]) } };
}

/** The same flow with variables in the fields that are empty. */
export function withVariables(flow: FlowFile, variables: VariableNames): FlowFile {
  return changeFields(flow, (field, at) => {
    const name = Object.hasOwn(variables, at) ? variables[at] : undefined;
    return name === undefined || isText(field["value"]) ? field : { ...field, load_from_db: true, value: name };
  });
}

/**
 * The same flow with the variables that a server applies by default to fields of a display name. Its canvas does that
 * when it opens the flow, for the empty fields that it shows; a run from the API may not (Langflow issue 11781).
 */
export function withDefaultVariables(
  flow: FlowFile,
  defaults: ReadonlyMap<string, string>,
  onServer: Flow | undefined,
): { readonly flow: FlowFile; readonly connected: VariableNames } {
  if (defaults.size === 0) return { flow, connected: {} };
  const filled = onServer ? filledFields(onServer) : new Set<string>();
  const found = emptyTextFields(flow).flatMap(({ at, field }) => {
    const title = field["display_name"];
    const name = typeof title === "string" ? defaults.get(title) : undefined;
    // What the file leaves out, the server keeps.
    return name === undefined || (isSecret(field) && filled.has(at)) ? [] : [[at, name] as const];
  });
  const connected = Object.fromEntries(found);
  return { flow: withVariables(flow, connected), connected };
}

/** Fields in which the canvas offers global variables, as its `ParameterRenderComponent` of 1.7 and 1.13 decides. */
function emptyTextFields(flow: Flow) {
  const [graph] = graphsOf(flow);
  if (!graph) return [];
  const led = new Set(graph.edges.map((edge) => `${edge.target}.${fieldNameOf(edge) ?? ""}`));
  return graph.nodes.flatMap(({ id, isNote, component, template }) => {
    if (isNote) return [];
    return namedFields(template).flatMap(([name, field]) => {
      const { type, show, advanced, list, options, multiline, tool_mode: byAgent, value } = field;
      const isText = (type === "str" || type === "SecretStr") && !list && !options && !multiline;
      const isShown = Boolean(show) && !advanced && !(byAgent && component["tool_mode"]);
      const isEmpty = value === undefined || value === null || value === "";
      const at = `${id}.${name}`;
      return isText && isShown && isEmpty && !led.has(at) ? [{ at, field }] : [];
    });
  });
}

/** Fields that contain something, by `NODE.FIELD`. */
export function filledFields(flow: Flow): ReadonlySet<string> {
  return new Set(fieldsIn(flow).flatMap(({ at, field }) => (isText(field["value"]) ? [at] : [])));
}

function fieldsIn(flow: Flow) {
  return allNodesOf(flow).flatMap((node) => {
    const template = templateOf(node);
    const id = String(node["id"]);
    return Object.entries(template).flatMap(([name, field]) =>
      isFields(field) ? [{ at: `${id}.${name}`, node: id, name, field, template }] : [],
    );
  });
}

/** One for each thing, with all that use it. */
function merged<Each extends Wanted>(all: readonly Each[]): readonly Each[] {
  const byName = new Map<string, Each>();
  for (const one of all) {
    const key = `${one.kind} ${one.name} ${one.id ?? ""}`;
    const other = byName.get(key);
    byName.set(key, other ? { ...other, usedBy: [...new Set([...other.usedBy, ...one.usedBy])] } : one);
  }
  return [...byName.values()];
}

function valueOf(field: unknown): unknown {
  return isFields(field) ? field["value"] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
