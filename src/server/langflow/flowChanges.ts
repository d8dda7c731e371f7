import { randomUUID } from "node:crypto";
import type { ChangedFlow } from "../../protocol/flowChanges.ts";
import { sortedJson } from "../flows/files/exactJson.ts";
import { flowFileName, flowFileText, plainText, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { alsoSent, createFlowTexts } from "./client/flowTexts.ts";
import type { FlowTexts } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";
import type { Asked } from "./bothSides.ts";
import type { FlowFiles, KnownFlow } from "./flowFiles.ts";
import { unsavedFile } from "./flowFolder.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { setId } from "./givenId.ts";
import { moveVariableNames } from "./moves/variableNames.ts";
import { refusal } from "./pushFile.ts";
import type { SyncStore } from "./syncStore.ts";
import { inKnownProject } from "./knownProject.ts";

/** Changes of the connected Langflow's own flows, and of their files. A flow is named by its id, its name or its file. */
export interface FlowChanges {
  /** In Langflow, in the file, and the file itself when it has the name of the flow. */
  rename(flow: string, name: string, asked: Asked): Promise<ChangedFlow>;
  /** A second flow with everything of the first, its keys too; without its endpoint, and not exposed over MCP. */
  duplicate(flow: string, name: string, asked: Asked): Promise<ChangedFlow>;
  remove(flow: string, asked: Asked & { readonly withFile: boolean }): Promise<ChangedFlow>;
  /** Brings a flow back that was removed since this process started. */
  undoRemove(id: string, signal: AbortSignal): Promise<ChangedFlow>;
  move(flows: readonly string[], project: string, asked: Asked): Promise<readonly ChangedFlow[]>;
  /** A file as `lfx export` writes it: without keys, times and owners. Asks no Langflow. */
  exported(file: string, options: { readonly codeAsLines: boolean }): Promise<string>;
}

export interface FlowChangesDeps {
  readonly connection: Pick<Connection, "use">;
  readonly flowFiles: FlowFiles;
  readonly folder: FlowFolder;
  readonly synced: SyncStore;
}

/** What an undo needs; keys are in it, so it stays in the memory of this process. */
interface Removed {
  /** Address of the Langflow that had it: keys go to no other. */
  readonly server: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly dir: string;
  readonly path?: string;
  readonly base?: string;
  /** The text of the file that was removed too. */
  readonly text?: string;
}

const mostRemoved = 50;
/** What Langflow says of a flow that is no part of it. */
const notSent = new Set(["id", "user_id", "workspace_id", "updated_at", "version_token", "name_key", "fs_path"]);

export function createFlowChanges({ connection, flowFiles, folder, synced }: FlowChangesDeps): FlowChanges {
  const removed = new Map<string, Removed>();

  async function open(wanted: string, asked: Asked) {
    const flow = await flowFiles.find(wanted, asked);
    const { http } = await connection.use();
    return { flow, server: createFlowTexts(http) };
  }

  /** Under its new name file and server have in common what they had under the old one. */
  async function keepBase(server: FlowTexts, path: string, file: FlowFile): Promise<void> {
    await synced.write(`${server.base} ${path}`, file.id, plainText(file));
  }

  async function renameFile(server: FlowTexts, flow: KnownFlow, name: string): Promise<string | undefined> {
    const { path, file, base } = flow;
    if (path === undefined || !file) return undefined;
    const to = await renamedPath(flow, name, path);
    // As it is written: what is typed into the file stays there.
    const text = `${sortedJson({ ...file.fields, name })}\n`;
    if (to === path) await folder.write(path, text, file.text);
    else await folder.move(path, to, text, file.text);
    if (base !== undefined) {
      const common = readFlowFile(path, base);
      await keepBase(server, to, { ...common, fields: { ...common.fields, name } });
    }
    return to;
  }

  /** A file that its user called otherwise keeps its name. */
  async function renamedPath({ id, name: before }: KnownFlow, name: string, path: string): Promise<string> {
    const at = path.lastIndexOf("/") + 1;
    const [dir, file] = [path.slice(0, at), path.slice(at)];
    if (![flowFileName(before), withId(flowFileName(before), id)].includes(file)) return path;
    const others = (await folder.list(dir === "" ? "." : dir.slice(0, -1))).filter((each) => each !== path);
    const taken = new Set(others.map((each) => folder.keyOf(each)));
    const wanted = [flowFileName(name), withId(flowFileName(name), id)].map((each) => `${dir}${each}`);
    const free = wanted.find((each) => !taken.has(folder.keyOf(each)));
    if (free !== undefined) return free;
    throw new ToolError("CONFLICT", `${wanted.join(" and ")} exist already.`, "Move or remove one, then try again.");
  }

  async function moveOne(server: FlowTexts, flow: KnownFlow, projectId: string, signal: AbortSignal) {
    const now = await server.get(flow.id, signal);
    const change = { folder_id: projectId, ...alsoSent(now) };
    await server.update(flow.id, change, { versionToken: undefined, signal }).catch(refused(flow.name));
    return changed(server, flow, now.name, flow.path);
  }

  return {
    async rename(wanted, name, asked) {
      const { flow, server } = await open(wanted, asked);
      const { id, file, path, state } = flow;
      if (file?.unsaved) throw unsavedFile(path ?? "");
      const isThere = state !== "onlyHere";
      if (path !== undefined) await renamedPath(flow, name, path);
      if (isThere) {
        const { signal } = asked;
        await server.checkFree({ id, name }, signal);
        const now = await server.get(id, signal);
        const change = { name, ...alsoSent(now) };
        await server.update(id, change, { versionToken: undefined, signal }).catch(refused(flow.name));
      }
      try {
        return changed(server, flow, name, await renameFile(server, flow, name));
      } catch (error) {
        if (!isThere || !(error instanceof ToolError)) throw error;
        return { ...changed(server, flow, name, path), notes: [`Its file was not renamed: ${error.message}`] };
      }
    },

    async duplicate(wanted, name, asked) {
      const { flow, server } = await open(wanted, asked);
      const { signal } = asked;
      const fields = sent(await server.whole(flow.id, signal));
      const own = { name, endpoint_name: null, locked: false, mcp_enabled: false, a2a_enabled: false };
      const made = await server.create(randomUUID(), { ...fields, ...own }, signal).catch(refused(name));
      return { id: made.id, name: made.name, url: `${server.base}/flow/${made.id}`, notes: otherName(made.name, name) };
    },

    async remove(wanted, { withFile, ...asked }) {
      const { flow, server } = await open(wanted, asked);
      const { id, path, file, base } = flow;
      if (withFile && file?.unsaved) throw unsavedFile(path ?? "");
      const fields = await server.whole(id, asked.signal);
      const known = { ...(path !== undefined && { path }), ...(base !== undefined && { base }) };
      const kept: Removed = { server: server.base, fields, dir: asked.dir, ...known };
      removed.set(id, kept);
      for (const oldest of [...removed.keys()].slice(0, -mostRemoved)) removed.delete(oldest);
      await server.remove(id, asked.signal).catch(refused(flow.name));
      if (!withFile || !file || path === undefined) return changed(server, flow, flow.name, path);
      try {
        await folder.remove(path, file.text);
      } catch (error) {
        // The flow is gone by now: whoever learns that it failed would not know that it can be undone.
        const why = error instanceof ToolError ? error.message : `${path} cannot be removed.`;
        return { ...changed(server, flow, flow.name, path), notes: [`Its file stays: ${why}`] };
      }
      removed.set(id, { ...kept, text: file.text });
      return changed(server, flow, flow.name, undefined);
    },

    async undoRemove(id, signal) {
      const kept = removed.get(id);
      if (!kept) throw nothingKept();
      const { fields, path, base, text, dir } = kept;
      const { http } = await connection.use();
      const server = createFlowTexts(http);
      const name = String(fields["name"]);
      if (server.base !== kept.server) throw otherServer(name, kept.server);
      const known = await inKnownProject(server, sent(fields), signal);
      const made = await server.create(id, known.fields, signal).catch(refused(name));
      removed.delete(id);
      if (path !== undefined && text !== undefined) await folder.write(path, text, undefined);
      const notes = [...known.notes, ...otherName(made.name, name)];
      if (path !== undefined && made.id !== id) {
        await setId(folder, path, made.id);
        await moveVariableNames(folder, { id, file: path }, made.id);
        notes.push("This Langflow gives flows ids of its own: the file has the new one.");
      }
      if (path !== undefined && base !== undefined) {
        const common = readFlowFile(path, base);
        await keepBase(server, path, { ...common, id: made.id, fields: { ...common.fields, id: made.id } });
      }
      const flow = await flowFiles.find(made.id, { dir, signal });
      return { ...changed(server, flow, made.name, flow.path), notes };
    },

    async move(wanted, project, asked) {
      const { http } = await connection.use();
      const server = createFlowTexts(http);
      const found = [...(await server.projects(asked.signal))].find(([, name]) => name === project);
      if (!found) throw new ToolError("NOT_FOUND", `Langflow has no project ${project}.`, "Refresh the view.");
      const moved = [];
      for (const each of wanted) {
        const flow = await flowFiles.find(each, asked);
        moved.push(await moveOne(server, flow, found[0], asked.signal));
      }
      return moved;
    },

    async exported(given, options) {
      const path = await folder.pathOf(given);
      return flowFileText(readFlowFile(path, (await folder.read(path)).text), options);
    },
  };
}

function changed(server: FlowTexts, { id }: KnownFlow, name: string, path: string | undefined): ChangedFlow {
  return { id, name, url: `${server.base}/flow/${id}`, ...(path !== undefined && { path }), notes: [] };
}

function withId(file: string, id: string): string {
  return file.replace(/\.json$/, `-${id.slice(0, 8)}.json`);
}

function sent(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !notSent.has(key)));
}

/** Somebody took the name between the check and the write. */
function otherName(given: string, wanted: string): readonly string[] {
  return given === wanted ? [] : [`Langflow named it ${given}: another flow got the name at the same moment.`];
}

function refused(flow: string) {
  return (error: unknown): never => {
    throw refusal(flow, error);
  };
}

function otherServer(name: string, server: string): ToolError {
  return new ToolError("OTHER_SERVER", `${name} was deleted at ${server}.`, "Connect to it again, then undo.");
}

function nothingKept(): ToolError {
  return new ToolError(
    "NOT_FOUND",
    "Nothing is kept of this flow: it was deleted before this server started.",
    "Push its file, when it has one.",
  );
}
