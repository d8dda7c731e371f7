import type {
  FlowFileDiff,
  FlowFilesStatus,
  FlowOfBoth,
  UpdatedFlowFile,
  WrittenFlow,
} from "../../protocol/flowFiles.ts";
import { compareFiles } from "../flows/files/compareFiles.ts";
import {
  fingerprint,
  flowFileName,
  flowFileText,
  hasOwnSecrets,
  plainText,
  readFlowFile,
} from "../flows/files/flowFile.ts";
import type { ServerFlow } from "../flows/files/flowFile.ts";
import { readableTexts } from "../flows/files/readableText.ts";
import { ToolError } from "../platform/errors.ts";
import { readCatalogue } from "./client/components.ts";
import { createBothSides } from "./bothSides.ts";
import type { Asked, Both, BothSidesDeps, Marked, Problem, ReadFile } from "./bothSides.ts";
import { unsavedFile } from "./flowFolder.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { createVariableKeeper, defaultVariables } from "./moves/variableNames.ts";
import { writePushed } from "./givenId.ts";
import { mergeFile } from "./mergeFile.ts";
import { pushFile } from "./pushFile.ts";
import { keysToSet, whatIsWrong } from "./pushNotes.ts";
import { lastPushTo } from "./syncStore.ts";
import { updateFile } from "./updateFiles.ts";
import { createVersions } from "./versions.ts";
import type { VersionStore } from "./versionStore.ts";

/** Flows of the connected Langflow as files of the workspace. Nothing is written over unasked, here or there. */
export interface FlowFiles {
  status(asked: Asked): Promise<FlowFilesStatus>;
  /** Flows by id, name or file; without any, all that are only there or changed there. */
  pull(flows: readonly string[], asked: Pulling): Promise<readonly WrittenFlow[]>;
  /** Files by path; without any, all that are only here or changed here. */
  push(files: readonly string[], asked: Writing): Promise<readonly WrittenFlow[]>;
  diff(file: string, signal: AbortSignal): Promise<FlowFileDiff>;
  /** Two texts of flows as people compare them: by components, values and connections. */
  readable(left: string, right: string): { readonly left: string; readonly right: string };
  /** Brings components to the versions of Langflow; without `write`, says what it would do. */
  update(files: readonly string[], asked: Asked & { readonly write: boolean }): Promise<readonly UpdatedFlowFile[]>;
  /** A flow by id, name or file. */
  find(flow: string, asked: Asked): Promise<KnownFlow>;
  /** What Langflow has, in the form that a file has its code in. */
  serverText(id: string, options: { readonly like?: string; readonly signal: AbortSignal }): Promise<string>;
}

export interface Writing extends Asked {
  /** Also over changes that the other side has. */
  readonly overwrite: boolean;
  /** Over the change that a conflict described with this fingerprint, and no other. */
  readonly reviewed?: string;
  progress(message: string): void;
}

export interface Pulling extends Writing {
  /** Of a flow that both sides changed, both changes; where they conflict, marks in the file. */
  readonly merge: boolean;
}

export interface FlowFilesDeps extends BothSidesDeps {
  readonly versions: VersionStore;
}

/** A flow with its file, when it has one. */
export interface KnownFlow extends FlowOfBoth {
  readonly file?: ReadFile;
  /** What file and server had in common last. */
  readonly base?: string;
}

