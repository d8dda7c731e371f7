import { dataToPush, flowFileText, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { compareFiles } from "../flows/files/compareFiles.ts";
import { sortedJson } from "../flows/files/exactJson.ts";
import { ToolError } from "../platform/errors.ts";
import { statusOf } from "../platform/http.ts";
import type { FlowTexts } from "./client/flowTexts.ts";

export interface PushedFile {
  readonly id: string;
  readonly result: "created" | "updated" | "unchanged";
  readonly notes: readonly string[];
  /** What Langflow has now, in the form of a file. */
  readonly stored: string;
  /** The text that the file needs, when the server gave the flow another id. */
  readonly rewritten?: string;
}

interface Pushing {
  readonly server: FlowTexts;
  readonly path: string;
  readonly file: FlowFile;
  /** What both had in common last. */
  readonly base: string | undefined;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

const plain = { codeAsLines: false };

/** Writes a file's flow into Langflow. What the file leaves out, the server keeps. */
export async function pushFile(push: Pushing): Promise<PushedFile> {
  const { server, path, file, base, overwrite, signal } = push;
  const theirs = await server.find(file.id, signal);
  if (!theirs) return create(push);
  const before = flowFileText(theirs, plain);
  if (before === flowFileText(file, plain)) return { id: file.id, result: "unchanged", notes: [], stored: before };
  // Read at the last moment: the state that was shown may be old.
  if (!overwrite && base !== before) throw changedThere(push, theirs);
  const settings = ["name", "description", "endpoint_name", "locked", "mcp_enabled"].filter(
    (key) => sortedJson(file.fields[key]) !== sortedJson(theirs.fields[key]),
  );
  const change = {
    ...Object.fromEntries(settings.map((key) => [key, file.fields[key]])),
    data: dataToPush(file, theirs),
  };
  try {
    await server.update(file.id, change, { versionToken: theirs.versionToken, signal });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    const message = `The flow of ${path} was changed in Langflow while it was pushed.`;
    throw new ToolError("CONFLICT", message, "Push again; it asks before it writes over a change.");
  }
  return { id: file.id, result: "updated", ...(await afterwards(push, file.id)) };
}

/** Names what Langflow got since; where nobody knows, how the two differ. */
function changedThere({ path, file, base }: Pushing, theirs: FlowFile): ToolError {
  const lines = base === undefined ? compareFiles(theirs, file) : compareFiles(readFlowFile(path, base), theirs);
  const shown = lines.slice(0, 5).join("; ");
  const more = lines.length > 5 ? `; and ${lines.length - 5} more` : "";
  const what =
    base === undefined
      ? "was not pulled here, and Langflow has another one"
      : "was changed in Langflow since it was pulled";
  return new ToolError(
    "CONFLICT",
    `The flow of ${path} ${what}: ${shown}${more}.`,
    "Look at it with `flow diff`, then pull it, or push with --overwrite.",
    { differences: lines },
  );
}

async function create(push: Pushing): Promise<PushedFile> {
  const { server, file, signal } = push;
  const { id: _id, ...fields } = file.fields;
  const id = await server.create(file.id, { ...fields, data: dataToPush(file, undefined) }, signal);
  const done = { id, result: "created" as const, ...(await afterwards(push, id)) };
  if (id === file.id) return done;
  const rewritten = flowFileText({ fields: { ...file.fields, id } }, file);
  return {
    ...done,
    rewritten,
    notes: [...done.notes, "This Langflow gives flows ids of its own: the file has it now."],
  };
}

/** Langflow may store a flow otherwise than it was sent: that is said. */
async function afterwards({ server, file, signal }: Pushing, id: string) {
  const stored = await server.get(id, signal);
  const wanted = { ...file, id, fields: { ...file.fields, id } };
  const different = flowFileText(stored, plain) === flowFileText(wanted, plain) ? [] : compareFiles(wanted, stored);
  const notes = different.slice(0, 5).map((line) => `Langflow stored it otherwise: ${line}`);
  return { notes, stored: flowFileText(stored, plain) };
}
