import { compareFiles } from "../flows/files/compareFiles.ts";
import { sortedJson } from "../flows/files/exactJson.ts";
import {
  dataToPush,
  fingerprint,
  flowFileText,
  hasOwnSecrets,
  isFields,
  plainText,
  readFlowFile,
} from "../flows/files/flowFile.ts";
import type { FlowFile, ServerFlow } from "../flows/files/flowFile.ts";
import { variablesOf, withDefaultVariables } from "../flows/files/flowNeeds.ts";
import { HttpFailure } from "../platform/http.ts";
import { ToolError } from "../platform/errors.ts";
import { alsoSent } from "./client/flowTexts.ts";
import type { FlowTexts } from "./client/flowTexts.ts";
import { inKnownProject } from "./knownProject.ts";

export interface PushedFile {
  readonly id: string;
  readonly result: "created" | "updated" | "unchanged";
  readonly notes: readonly string[];
  /** What file and Langflow have in common now, in the form in which flows are compared. */
  readonly stored: string;
  /** The text that the file needs, when the server gave the flow another id or has variables in its empty fields. */
  readonly rewritten?: string;
}

interface Replacing {
  readonly path: string;
  readonly file: FlowFile;
  /** What both had in common last. */
  readonly base: string | undefined;
  /** Whether a flow that nobody here has seen may be replaced, by its text to compare. */
  mayReplace(theirs: string): boolean;
}

interface Pushing extends Replacing {
  readonly server: FlowTexts;
  /** Variables that the server applies to empty fields, by the display name of the field. */
  readonly defaults: ReadonlyMap<string, string>;
  /** Keeps the flow that is replaced as a version; `keysOnly` when no more than its keys are. */
  keep(theirs: ServerFlow, keysOnly: boolean): Promise<void>;
  readonly signal: AbortSignal;
}

/** Writes a file's flow into Langflow. What the file leaves out, the server keeps. */
export async function pushFile(given: Pushing): Promise<PushedFile> {
  const { file, server, defaults, signal } = given;
  const theirs = await server.find(file.id, signal);
  const { flow, connected } = withDefaultVariables(file, defaults, theirs);
  const pushed = await (theirs ? update({ ...given, file: flow }, theirs) : create({ ...given, file: flow }));
  if (Object.keys(connected).length === 0) return pushed;
  const had = theirs ? variablesOf(theirs, new Set(Object.values(connected))) : {};
  const filled = Object.entries(connected)
    .filter(([at, name]) => had[at] !== name)
    .map(([at, name]) => `${at} got the global variable ${name}, as on the canvas.`);
  return { rewritten: flowFileText(flow, file), ...pushed, notes: [...filled, ...pushed.notes] };
}

async function update(push: Pushing, theirs: ServerFlow): Promise<PushedFile> {
  const { server, path, file, keep, signal } = push;
  const before = plainText(theirs);
  const isSame = before === plainText(file);
  // Read at the last moment: the state that was shown may be old.
  if (isUnchanged(push, theirs)) return { id: file.id, result: "unchanged", notes: [], stored: before };
  await keep(theirs, isSame);
  const { versionToken } = theirs;
  const change = changeOf(file, theirs);
  const now = await server.update(file.id, change, { versionToken, signal }).catch((error: unknown) => {
    throw refusal(path, error);
  });
  return { id: file.id, result: "updated", ...outcome(file, now), stored: plainText(common({ change, theirs, now })) };
}

interface Written {
  readonly change: object;
  /** As it was read before. */
  readonly theirs: ServerFlow;
  /** As Langflow answered the change. */
  readonly now: ServerFlow;
}

/**
 * A setting that was not sent and is another one now was changed by somebody else since the flow was read: Langflow's
 * versions are of the graph alone. The file does not have it, so the next pull is to bring it.
 */
function common({ change, theirs, now }: Written): ServerFlow {
  // Whether it has a webhook follows from the graph.
  const others = Object.entries(theirs.fields).filter(([key]) => !(key in change) && key !== "webhook");
  return { ...now, fields: { ...now.fields, ...Object.fromEntries(others) } };
}

/** Whether there is nothing to push over this flow; fails when it may not be replaced. */
export function isUnchanged(push: Replacing, theirs: ServerFlow): boolean {
  const { file, base, mayReplace } = push;
  const before = plainText(theirs);
  if (before === plainText(file) && !hasOwnSecrets(file, theirs)) return true;
  if (base !== before && !mayReplace(before)) throw changedThere(push, theirs);
  return false;
}

/** The settings that differ, and the data. */
export function changeOf(file: FlowFile, theirs: ServerFlow): object {
  return { ...alsoSent(theirs), ...settingsOf(file, theirs), data: dataToPush(file, theirs) };
}

/** The settings that differ. */
export function settingsOf(file: FlowFile, theirs: ServerFlow): Readonly<Record<string, unknown>> {
  const settings = ["name", "description", "endpoint_name", "locked", "mcp_enabled"].filter(
    (key) => key in file.fields && sortedJson(file.fields[key]) !== sortedJson(theirs.fields[key]),
  );
  return Object.fromEntries(settings.map((key) => [key, file.fields[key]]));
}

async function create(push: Pushing): Promise<PushedFile> {
  const { server, path, file, signal } = push;
  const { id: _id, ...given } = file.fields;
  const { fields, notes } = await inKnownProject(server, given, signal);
  const now = await server
    .create(file.id, { ...fields, data: dataToPush(file, undefined) }, signal)
    .catch((error: unknown) => {
      throw refusal(path, error);
    });
  const { id } = now;
  const renamed = { ...file, id, fields: { ...file.fields, id } };
  const { notes: changes, stored } = outcome(renamed, now);
  const done = { id, result: "created" as const, notes: [...notes, ...changes], stored };
  if (id === file.id) return done;
  return { ...done, rewritten: flowFileText(renamed, file) };
}

/** Langflow may store a flow otherwise than it was sent: that is said. */
function outcome(wanted: FlowFile, stored: ServerFlow) {
  const different = plainText(stored) === plainText(wanted) ? [] : compareFiles(wanted, stored);
  const notes = different.slice(0, 5).map((line) => `Langflow keeps it otherwise: ${line}`);
  return { notes, stored: plainText(stored) };
}

/** Names what Langflow got since; where nobody knows, how the two differ. */
function changedThere({ path, file, base }: Replacing, theirs: FlowFile): ToolError {
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
    "Look at it with `flow diff`, then pull with --merge, or push with --overwrite.",
    { differences: lines, reviewed: fingerprint(plainText(theirs)) },
  );
}

/** Langflow's refusals in words. `flow` is the name or the file of the flow. */
export function refusal(flow: string, error: unknown): unknown {
  if (!(error instanceof HttpFailure)) return error;
  const { status, detail } = error;
  const words = typeof detail === "string" ? detail : "";
  if (status === 409 && isFields(detail) && detail["code"] === "flow_version_conflict") {
    return new ToolError(
      "CONFLICT",
      `${flow} was changed in Langflow at the same moment, so nothing was written.`,
      "Try again; it asks before it writes over a change.",
    );
  }
  if (status === 423) {
    return new ToolError("NOT_READY", `${flow} is locked in Langflow.`, "Unlock it there, then try again.");
  }
  if ((status === 400 || status === 409) && /unique|already|exists/i.test(words)) {
    const what = /endpoint/i.test(words) ? "endpoint name" : "name";
    return new ToolError(
      "NAME_TAKEN",
      `Langflow has another flow with the ${what} of ${flow}.`,
      `Change the ${what}, then try again.`,
    );
  }
  return error;
}
