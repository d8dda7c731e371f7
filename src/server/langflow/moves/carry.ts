import type { FlowNeed } from "../../../protocol/flowNeeds.ts";
import { isFields, uuid } from "../../flows/files/flowFile.ts";
import { hasSecretShape } from "../../platform/redact.ts";
import type { LangflowHttp } from "../client/http.ts";
import { createServerParts } from "../client/serverParts.ts";
import type { McpEntry } from "../client/serverParts.ts";
import { fileName } from "./needs.ts";

interface Carrying {
  readonly source: LangflowHttp;
  readonly target: LangflowHttp;
  readonly signal: AbortSignal;
}

/** Why it stays, for who would have to add it by hand. */
export const mayBeSecret = "Its address or arguments may contain a secret, so they stay: add the MCP server there.";

/** Whether the source has it in a form that may go to another server. */
export async function canCarry({ source, signal }: Carrying, { kind, name }: FlowNeed): Promise<boolean> {
  const parts = createServerParts(source);
  if (kind === "file") {
    const isListed = ((await parts.files(signal)) ?? []).some(({ path }) => path === name);
    return isListed || (await isOfFlow({ source, signal }, name));
  }
  if (kind !== "mcpServer") return false;
  const entry = await parts.mcpServer(name, signal);
  return entry !== undefined && !hasSecret(entry);
}

/** The target's file of the same name. */
export async function fileThere({ target, signal }: Pick<Carrying, "target" | "signal">, path: string) {
  const all = (await createServerParts(target).files(signal)) ?? [];
  return all.find((each) => fileName(each.path) === fileName(path));
}

/** Copies the file unless one of its name is there; gives its path there. */
export async function carryFile({ source, target, signal }: Carrying, path: string): Promise<string> {
  const [from, to] = [createServerParts(source), createServerParts(target)];
  const there = await fileThere({ target, signal }, path);
  if (there) return there.path;
  const file = ((await from.files(signal)) ?? []).find((each) => each.path === path);
  if (!file && !(await isOfFlow({ source, signal }, path))) return path;
  const bytes = await (file ? from.download(file, signal) : from.downloadOfFlow(path, signal));
  return (await to.upload(fileName(path), bytes, signal)).path;
}

/** Uploaded to the folder of a flow, whose id its path begins with: no list of files has it. */
async function isOfFlow({ source, signal }: Pick<Carrying, "source" | "signal">, path: string): Promise<boolean> {
  const [id = "", name] = path.split("/");
  if (name === undefined || !uuid.test(id)) return false;
  return (await createServerParts(source).filesOfFlow(id, signal)).includes(path);
}

/** Headers and variables of its process are secret: their names are said, their values stay. */
export async function carryMcpServer({ source, target, signal }: Carrying, name: string): Promise<readonly string[]> {
  const entry = (await createServerParts(source).mcpServer(name, signal)) ?? {};
  await createServerParts(target).addMcpServer(name, withoutValues(entry), signal);
  const left = [...namesIn(entry["headers"], "header"), ...namesIn(entry["env"], "variable")];
  if (left.length === 0) return [];
  return [`The MCP server ${name} has no secrets there yet. Set in its settings: ${left.join(", ")}.`];
}

/** What leads to the server; anything else may be secret. */
const carriedParts = new Set(["url", "command", "args", "mode", "transport", "type", "verify_ssl"]);

function withoutValues(entry: McpEntry): McpEntry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => carriedParts.has(key)));
}

function namesIn(values: unknown, word: string): readonly string[] {
  return isFields(values) ? Object.keys(values).map((name) => `${word} ${name}`) : [];
}

/** In what leads to it: an address or an argument with a key in it cannot go along. */
export function hasSecret(entry: McpEntry): boolean {
  const carried = withoutValues(entry);
  const text = JSON.stringify(carried);
  if (hasSecretShape(text) || /\*{3}|["?&][^"=&?]*(key|token|secret|passw|auth)/i.test(text)) return true;
  // A command can be a whole line, and an argument of a shell too.
  const words = Object.values(carried)
    .flat()
    .filter(isText)
    .flatMap((value) => value.split(/\s+/));
  return !words.every(isPlain);
}

/** An http address without anything secret in it, or a word that assigns nothing; neither with a long random part. */
function isPlain(word: string): boolean {
  if (word.split(/[^A-Za-z0-9_-]+/).some(isRandom)) return false;
  if (!/^https?:/i.test(word)) return !/[=:]/.test(word);
  if (!URL.canParse(word)) return false;
  const { username, password, search, hash } = new URL(word);
  return [username, password, search, hash].every((part) => part === "");
}

/** As no person names anything: long, with digits among the letters, or longer than a name. */
function isRandom(part: string): boolean {
  return part.length >= 40 || (part.length >= 16 && /\d/.test(part) && /[A-Za-z]/.test(part));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
