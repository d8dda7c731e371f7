import { ToolError } from "../../platform/errors.ts";
import { parseExact, sortedJson } from "./exactJson.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A flow as its file has it. Only what is used is named; the rest is kept. */
export interface FlowFile {
  readonly id: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The code of components stands as a list of lines. */
  readonly codeAsLines: boolean;
}

/** What a flow file has of a flow, each with its value where the server's answer lacks it: those of `lfx export`. */
const kept: Readonly<Record<string, unknown>> = {
  id: undefined,
  name: undefined,
  description: null,
  data: null,
  is_component: false,
  endpoint_name: null,
  tags: null,
  icon: null,
  icon_bg_color: null,
  locked: false,
  mcp_enabled: false,
  webhook: false,
};
const leftOut = new Set(["updated_at", "created_at", "user_id", "folder_id", "access_type", "gradient"]);
const leftOutOfNodes = new Set(["positionAbsolute", "dragging", "selected"]);

/** Reads a flow file; the message of a failure names it. */
export function readFlowFile(path: string, text: string): FlowFile {
  const fields = fieldsOf(parsed(path, text));
  const { id, name } = fields;
  if (typeof id === "string" && typeof name === "string" && isFields(fields["data"])) {
    return { id: id.toLowerCase(), name, fields, codeAsLines: hasCodeAsLines(fields) };
  }
  throw new ToolError(
    "INVALID_ARGUMENT",
    `${path} is not a flow: it needs id, name and data.`,
    "Pull the flow, or export it with `lfx export`.",
  );
}

function parsed(path: string, text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError("INVALID_ARGUMENT", `${path} is not valid JSON: ${why}`, "Correct the file, then try again.");
  }
}

/** A flow as Langflow's API answers it. */
export function flowOfAnswer(text: string): FlowFile {
  const answer = fieldsOf(parsed("Langflow's answer", text));
  const fields = Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, answer[key] ?? value]));
  return { id: String(answer["id"]), name: String(answer["name"]), fields, codeAsLines: false };
}

/** The text of the file: byte for byte what `lfx export` and `lfx pull` write. */
export function flowFileText({ fields }: Pick<FlowFile, "fields">, { codeAsLines }: { codeAsLines: boolean }): string {
  const top = Object.entries(fields).filter(([key]) => !leftOut.has(key));
  const data = fieldsOf(fields["data"]);
  const nodes = listOf(data["nodes"]).map((node) => (isFields(node) ? plainNode(node, codeAsLines) : node));
  return `${sortedJson({ ...Object.fromEntries(top), data: { ...data, nodes } })}\n`;
}

function plainNode(node: Fields, codeAsLines: boolean): Fields {
  const own = Object.fromEntries(Object.entries(node).filter(([key]) => !leftOutOfNodes.has(key)));
  const template = Object.entries(templateOf(node)).map(
    ([name, field]) => [name, plainField(field, codeAsLines)] as const,
  );
  const data = fieldsOf(node["data"]);
  return { ...own, data: { ...data, node: { ...fieldsOf(data["node"]), template: Object.fromEntries(template) } } };
}

function plainField(field: unknown, codeAsLines: boolean): unknown {
  if (!isFields(field)) return field;
  const value = isSecret(field) ? "" : field["value"];
  const lines = codeAsLines && field["type"] === "code" && typeof value === "string" ? value.split("\n") : value;
  return "value" in field || lines !== undefined ? { ...field, value: lines } : field;
}

/** A password, or the name of a global variable: a file leaves both out. */
export function isSecret(field: Fields): boolean {
  return Boolean(field["password"]) || Boolean(field["load_from_db"]);
}

/** The name of a flow's file, as `lfx` makes it. */
export function flowFileName(name: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}\-_ ]/gu, "_");
  return `${safe.trim().replaceAll(" ", "_")}.json`;
}

/**
 * The data to send to the server: what the file leaves out is taken from the flow that the server has, so that a push
 * empties no key and no name of a variable; code in lines becomes a text again.
 */
export function dataToPush(file: FlowFile, onServer: FlowFile | undefined): Fields {
  const data = fieldsOf(file.fields["data"]);
  const there = new Map(nodesOf(onServer).map((node) => [node["id"], node]));
  const nodes = listOf(data["nodes"]).map((node) => {
    if (!isFields(node)) return node;
    const theirs = templateOf(there.get(node["id"]) ?? {});
    const template = Object.entries(templateOf(node)).map(
      ([name, field]) => [name, fullField(field, theirs[name])] as const,
    );
    const inner = fieldsOf(node["data"]);
    return {
      ...node,
      data: { ...inner, node: { ...fieldsOf(inner["node"]), template: Object.fromEntries(template) } },
    };
  });
  return { ...data, nodes };
}

function fullField(field: unknown, theirs: unknown): unknown {
  if (!isFields(field)) return field;
  const { value } = field;
  if (isSecret(field) && value === "" && isFields(theirs)) return { ...field, value: theirs["value"] ?? "" };
  return field["type"] === "code" && Array.isArray(value) ? { ...field, value: value.join("\n") } : field;
}

function hasCodeAsLines(fields: Fields): boolean {
  return nodesOf({ fields }).some((node) =>
    Object.values(templateOf(node)).some(
      (field) => isFields(field) && field["type"] === "code" && Array.isArray(field["value"]),
    ),
  );
}

export function nodesOf(flow: Pick<FlowFile, "fields"> | undefined): Fields[] {
  return listOf(fieldsOf(flow?.fields["data"])["nodes"]).filter(isFields);
}

/** The fields of a component, by name. */
export function templateOf(node: Fields): Fields {
  return fieldsOf(fieldsOf(fieldsOf(node["data"])["node"])["template"]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