export function createFlowFiles({ connection, folder, synced, versions }: FlowFilesDeps): FlowFiles {
  const variables = createVariableKeeper(folder);
  const { texts, baseOf, compared, readAll } = createBothSides({ connection, folder, synced });

  /** A file that is no flow has no form to follow. */
  async function hasCodeAsLines(path: string): Promise<boolean> {
    try {
      return readFlowFile(path, (await folder.read(path)).text).codeAsLines;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return false;
    }
  }

  return {
    async status(asked) {
      const { server, flows, projects, problems } = await compared(asked);
      return { server: server.base, flows: flows.map(({ file: _file, ...both }) => both), projects, problems };
    },

    async pull(wanted, { overwrite, reviewed, merge, progress, ...asked }) {
      const { server, http, flows, problems, marked } = await compared(asked);
      const keepVariables = variables.keeperOf(http, asked.signal);
      const named = await Promise.all(wanted.map((name) => chooseFlow({ folder, flows, marked }, name)));
      const chosen = wanted.length > 0 ? named : flows.filter(({ state }) => isToPull(state, merge));
      const dir = await folder.pathOf(asked.dir);
      const owners = new Map<string, string>(problems.map(({ path }) => [folder.keyOf(path), ""]));
      for (const { path, id } of flows) if (path !== undefined) owners.set(folder.keyOf(path), id);

      async function pullOne(flow: Both): Promise<WrittenFlow> {
        if (flow.state === "onlyHere") throw notThere(flow);
        const isChanged = flow.state === "changedHere" || flow.state === "changedBoth";
        const isMerged = merge && isChanged;
        if (isChanged && !isMerged && !overwrite && reviewed !== fingerprint(flow.file?.text ?? ""))
          throw changedHere(flow);
        const theirs = await server.get(flow.id, asked.signal);
        const path = flow.path ?? freePath(folder, dir, flow, owners);
        owners.set(folder.keyOf(path), flow.id);
        const facts = { id: flow.id, name: theirs.name, url: flow.url ?? "", path, notes: [] };
        const common = baseOf(server, path);
        if (isMerged && flow.file) {
          const merged = mergeFile({ path, base: await common.of(flow.file), mine: flow.file, theirs });
          if (merged.text !== undefined) {
            await common.beforeMerge(flow.file);
            await folder.write(path, merged.text, flow.file.text);
            await common.write(flow.id, plainText(theirs));
          }
          await keepVariables(theirs, path);
          return { ...facts, result: merged.result, notes: merged.notes };
        }
        const isSame = flow.file && plainText(flow.file) === plainText(theirs) && flow.state === "same";
        // Also when it is the same: the folder may have to make its Python files.
        const text = flowFileText(theirs, { codeAsLines: flow.file?.codeAsLines ?? false });
        await folder.write(path, isSame ? flow.file.text : text, flow.file?.text);
        await common.write(flow.id, plainText(theirs));
        await keepVariables(theirs, path);
        return { ...facts, result: isSame ? "unchanged" : flow.path === undefined ? "created" : "updated" };
      }
      const isSkipped = ({ state }: Both) => state === "changedBoth" && !merge;
      const skipped = wanted.length > 0 ? [] : skippedOf({ flows: flows.filter(isSkipped), problems });
      return [...(await each(chosen, progress, pullOne)), ...skipped];
    },

    async push(wanted, { overwrite, reviewed, progress, ...asked }) {
      const { server, http, flows, problems } = await compared(asked);
      const kept = createVersions(http, versions);
      const keep = (theirs: ServerFlow, keysOnly: boolean) => kept.keep(theirs, { keysOnly, signal: asked.signal });
      const paths = await Promise.all(wanted.map((path) => folder.pathOf(path)));
      const unknown = paths.filter((path) => !flows.some((flow) => flow.path === path));
      const bad = unknown.map((path) => notAFile(path, problems));
      const [only] = bad;
      if (only && paths.length === 1) throw only;
      const chosen =
        wanted.length > 0
          ? paths.flatMap((path) => flows.find((flow) => flow.path === path) ?? [])
          : flows.filter(({ state }) => state === "onlyHere" || state === "changedHere");

      const mayReplace = (text: string) => overwrite || reviewed === fingerprint(text);
      const { defaults, notes: unread } =
        chosen.length > 0
          ? await defaultVariables(http, asked.signal)
          : { defaults: new Map<string, string>(), notes: [] };

      async function pushOne({ path = "", file, name, state }: Both): Promise<WrittenFlow> {
        if (!file) throw notAFile(path, problems);
        if (file.unsaved) throw unsavedFile(path);
        const isNew = state === "onlyHere";
        const { signal } = asked;
        const typed = await variables.typedKeys(http, file, signal);
        const named = isNew
          ? await variables.connect(http, typed.flow, { file: path, signal })
          : { flow: typed.flow, notes: [] };
        const sent = { flow: named.flow, notes: [...typed.notes, ...named.notes] };
        const common = baseOf(server, path);
        const base = await common.of(file);
        const pushed = await pushFile({ server, path, file: sent.flow, base, defaults, mayReplace, keep, signal });
        await common.write(pushed.id, pushed.stored);
        await synced.write(lastPushTo(server.base), pushed.id, pushed.stored);
        // Code of Python files is in the flow file from now on, as in Langflow.
        const text = pushed.rewritten ?? file.text;
        await writePushed(folder, { path, id: pushed.id, before: file, text });
        const { id, result } = pushed;
        const given = id === file.id ? [] : ["This Langflow gives flows ids of its own: the file has it now."];
        const notes = [
          ...given,
          ...pushed.notes,
          ...whatIsWrong(file),
          ...(result === "created" ? keysToSet(sent.flow) : []),
        ];
        return { id, name, url: `${server.base}/flow/${id}`, path, result, notes: [...sent.notes, ...notes] };
      }
      const isSkipped = ({ state }: Both) => state === "changedBoth";
      const skipped = wanted.length > 0 ? [] : skippedOf({ flows: flows.filter(isSkipped), problems });
      const failed = bad.map(({ message, remedy }, index) => failedFile(unknown[index] ?? "", `${message} ${remedy}`));
      const [first, ...more] = await each(chosen, progress, pushOne);
      const pushed = first ? [{ ...first, notes: [...unread, ...first.notes] }, ...more] : [];
      return [...pushed, ...failed, ...skipped];
    },

    async diff(given, signal) {
      const path = await folder.pathOf(given);
      const file = readFlowFile(path, (await folder.read(path)).text);
      const { server, http } = await texts();
      const theirs = await server.find(file.id, signal);
      if (!theirs) throw new ToolError("NOT_FOUND", `${file.name} is not in Langflow.`, `Push it: flow push ${path}.`);
      const sent = await variables.typedKeys(http, file, signal);
      const typed = hasOwnSecrets(sent.flow, theirs) ? ["a key or variable that is typed in the file"] : [];
      return { path, name: file.name, lines: [...compareFiles(theirs, file), ...typed] };
    },

    readable: (left, right) =>
      readableTexts(readFlowFile("The left text", left), readFlowFile("The right text", right)),

    async update(wanted, { dir, write, signal }) {
      const given = await Promise.all(wanted.map((path) => folder.pathOf(path)));
      const here = given.length > 0 ? undefined : await readAll(dir);
      const paths = here ? [...here.files.values()].map(({ path }) => path) : given;
      const { http } = await connection.use();
      const catalogue = await readCatalogue(http, signal);
      const updated: UpdatedFlowFile[] = [];
      for (const path of paths) {
        try {
          updated.push(await updateFile(path, { folder, catalogue, write }));
        } catch (error) {
          if (paths.length === 1 || !(error instanceof ToolError) || error.code === "CANCELLED") throw error;
          updated.push(failedUpdate(path, `${error.message} ${error.remedy}`));
        }
      }
      return [...updated, ...(here?.problems ?? []).map(({ path, message }) => failedUpdate(path, message))];
    },

    async find(wanted, asked) {
      const { server, flows, marked } = await compared(asked);
      const flow = await chooseFlow({ folder, flows, marked }, wanted);
      const base = flow.path === undefined || !flow.file ? undefined : await baseOf(server, flow.path).of(flow.file);
      return { ...flow, ...(base !== undefined && { base }) };
    },

    async serverText(id, { like, signal }) {
      const { server } = await texts();
      const theirs = await server.get(id, signal);
      return flowFileText(theirs, { codeAsLines: like !== undefined && (await hasCodeAsLines(like)) });
    },
  };
}

