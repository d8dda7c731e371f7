import { hasConflicts, textOfSide } from "../../protocol/conflictMarks.ts";
import type { FlowFilesStatus, FlowOfBoth } from "../../protocol/flowFiles.ts";
import { fingerprint, hasOwnSecrets, hasTypedSecrets, plainText, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { inParallel } from "../platform/inParallel.ts";
import { createFlowTexts, isA2aAgent } from "./client/flowTexts.ts";
import type { FlowHeader, FlowTexts } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { createVariableKeeper } from "./moves/variableNames.ts";
import { createServerPrints } from "./serverPrints.ts";
import { createSyncedText } from "./syncedText.ts";
import type { SyncStore } from "./syncStore.ts";

// The flows of the connected Langflow beside those of a folder, each with the side on which it was changed.

export interface Asked {
  /** Folder of the flow files. */
  readonly dir: string;
  readonly signal: AbortSignal;
}

/** A flow that is here, there, or both, with the file that its state follows from. */
export interface Both extends FlowOfBoth {
  readonly file?: ReadFile;
}

export type Problem = FlowFilesStatus["problems"][number];

export interface ReadFile extends FlowFile {
  readonly text: string;
  readonly unsaved: boolean;
}

/** A flow whose file cannot be read until somebody resolves a conflict. */
export interface Marked extends Required<Pick<FlowOfBoth, "id" | "name" | "path">> {
  readonly error: ToolError;
}

export interface BothSidesDeps {
  readonly connection: Pick<Connection, "use">;
  readonly folder: FlowFolder;
  readonly synced: SyncStore;
}

export function createBothSides({ connection, folder, synced }: BothSidesDeps) {
  const variables = createVariableKeeper(folder);

  async function texts() {
    const { http } = await connection.use();
    return { server: createFlowTexts(http), http };
  }

  const baseOf = (server: FlowTexts, path: string) => createSyncedText(synced, `${server.base} ${path}`);

  const serverPrints = createServerPrints();

  async function compared({ dir, signal }: Asked) {
    const { server, http } = await texts();
    const [headers, projects, here] = await Promise.all([server.list(signal), server.projects(signal), readAll(dir)]);
    const there = new Map(headers.map((header) => [header.id, header]));
    const prints = await serverPrints.read(server, { headers, ids: [...here.files.keys()], signal });
    const flows: Both[] = headers
      .filter(({ id }) => !here.files.has(id) && !here.marked.has(id))
      .map((header) => ({ ...facts(server.base, header, projects), state: "onlyThere" }));
    const withFile = await inParallel([...here.files.values()], async ({ path, file }): Promise<Both> => {
      const header = there.get(file.id);
      const theirs = prints.get(file.id);
      if (!header || !theirs) return { id: file.id, name: file.name, path, file, state: "onlyHere" };
      const kept = baseOf(server, path);
      const text = plainText(file);
      const base = await kept.of(file);
      const hasSecrets =
        hasTypedSecrets(file) &&
        hasOwnSecrets(
          (await variables.typedKeys(http, file, signal)).flow,
          theirs.flow ?? (await server.get(file.id, signal)),
        );
      const baseOfBoth = base === undefined ? undefined : fingerprint(base);
      const state = stateOf({ mine: fingerprint(text), theirs: theirs.print, base: baseOfBoth, hasSecrets });
      // Also for a file that came by git: what is changed from here on is known.
      if (state === "same" && base !== text) await kept.write(file.id, text);
      return { ...facts(server.base, header, projects), path, file, state };
    });
    flows.push(...withFile);
    flows.sort((one, other) => one.name.localeCompare(other.name));
    const marked = headers.flatMap(({ id, name }): Marked[] => {
      const file = here.marked.get(id);
      return file === undefined ? [] : [{ id, name, ...file }];
    });
    return { server, http, flows, projects: [...projects.values()], problems: here.problems, marked };
  }

  /** The flow files of the folder by id; of two with one id, the second is a problem. */
  async function readAll(dir: string) {
    const files = new Map<string, { path: string; file: ReadFile }>();
    const problems: { path: string; message: string }[] = [];
    /** By the ids of flows, their files that wait until somebody resolves a conflict. */
    const marked = new Map<string, Pick<Marked, "path" | "error">>();
    for (const path of await folder.list(dir)) {
      let text = "";
      try {
        const read = await folder.read(path);
        text = read.text;
        const file = { ...readFlowFile(path, read.text), ...read };
        const other = files.get(file.id);
        if (other) problems.push({ path, message: `It has the id of ${other.path}: give one of the two another id.` });
        else files.set(file.id, { path, file });
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        problems.push({ path, message: error.message });
        const { flow } = error.details;
        const id = hasConflicts(text) ? idOf(textOfSide(text, "mine")) : flow;
        if (typeof id === "string") marked.set(id, { path, error });
      }
    }
    return { files, problems, marked };
  }

  return { texts, baseOf, compared, readAll };
}

function idOf(text: string): string | undefined {
  try {
    return readFlowFile("A flow", text).id;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** Fingerprints of texts to compare. */
interface Texts {
  readonly mine: string;
  readonly theirs: string;
  /** What both had last; without it, a difference may be on either side. */
  readonly base: string | undefined;
  /** A key is typed in the file: texts to compare have none. */
  readonly hasSecrets: boolean;
}

function stateOf({ mine, theirs, base, hasSecrets }: Texts): FlowOfBoth["state"] {
  if (mine === theirs) return hasSecrets ? "changedHere" : "same";
  if (base === theirs) return "changedHere";
  return base === mine && !hasSecrets ? "changedThere" : "changedBoth";
}

function facts(base: string, header: FlowHeader, projects: ReadonlyMap<string, string>) {
  const { id, name, folder_id: folderId, mcp_enabled: mcp } = header;
  const project = projects.get(folderId ?? "");
  return {
    id,
    name,
    url: `${base}/flow/${id}`,
    ...(project !== undefined && { project }),
    ...(mcp === true && { mcp }),
    ...(isA2aAgent(header) && { a2a: true as const }),
  };
}
