import { z } from "zod";
import { sortedJson } from "../../flows/files/exactJson.ts";
import { hasConnectedFields, variablesOf, withTypedKeys, withVariables } from "../../flows/files/flowNeeds.ts";
import type { ServerVariables, VariableNames } from "../../flows/files/flowNeeds.ts";
import type { FlowFile } from "../../flows/files/flowFile.ts";
import { ToolError } from "../../platform/errors.ts";
import { statusOf } from "../../platform/http.ts";
import { hasSecretShape } from "../../platform/redact.ts";
import { createServerParts } from "../client/serverParts.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { FlowFolder } from "../flowFolder.ts";

// A flow file leaves the names of global variables out. They are kept beside `lfx`'s own file, where it looks for no
// flows, so that a push to a server without the flow can connect them.

type NamesFolder = Pick<FlowFolder, "inRootOf" | "read" | "write" | "move">;

/** A flow by its id, and its file, in whose root the names are. */
interface FlowAt {
  readonly id: string;
  readonly file: string;
}

const Kept = z.looseObject({ variables: z.record(z.string(), z.string()).default({}) });

const pathOf = (folder: NamesFolder, { id, file }: FlowAt) => folder.inRootOf(file, `.lfx/needs/${id}.json`);

export async function readVariableNames(folder: NamesFolder, flow: FlowAt): Promise<VariableNames | undefined> {
  const path = await pathOf(folder, flow);
  const text = await readText(folder, path);
  if (text === undefined) return undefined;
  try {
    const { variables } = Kept.parse(JSON.parse(text));
    // A key that was taken for a name is not shown, wherever the file is from.
    return Object.fromEntries(Object.entries(variables).filter(([, name]) => !hasSecretShape(name)));
  } catch {
    throw new ToolError("INVALID_NEEDS", `${path} is not what a pull writes.`, "Remove it, then pull the flow again.");
  }
}

/** Keeps the names of a flow as the server has it. */
async function keepVariableNames(folder: NamesFolder, flow: FlowAt, variables: VariableNames): Promise<void> {
  const path = await pathOf(folder, flow);
  const before = await readText(folder, path);
  if (before === undefined && Object.keys(variables).length === 0) return;
  const text = `${sortedJson({ variables })}\n`;
  if (text !== before) await folder.write(path, text, before);
}

/** The names stay those of the flow when a server gives it another id. */
export async function moveVariableNames(folder: NamesFolder, flow: FlowAt, id: string): Promise<void> {
  const path = await pathOf(folder, flow);
  const text = await readText(folder, path);
  if (text !== undefined) await folder.move(path, await pathOf(folder, { ...flow, id }), text, text);
}

async function readText(folder: NamesFolder, path: string): Promise<string | undefined> {
  try {
    return (await folder.read(path)).text;
  } catch (error) {
    if (error instanceof ToolError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** Undefined where the server does not let this user list them, or lists them in a form that is not known. */
export async function readableVariables(http: LangflowHttp, signal: AbortSignal) {
  try {
    return await createServerParts(http).variables(signal);
  } catch (error) {
    const isUnread = error instanceof ToolError && (error.code === "NOT_PERMITTED" || error.code === "INTERNAL");
    if (isUnread || statusOf(error) === 404) return undefined;
    throw error;
  }
}

interface Connecting {
  readonly http: LangflowHttp;
  readonly flow: FlowFile;
  readonly variables: VariableNames;
  readonly signal: AbortSignal;
}

/** The flow with the variables that the server has in its empty fields, and what to say of those that it lacks. */
export async function connectVariables({ http, flow, variables, signal }: Connecting) {
  if (Object.keys(variables).length === 0) return { flow, notes: [] };
  const there = await readableVariables(http, signal);
  if (!there) {
    const unknown = Object.entries(variables).map(
      ([at, name]) => `Whether this Langflow has the global variable ${name} cannot be read: ${at} is empty.`,
    );
    return { flow, notes: unknown };
  }
  const found = Object.entries(variables).filter(([, name]) => there.has(name));
  const lost = Object.entries(variables).filter(([, name]) => !there.has(name));
  return {
    flow: withVariables(flow, Object.fromEntries(found)),
    notes: lost.map(([at, name]) => `This Langflow has no global variable ${name}: ${at} is empty.`),
  };
}

export interface DefaultVariables {
  /** Variables by the display name of the fields that the server applies them to. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

export async function defaultVariables(http: LangflowHttp, signal: AbortSignal): Promise<DefaultVariables> {
  const there = await readableVariables(http, signal);
  if (!there) {
    const note =
      "The global variables of this Langflow cannot be read with this login: none was set in an empty field.";
    return { defaults: new Map(), notes: [note] };
  }
  const all = [...there];
  // Of two for one field the last, as on the canvas.
  const pairs = all.flatMap(([name, { default_fields: fields }]) =>
    (fields ?? []).map((field) => [field, name] as const),
  );
  return { defaults: new Map(pairs), notes: [] };
}

/** The part of a pull and a push of files that concerns variables. */
export function createVariableKeeper(folder: NamesFolder) {
  return {
    /** Of one pull: after the flow of a server was written into a file. Asks for the variables once, where any is used. */
    keeperOf(http: LangflowHttp, signal: AbortSignal) {
      let asked: Promise<ServerVariables | undefined> | undefined;
      return async (flow: FlowFile, file: string): Promise<void> => {
        if (hasConnectedFields(flow)) asked ??= readableVariables(http, signal);
        const there = asked ? await asked : new Set<string>();
        // Without the list nobody knows what is a name, and what was kept before stays.
        if (there) await keepVariableNames(folder, { id: flow.id, file }, variablesOf(flow, there));
      };
    },
    /** Before a push: a key that is typed instead of a name is sent as a key. */
    async typedKeys(http: LangflowHttp, flow: FlowFile, signal: AbortSignal) {
      if (!hasConnectedFields(flow)) return { flow, notes: [] };
      // Where nobody knows the names, only what looks like a key is one.
      const there = (await readableVariables(http, signal)) ?? { has: () => true };
      const { flow: sent, keys } = withTypedKeys(flow, there);
      return { flow: sent, notes: keys.map((at) => `${at} names no variable of this Langflow: it is sent as a key.`) };
    },
    /** Before a file is pushed to a server that has no such flow. */
    async connect(http: LangflowHttp, flow: FlowFile, { file, signal }: { file: string; signal: AbortSignal }) {
      const variables = (await readVariableNames(folder, { id: flow.id, file })) ?? {};
      return connectVariables({ http, flow, variables, signal });
    },
  };
}