function isToPull(state: FlowOfBoth["state"], merge: boolean): boolean {
  return state === "onlyThere" || state === "changedThere" || (merge && state === "changedBoth");
}

/** One failure of several does not hide what was written: it stands among the others. */
async function each(
  flows: readonly Both[],
  progress: (message: string) => void,
  work: (flow: Both) => Promise<WrittenFlow>,
): Promise<readonly WrittenFlow[]> {
  const written: WrittenFlow[] = [];
  for (const flow of flows) {
    if (flows.length > 1) progress(flow.name);
    try {
      written.push(await work(flow));
    } catch (error) {
      if (flows.length === 1 || !(error instanceof ToolError) || error.code === "CANCELLED") throw error;
      const { id, name, url = "", path = "" } = flow;
      written.push({ id, name, url, path, result: "failed", notes: [`${error.message} ${error.remedy}`] });
    }
  }
  return written;
}

/** Two flows whose names give one file name need two files; a file that is no flow is never written over. */
function freePath(
  folder: FlowFolder,
  dir: string,
  { name, id }: FlowOfBoth,
  owners: ReadonlyMap<string, string>,
): string {
  const plain = `${dir}/${flowFileName(name)}`;
  const owner = owners.get(folder.keyOf(plain));
  if (owner === undefined || owner === id) return plain;
  if (owner !== "") return plain.replace(/\.json$/, `-${id.slice(0, 8)}.json`);
  throw new ToolError(
    "CONFLICT",
    `${plain} exists, and is not the file of this flow.`,
    "`flow status` says what is wrong with it: correct, move or remove it, then pull again.",
  );
}

