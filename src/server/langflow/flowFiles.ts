import type { CheckedFlows, FlowFileDiff, FlowFilesStatus, FlowOfBoth, WrittenFlow } from "../../protocol/flowFiles.ts";
import { checkFlow } from "../flows/files/checkFlow.ts";
import { compareFiles } from "../flows/files/compareFiles.ts";
import { flowFileName, flowFileText, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { inParallel } from "../platform/inParallel.ts";
import { readCatalogue } from "./client/components.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";
import { pushFile } from "./pushFile.ts";
import type { SyncStore } from "./syncStore.ts";

/** The files of a folder of the workspace, by paths as users write them. */
export interface FlowFolder {
  /** The `.json` files directly in it; none when it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /** Whole or not at all; makes the folder. Refuses a file that has unsaved changes in the editor. */
  write(path: string, text: string): Promise<void>;
}

/** Flows of the connected Langflow as files of the workspace. Nothing is written over unasked, here or there. */
export interface FlowFiles {
  status(asked: Asked): Promise<FlowFilesStatus>;
  /** Flows by id, name or file; without any, all that are only there or changed there. */
  pull(flows: readonly string[], asked: Writing): Promise<readonly WrittenFlow[]>;
  /** Files by path; without any, all that are only here or changed here. */
  push(files: readonly string[], asked: Writing): Promise<readonly WrittenFlow[]>;
  diff(file: string, signal: AbortSignal): Promise<FlowFileDiff>;
  check(files: readonly string[], asked: Asked): Promise<CheckedFlows>;
  /** What Langflow has, in the form of the file. */
  serverText(id: string, signal: AbortSignal): Promise<string>;
}

export interface Asked {
  /** Folder of the flow files. */
  readonly dir: string;
  readonly signal: AbortSignal;
}

export interface Writing extends Asked {
  /** Also over changes that the other side has. */
  readonly overwrite: boolean;
  progress(message: string): void;
}

export interface FlowFilesDeps {
  readonly connection: Pick<Connection, "use">;
  readonly folder: FlowFolder;
  readonly synced: SyncStore;
}

/** A flow that is here, there, or both, with the texts that its state follows from. */
interface Both extends FlowOfBoth {
  readonly file?: FlowFile;
}

/** The form in which texts are compared and kept: whether code stands in lines is no difference. */
const plain = { codeAsLines: false };

export function createFlowFiles({ connection, folder, synced }: FlowFilesDeps): FlowFiles {
  async function texts() {
    const { http } = await connection.use();
    return createFlowTexts(http);
  }

  async function compared({ dir, signal }: Asked) {
    const server = await texts();
    const [headers, projects, here] = await Promise.all([server.list(signal), server.projects(signal), readAll(dir)]);
    const there = new Map(headers.map((header) => [header.id, header]));
    const flows: Both[] = headers
      .filter(({ id }) => !here.files.has(id))
      .map((header) => ({ ...facts(server.base, header, projects), state: "onlyThere" }));
    const withFile = await inParallel([...here.files.values()], async ({ path, file }): Promise<Both> => {
      const header = there.get(file.id);
      if (!header) return { id: file.id, name: file.name, path, file, state: "onlyHere" };
      const theirs = flowFileText(await server.get(file.id, signal), plain);
      const base = await synced.read(server.base, file.id);
      const state = stateOf(flowFileText(file, plain), theirs, base);
      // Also for a file that came by git: what is changed from here on is known.
      if (state === "same" && base !== theirs) await synced.write(server.base, file.id, theirs);
      return { ...facts(server.base, header, projects), path, file, state };
    });
    flows.push(...withFile);
    flows.sort((a, b) => a.name.localeCompare(b.name));
    return { server, flows, problems: here.problems };
  }

  /** The flow files of the folder by id; of two with one id, the second is a problem. */
  async function readAll(dir: string) {
    const files = new Map<string, { path: string; file: FlowFile }>();
    const problems: { path: string; message: string }[] = [];
    for (const path of await folder.list(dir)) {
      try {
        const file = readFlowFile(path, await folder.read(path));
        const other = files.get(file.id);
        if (other) problems.push({ path, message: `It has the id of ${other.path}: one of the two must go.` });
        else files.set(file.id, { path, file });
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        problems.push({ path, message: error.message });
      }
    }
    return { files, problems };
  }

  return {
    async status(asked) {
      const { server, flows, problems } = await compared(asked);
      return { server: server.base, flows: flows.map(({ file: _file, ...both }) => both), problems };
    },

    async pull(wanted, { overwrite, progress, ...asked }) {
      const { server, flows } = await compared(asked);
      const chosen =
        wanted.length === 0
          ? flows.filter(({ state }) => state === "onlyThere" || state === "changedThere")
          : wanted.map((name) => chooseFlow(flows, name));
      const taken = new Map(flows.flatMap(({ path, id }) => (path === undefined ? [] : [[path, id] as const])));
      const written: WrittenFlow[] = [];
      for (const flow of chosen) {
        if (flow.state === "onlyHere") throw notThere(flow);
        if (!overwrite && (flow.state === "changedHere" || flow.state === "changedBoth")) throw changedHere(flow);
        if (chosen.length > 1) progress(flow.name);
        const theirs = await server.get(flow.id, asked.signal);
        const path = flow.path ?? freePath(asked.dir, flow, taken);
        taken.set(path, flow.id);
        const text = flowFileText(theirs, { codeAsLines: flow.file?.codeAsLines ?? false });
        const result = flow.path === undefined ? "created" : flow.state === "same" ? "unchanged" : "updated";
        if (result !== "unchanged") await folder.write(path, text);
        await synced.write(server.base, flow.id, flowFileText(theirs, plain));
        written.push({ id: flow.id, name: theirs.name, url: flow.url ?? "", path, result, notes: [] });
      }
      return written;
    },

    async push(wanted, { overwrite, progress, ...asked }) {
      const { server, flows } = await compared(asked);
      const chosen =
        wanted.length === 0
          ? flows.filter(({ state }) => state === "onlyHere" || state === "changedHere")
          : wanted.map((path) => flows.find((flow) => samePath(flow.path, path)) ?? notAFile(path));
      const written: WrittenFlow[] = [];
      for (const flow of chosen) {
        const { path, file } = flow;
        if (path === undefined || file === undefined) continue;
        if (chosen.length > 1) progress(flow.name);
        const base = await synced.read(server.base, file.id);
        const pushed = await pushFile({ server, path, file, base, overwrite, signal: asked.signal });
        await synced.write(server.base, pushed.id, pushed.stored);
        if (pushed.rewritten !== undefined) await folder.write(path, pushed.rewritten);
        const { id, result, notes } = pushed;
        written.push({ id, name: file.name, url: `${server.base}/flow/${id}`, path, result, notes });
      }
      return written;
    },

    async diff(path, signal) {
      const file = readFlowFile(path, await folder.read(path));
      const server = await texts();
      const theirs = await server.find(file.id, signal);
      if (!theirs) throw new ToolError("NOT_FOUND", `${file.name} is not in Langflow.`, `Push it: flow push ${path}.`);
      return { path, name: file.name, lines: compareFiles(theirs, file) };
    },

    async check(wanted, { dir, signal }) {
      const paths = wanted.length > 0 ? wanted : await folder.list(dir);
      const { http } = await connection.use();
      const catalogue = await readCatalogue(http, signal);
      const files = [];
      for (const path of paths) {
        const text = await folder.read(path);
        files.push({ path, problems: problemsOf(path, text, (file) => checkFlow(file, catalogue)) });
      }
      return { files };
    },

    async serverText(id, signal) {
      const server = await texts();
      return flowFileText(await server.get(id, signal), plain);
    },
  };
}

function problemsOf(path: string, text: string, check: (file: FlowFile) => ReturnType<typeof checkFlow>) {
  try {
    return check(readFlowFile(path, text));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return [{ code: "not-a-flow", severity: "error", level: 1, message: error.message } as const];
  }
}

/** Without what both had last, a difference may be on either side. */
function stateOf(mine: string, theirs: string, base: string | undefined): FlowOfBoth["state"] {
  if (mine === theirs) return "same";
  if (base === theirs) return "changedHere";
  if (base === mine) return "changedThere";
  return "changedBoth";
}

function facts(
  base: string,
  { id, name, folder_id: folderId }: { id: string; name: string; folder_id?: string | null | undefined },
  projects: ReadonlyMap<string, string>,
) {
  const project = projects.get(folderId ?? "");
  return { id, name, url: `${base}/flow/${id}`, ...(project !== undefined && { project }) };
}

/** Two flows whose names give one file name need two files. */
function freePath(dir: string, { name, id }: FlowOfBoth, taken: ReadonlyMap<string, string>): string {
  const plain = `${dir}/${flowFileName(name)}`;
  const isTaken = [...taken].some(([path, owner]) => samePath(path, plain) && owner !== id);
  return isTaken ? plain.replace(/\.json$/, `-${id.slice(0, 8)}.json`) : plain;
}

function chooseFlow(flows: readonly Both[], wanted: string): Both {
  const found = flows.filter((flow) => flow.id === wanted.toLowerCase() || samePath(flow.path, wanted));
  const named = found.length > 0 ? found : flows.filter(({ name }) => name === wanted);
  const [first, second] = named;
  if (first && !second) return first;
  if (!first) {
    throw new ToolError(
      "NOT_FOUND",
      `There is no flow ${JSON.stringify(wanted)}, here or in Langflow.`,
      "See `flow list` for names, ids and files.",
    );
  }
  throw new ToolError(
    "AMBIGUOUS",
    `${named.length} flows are called ${JSON.stringify(wanted)}.`,
    `Give the id of one: ${named.map(({ id }) => id).join(", ")}.`,
  );
}

function samePath(a: string | undefined, b: string): boolean {
  return a?.replace(/^\.\//, "") === b.replace(/^\.\//, "");
}

function notAFile(path: string): never {
  throw new ToolError("NOT_FOUND", `${path} is not a flow file of this folder.`, "See `flow status` for the files.");
}

function notThere({ name, path = "" }: Both): ToolError {
  return new ToolError("NOT_FOUND", `${name} is not in Langflow any more.`, `Push it: flow push ${path}.`);
}

function changedHere({ path = "", state }: Both): ToolError {
  const where = state === "changedBoth" ? "here and in Langflow" : "here";
  return new ToolError(
    "CONFLICT",
    `${path} was changed ${where}; pulling would lose the change.`,
    "Push it, or pull with --overwrite.",
  );
}
