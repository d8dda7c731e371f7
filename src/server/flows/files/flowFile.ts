import { createHash } from "node:crypto";
import { hasConflicts } from "../../../protocol/conflictMarks.ts";
import { ToolError } from "../../platform/errors.ts";
import { parseExact, sortedJson } from "./exactJson.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A flow as its file has it. Only what is used is named; the rest is kept. */
export interface FlowFile {
  readonly id: string;
  readonly name: string;
  readonly fields: Fields;
  /** The code of components stands as a list of lines. */
  readonly codeAsLines: boolean;
}

/** What a flow file has of a flow, each with its value where the server's answer lacks it: those of `lfx export`. */
const kept: Fields = {
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
export const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Reads a flow file; the message of a failure names it, and nothing of its content. */
export function readFlowFile(path: string, text: string): FlowFile {
  const { id, name, fields } = flowIn(path, parsed(path, text));
  const file = { id: id.toLowerCase(), name, fields, codeAsLines: hasCodeAsLines(fields) };
  try {
    plainText(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ToolError("INVALID_ARGUMENT", `${path} is nested too deeply for a flow.`, "Pull the flow once more.");
  }
  return file;
}

/** The same for who only looks at it: in a fifth of the time, since its numbers are not kept as they are written. */
export function readFlowFields(path: string, text: string): Fields {
  return flowIn(path, parsed(path, text, JSON.parse)).fields;
}

function flowIn(path: string, value: unknown): { readonly id: string; readonly name: string; readonly fields: Fields } {
  const fields = fieldsOf(value);
  const { id, name } = fields;
  if (typeof id === "string" && uuid.test(id) && typeof name === "string" && isFields(fields["data"])) {
    return { id, name, fields };
  }
  throw new ToolError(
    "INVALID_ARGUMENT",
    `${path} is not a flow: it needs an id, a name and data.`,
    "Pull the flow, or export it with `lfx export`.",
  );
}

function parsed(path: string, text: string, parse: (text: string) => unknown = parseExact): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (hasConflicts(text)) {
      throw new ToolError(
        "CONFLICT",
        `${path} has conflicts that nobody has resolved.`,
        "Decide between the marks <<<<<<< and >>>>>>>, remove the marks, then try again.",
      );
    }
    // The parser quotes the text around the fault, which may be a key.
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split("\n").length;
    const where = line === undefined ? "" : `, in line ${String(line)}`;
    throw new ToolError("INVALID_ARGUMENT", `${path} is not valid JSON${where}.`, "Correct the file, then try again.");
  }
}

/** A flow of the server, and the token by which a later write finds out whether somebody wrote in between. */
export interface ServerFlow extends FlowFile {
  readonly versionToken: string | undefined;
}

/** A flow as Langflow's API answers it. */
export function flowOfAnswer(text: string): ServerFlow {
  return serverFlow(parsed("Langflow's answer", text));
}

export function flowsOfAnswer(text: string): readonly ServerFlow[] {
  return listOf(parsed("Langflow's answer", text)).map(serverFlow);
}

function serverFlow(flow: unknown): ServerFlow {
  const answer = fieldsOf(flow);
  const { id, name, version_token: token } = answer;
  if (typeof id !== "string" || typeof name !== "string") {
    throw new ToolError("NOT_READY", "Langflow's answer is not a flow.", "Check the address of Langflow.");
  }
  const versionToken = typeof token === "string" ? token : undefined;
  return { id: id.toLowerCase(), name, fields: keptOf(answer), codeAsLines: false, versionToken };
}

function keptOf(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, fields[key] ?? value]));
}

/** How a file writes what it has. */
interface FileForm {
  readonly codeAsLines: boolean;
  /** A file has no secrets of its own; those that somebody typed in are kept where nothing may be lost. */
  readonly secrets: "out" | "kept";
}

/** The text of the file: byte for byte what `lfx export` and `lfx pull` write, but that groups have no secrets either. */
export function flowFileText({ fields }: Pick<FlowFile, "fields">, { codeAsLines }: { codeAsLines: boolean }): string {
  return `${sortedJson(fileForm(fields, { codeAsLines, secrets: "out" }))}\n`;
}

/** A flow without what changes by itself, in the form of its file. */
export function fileForm(fields: Fields, form: FileForm): Fields {
  const top = Object.entries(fields).filter(([key]) => !leftOut.has(key));
  const data = fieldsOf(fields["data"]);
  const nodes = listOf(data["nodes"]).map((node) => {
    if (!isFields(node)) return node;
    const own = Object.entries(node).filter(([key]) => !leftOutOfNodes.has(key));
    return withFields(Object.fromEntries(own), undefined, (field) => plainField(field, form));
  });
  return { ...Object.fromEntries(top), data: { ...data, nodes } };
}

/** The form in which two flows are compared: what only a file's own form makes is no difference. */
export function plainText({ fields }: Pick<FlowFile, "fields">): string {
  return flowFileText({ fields: keptOf(fields) }, { codeAsLines: false });
}