interface Choice {
  readonly folder: FlowFolder;
  readonly flows: readonly Both[];
  readonly marked: readonly Marked[];
}

async function chooseFlow({ folder, flows, marked }: Choice, wanted: string): Promise<Both> {
  const path = wanted.endsWith(".json") ? await folder.pathOf(wanted) : undefined;
  const found = flows.filter((flow) => flow.id === wanted.toLowerCase() || (path !== undefined && flow.path === path));
  const named = found.length > 0 ? found : flows.filter(({ name }) => name === wanted);
  const [first, second] = named;
  if (first && !second) return first;
  if (!first) {
    const waiting = marked.find(({ id, name, path: at }) => [id, name].includes(wanted) || at === path);
    if (waiting) throw waiting.error;
    throw new ToolError(
      "NOT_FOUND",
      `There is no flow ${JSON.stringify(wanted)}, here or in Langflow.`,
      "See `flow status` for names, ids and files.",
    );
  }
  throw new ToolError(
    "AMBIGUOUS",
    `${named.length} flows are called ${JSON.stringify(wanted)}.`,
    `Give the id of one: ${named.map(({ id }) => id).join(", ")}.`,
  );
}

function failedUpdate(path: string, problem: string): UpdatedFlowFile {
  return { path, name: path, written: false, components: [], problem };
}

/** What is left out when nobody names it: never without a word. */
function skippedOf({ flows, problems }: { flows: readonly Both[]; problems: readonly Problem[] }): WrittenFlow[] {
  const remedy = "Changed on both sides: pull it with --merge, or name it with --overwrite.";
  return [
    ...flows.map(({ id, name, url = "", path = "" }) => ({
      id,
      name,
      url,
      path,
      result: "skipped" as const,
      notes: [remedy],
    })),
    ...problems.map(({ path, message }) => ({
      id: "",
      name: path,
      url: "",
      path,
      result: "skipped" as const,
      notes: [message],
    })),
  ];
}

function failedFile(path: string, note: string): WrittenFlow {
  return { id: "", name: path, url: "", path, result: "failed", notes: [note] };
}

function notAFile(path: string, problems: readonly Problem[]): ToolError {
  const problem = problems.find((one) => one.path === path);
  return problem
    ? new ToolError("INVALID_ARGUMENT", problem.message, "Correct the file, then try again.")
    : new ToolError(
        "NOT_FOUND",
        `${path} is not a flow file of this folder.`,
        "See `flow status`, or name its folder with --dir.",
      );
}

function notThere({ name, path = "" }: Both): ToolError {
  return new ToolError("NOT_FOUND", `${name} is not in Langflow any more.`, `Push it: flow push ${path}.`);
}

function changedHere({ path = "", state, file }: Both): ToolError {
  const isBoth = state === "changedBoth";
  return new ToolError(
    "CONFLICT",
    `${path} was changed ${isBoth ? "here and in Langflow" : "here"}; pulling would lose the change.`,
    isBoth ? "Pull with --merge, or with --overwrite." : "Push it, or pull with --overwrite.",
    { reviewed: fingerprint(file?.text ?? "") },
  );
}