/** What a text that somebody looked at is known by. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Changes every field of a node's component, and of the flow inside when the node is a group. */
function withFields(
  node: Fields,
  theirs: Fields | undefined,
  change: (field: Fields, theirs: Fields) => Fields,
): Fields {
  const there = templateOf(theirs ?? {});
  const template = Object.entries(templateOf(node)).map(
    ([name, field]) => [name, isFields(field) ? change(field, fieldsOf(own(there, name))) : field] as const,
  );
  const data = fieldsOf(node["data"]);
  const inner = { ...fieldsOf(data["node"]), template: Object.fromEntries(template) };
  const group = groupOf(node);
  if (!group) return { ...node, data: { ...data, node: inner } };
  const others = new Map(nodesIn(groupOf(theirs ?? {})).map((one) => [one["id"], one]));
  const groupData = fieldsOf(group["data"]);
  const nodes = listOf(groupData["nodes"]).map((one) =>
    isFields(one) ? withFields(one, others.get(one["id"]), change) : one,
  );
  return { ...node, data: { ...data, node: { ...inner, flow: { ...group, data: { ...groupData, nodes } } } } };
}

function plainField(field: Fields, { codeAsLines, secrets }: FileForm): Fields {
  if (secrets === "kept" && isSecret(field)) return field;
  const value = isSecret(field) ? "" : field["value"];
  if (field["type"] === "code" && codeAsLines && typeof value === "string")
    return { ...field, value: value.split("\n") };
  if (field["type"] === "code" && !codeAsLines && Array.isArray(value)) return { ...field, value: value.join("\n") };
  return "value" in field || isSecret(field) ? { ...field, value } : field;
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
  const there = nodesThere(file, onServer);
  const nodes = listOf(data["nodes"]).map((node) =>
    isFields(node) ? withFields(node, there.get(node["id"]), fullField) : node,
  );
  return { ...data, nodes };
}

/**
 * The server's components by the ids that they have in the file: one whose id was changed there is the only one of its
 * type that stands where it stood, and keeps its keys.
 */
function nodesThere(file: FlowFile, onServer: FlowFile | undefined): ReadonlyMap<unknown, Fields> {
  const there = new Map(nodesOf(onServer).map((node) => [node["id"], node]));
  const here = new Set(nodesOf(file).map((node) => node["id"]));
  const known = new Set(there.keys());
  const left = [...there.values()].filter((node) => !here.has(node["id"]));
  for (const node of nodesOf(file)) {
    const isIt = (other: Fields) =>
      isFields(other["position"]) &&
      fieldsOf(other["data"])["type"] === fieldsOf(node["data"])["type"] &&
      sortedJson(other["position"]) === sortedJson(node["position"]);
    const [same, ...others] = known.has(node["id"]) ? [] : left.filter(isIt);
    const isOnly = others.length === 0 && nodesOf(file).filter(isIt).length === 1;
    if (same && isOnly) there.set(node["id"], same);
  }
  return there;
}

/** A key and the name of a variable differ only by `load_from_db`: value and flag go together. */
function fullField(field: Fields, theirs: Fields): Fields {
  const { value } = field;
  if (isSecret(field) && (value === "" || value === undefined) && "value" in theirs) {
    const flag = "load_from_db" in theirs ? { load_from_db: theirs["load_from_db"] } : {};
    return { ...field, ...flag, value: theirs["value"] };
  }
  return field["type"] === "code" && Array.isArray(value) ? { ...field, value: value.join("\n") } : field;
}

/** Whether the file has a key or the name of a variable, typed in. */
export function hasTypedSecrets(file: FlowFile): boolean {
  return hasOwnSecrets(file, { ...file, fields: {} });
}

/** Whether the file has a key or the name of a variable, typed in, that the server does not have. */
export function hasOwnSecrets(file: FlowFile, onServer: FlowFile): boolean {
  let found = false;
  const there = nodesThere(file, onServer);
  for (const node of nodesOf(file)) {
    withFields(node, there.get(node["id"]), (field, theirs) => {
      const { value } = field;
      const isTyped = isSecret(field) && typeof value === "string" && value !== "";
      if (isTyped && (value !== theirs["value"] || field["load_from_db"] !== theirs["load_from_db"])) found = true;
      return field;
    });
  }
  return found;
}

/** Of every component: a file may have one component's code as lines, to show where two changes conflict. */
function hasCodeAsLines(fields: Fields): boolean {
  const code = nodesOf({ fields }).flatMap((node) =>
    Object.values(templateOf(node)).filter((field) => isFields(field) && field["type"] === "code"),
  );
  return code.length > 0 && code.every((field) => isFields(field) && Array.isArray(field["value"]));
}

export function nodesOf(flow: Pick<FlowFile, "fields"> | undefined): Fields[] {
  return nodesIn(flow?.fields);
}

/** The nodes of a flow and, with their own ids, those of the groups in it. */
export function allNodesOf(flow: Pick<FlowFile, "fields">): Fields[] {
  const inside = (node: Fields): Fields[] => [node, ...nodesIn(groupOf(node)).flatMap(inside)];
  return nodesOf(flow).flatMap(inside);
}

function nodesIn(flow: Fields | undefined): Fields[] {
  return listOf(fieldsOf(flow?.["data"])["nodes"]).filter(isFields);
}

/** The flow inside a node that groups others. */
function groupOf(node: Fields): Fields | undefined {
  const { flow } = fieldsOf(fieldsOf(node["data"])["node"]);
  return isFields(flow) ? flow : undefined;
}

/** The fields of a component, by name. */
export function templateOf(node: Fields): Fields {
  return fieldsOf(fieldsOf(fieldsOf(node["data"])["node"])["template"]);
}

/** A member of the object itself: names in a flow can be those that every object inherits. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
