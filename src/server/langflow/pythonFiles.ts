import { hasConflicts } from "../../protocol/conflictMarks.ts";
import type { PythonOfFlow } from "../../protocol/flowFiles.ts";
import { codeOf, withCode } from "../flows/files/componentCode.ts";
import type { ComponentCode } from "../flows/files/componentCode.ts";
import { sortedJson } from "../flows/files/exactJson.ts";
import { fileForm, fingerprint, readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { unsavedFile } from "./flowFolder.ts";
import type { FlowFolder } from "./flowFolder.ts";
import type { SyncStore } from "./syncStore.ts";

/** The Python of components in files of their own, beside their flow: `flows/NAME/COMPONENT.py`. */
export interface PythonFiles {
  /** The same folder; a flow file has the code of its Python files, and what is written goes into them too. */
  readonly folder: FlowFolder;
  /** Puts changed Python into flow files, and makes the Python files that they lack; of all in the folder without any. */
  settle(files: readonly string[], options: SettleOptions): Promise<readonly PythonOfFlow[]>;
}

interface SettleOptions {
  readonly dir: string;
  /** Whether edited and custom components without a Python file get one. */
  readonly make: boolean;
}

export interface PythonFilesDeps {
  readonly folder: FlowFolder;
  /** What flow file and Python file had in common last. */
  readonly synced: SyncStore;
  /** Whether a flow file that is written gets Python files that it lacks. */
  pythonFiles(): boolean;
}

interface PythonFile {
  readonly path: string;
  readonly text: string;
  readonly unsaved: boolean;
}

interface Both {
  /** The flow with the code of its Python files. */
  readonly text: string;
  readonly unsaved: boolean;
  /** The flow file as it is on the disk. */
  readonly own: string;
  /** By the ids of components, also of those that the flow does not have. */
  readonly python: ReadonlyMap<string, PythonFile>;
}

/** Whether a component without a Python file gets one. */
type MakesFile = (id: string, component: ComponentCode) => boolean;

/** An id that is a name of a file everywhere. */
const fileId = /^[\p{L}\p{N}_][\p{L}\p{N}_ -]{0,99}$/u;

export function createPythonFiles({ folder, synced, pythonFiles }: PythonFilesDeps): PythonFiles {
  /** By the path of a flow file that was removed, the components that had files: undoing it brings them back. */
  const removed = new Map<string, ReadonlySet<string>>();

  /** One change at a time: a save in the editor and a push that follows it would meet. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  }

  const dirOf = (path: string) => path.replace(/\.json$/, "");
  const fileOf = (path: string, id: string) => `${dirOf(path)}/${id}.py`;
  const idOf = (file: string) => file.slice(file.lastIndexOf("/") + 1, -".py".length);

  async function pythonOf(path: string): Promise<Map<string, PythonFile>> {
    const files = path.endsWith(".json") ? await folder.list(dirOf(path), ".py") : [];
    const found = new Map<string, PythonFile>();
    for (const file of files) found.set(idOf(file), { path: file, ...(await folder.read(file)) });
    return found;
  }

  const readBase = async (path: string, id: string) => (await synced.read(`Python of ${path}`, id))?.trim();
  async function writeBase(path: string, id: string, code: string): Promise<void> {
    const print = printOf(code);
    if ((await readBase(path, id)) !== print) await synced.write(`Python of ${path}`, id, print);
  }

  async function read(path: string): Promise<Both> {
    const { text: own, unsaved } = await folder.read(path);
    const python = await pythonOf(path);
    const flow = python.size > 0 ? flowIn(path, own) : undefined;
    if (!flow) return { text: own, unsaved, own, python };
    const codes = codeOf(flow);
    const changed = new Map<string, string>();
    let isUnsaved = unsaved;
    for (const [id, file] of python) {
      const known = codes.get(id);
      if (!known) continue;
      isUnsaved ||= file.unsaved;
      const isFollowed = await isNewer(path, file, { id, code: known.code }).catch((error: unknown) => {
        throw error instanceof ToolError ? ofFlow(error, flow) : error;
      });
      if (isFollowed) changed.set(id, codeFrom(file.text, known.code));
    }
    if (changed.size === 0) return { text: own, unsaved: isUnsaved, own, python };
    const form = { codeAsLines: flow.codeAsLines, secrets: "kept" } as const;
    const text = `${sortedJson(fileForm(withCode(flow.fields, changed), form))}\n`;
    return { text, unsaved: isUnsaved, own, python };
  }

  /** Whether the Python file is to be followed; fails when nobody knows which of the two is. */
  async function isNewer(path: string, file: PythonFile, { id, code }: { id: string; code: string }): Promise<boolean> {
    if (isSameCode(file.text, code)) {
      await writeBase(path, id, code);
      return false;
    }
    if (hasConflicts(file.text)) throw withMarks(file.path);
    const before = await readBase(path, id);
    if (before === printOf(code)) return true;
    if (before === printOf(file.text)) return false;
    throw differ(path, file.path, before !== undefined);
  }

  /** Puts the code of a flow into its Python files. */
  async function writePython(path: string, flow: FlowFile, python: Both["python"], makes: MakesFile) {
    const codes = codeOf(flow);
    const gone = await goneOf(path, python, codes);
    // A component with another id keeps its file.
    const isRenamed = ({ code, isOwn }: ComponentCode) => isOwn && gone.some(({ text }) => isSameCode(text, code));
    const written: string[] = [];
    for (const [id, component] of codes) {
      const before = python.get(id);
      if (!before && !(fileId.test(id) && (isRenamed(component) || makes(id, component)))) continue;
      const { code } = component;
      const file = fileOf(path, id);
      const after = textFor(before?.text, code);
      if (after !== before?.text) await folder.write(file, after, before?.text);
      await writeBase(path, id, code);
      written.push(file);
    }
    for (const { path: file, text } of gone) await folder.remove(file, text);
    return written;
  }

  /** Python files of components that the flow does not have any more, and that nobody changed. */
  async function goneOf(path: string, python: Both["python"], codes: Codes): Promise<readonly PythonFile[]> {
    const gone: PythonFile[] = [];
    for (const [id, file] of python) {
      if (!codes.has(id) && (await readBase(path, id)) === printOf(file.text)) gone.push(file);
    }
    return gone;
  }

  /** A Python file that nobody has put into the flow is not written over. */
  function checkOrphans(flow: FlowFile, { codes, python }: { codes: Codes; python: Both["python"] }): void {
    for (const [id, { code }] of codeOf(flow)) {
      const file = python.get(id);
      if (!file || codes.has(id) || isSameCode(file.text, code)) continue;
      throw existsAlready(file.path);
    }
  }

  async function expectedNow(path: string, expected: string): Promise<Both> {
    const now = await read(path);
    const unsaved = [...now.python.values()].find((file) => file.unsaved);
    if (unsaved) throw unsavedFile(unsaved.path);
    if (now.text === expected) return now;
    throw new ToolError("CONFLICT", `${path} was changed in between.`, "Look at the file, then try again.");
  }

  async function write(path: string, text: string, expected: string | undefined): Promise<void> {
    const now = expected === undefined ? undefined : await expectedNow(path, expected);
    const python = now?.python ?? (await pythonOf(path));
    const mayMake = pythonFiles() || removed.has(path);
    const flow = python.size > 0 || mayMake ? flowIn(path, text) : undefined;
    const codes = python.size > 0 ? codesIn(path, now?.own) : new Map<string, ComponentCode>();
    if (flow) checkOrphans(flow, { codes, python });
    // The flow first: when the rest is not written, the Python files are known to be the older ones.
    if (text !== now?.own) await folder.write(path, text, now?.own);
    if (flow) {
      const makes: MakesFile = (id, { isOwn }) => (isOwn && pythonFiles()) || removed.get(path)?.has(id) === true;
      await writePython(path, flow, python, makes);
      removed.delete(path);
    } else {
      // A merge with conflicts has what the Python files have: what is decided in the flow file is newer.
      for (const [id, file] of python) if (codes.has(id)) await writeBase(path, id, file.text);
    }
  }

  async function move(path: string, to: string, text: string, expected: string): Promise<void> {
    const now = await expectedNow(path, expected);
    const isOther = folder.keyOf(dirOf(path)) !== folder.keyOf(dirOf(to));
    const taken = isOther ? await pythonOf(to) : new Map<string, PythonFile>();
    const inTheWay = [...now.python.keys()].map((id) => taken.get(id)).find((file) => file);
    if (inTheWay) throw existsAlready(inTheWay.path);
    await folder.move(path, to, text, now.own);
    const codes = codesIn(to, text);
    for (const [id, file] of now.python) {
      const known = codes.get(id);
      await folder.move(file.path, fileOf(to, id), known ? textFor(file.text, known.code) : file.text, file.text);
      if (known) await writeBase(to, id, known.code);
    }
  }

  async function remove(path: string, expected: string): Promise<void> {
    const now = await expectedNow(path, expected);
    await folder.remove(path, now.own);
    const codes = codesIn(path, now.text);
    const own = [...now.python].filter(([id]) => codes.has(id));
    if (own.length > 0) removed.set(path, new Set(own.map(([id]) => id)));
    for (const [, file] of own) await folder.remove(file.path, file.text);
  }

  async function settleOne(path: string, make: boolean): Promise<readonly string[]> {
    const now = await read(path);
    const unsaved = [{ path, unsaved: now.unsaved }, ...now.python.values()].findLast((file) => file.unsaved);
    if (unsaved) throw unsavedFile(unsaved.path);
    const flow = readFlowFile(path, now.text);
    if (now.text !== now.own) await folder.write(path, now.text, now.own);
    const codes = codeOf(flow);
    for (const [id, file] of now.python) {
      const before = codes.has(id) ? undefined : await readBase(path, id);
      if (before !== undefined && before !== printOf(file.text)) throw withoutComponent(path, file.path);
    }
    return writePython(path, flow, now.python, (_id, { isOwn }) => isOwn && make);
  }

  return {
    folder: {
      ...folder,
      async read(path) {
        const { text, unsaved } = await read(path);
        return { text, unsaved };
      },
      write: (path, text, expected) => inTurn(() => write(path, text, expected)),
      move: (path, to, text, expected) => inTurn(() => move(path, to, text, expected)),
      remove: (path, expected) => inTurn(() => remove(path, expected)),
    },

    async settle(files, { dir, make }) {
      const given = await Promise.all(files.map((path) => folder.pathOf(path)));
      const settled: PythonOfFlow[] = [];
      for (const path of given.length > 0 ? given : await folder.list(dir)) {
        try {
          settled.push({ path, python: await inTurn(() => settleOne(path, make)) });
        } catch (error) {
          if (given.length === 1 || !(error instanceof ToolError) || error.code === "CANCELLED") throw error;
          settled.push({ path, python: [], problem: `${error.message} ${error.remedy}` });
        }
      }
      return settled;
    },
  };
}

/** The same, with the flow whose file it is about: it has one, whatever is wrong. */
function ofFlow({ code, message, remedy }: ToolError, { id }: FlowFile): ToolError {
  return new ToolError(code, message, remedy, { flow: id });
}

/** Undefined of a text that is no flow: who needs one says what is wrong with it. */
function flowIn(path: string, text: string): FlowFile | undefined {
  try {
    return readFlowFile(path, text);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

type Codes = ReadonlyMap<string, ComponentCode>;

function codesIn(path: string, text: string | undefined): Codes {
  const flow = text === undefined ? undefined : flowIn(path, text);
  return flow ? codeOf(flow) : new Map<string, ComponentCode>();
}

/** The same for code and for its file. */
function printOf(code: string): string {
  return fingerprint(codeFrom(code, ""));
}

/** Editors end a file with a line end, and Git may write other ones: that is no change of the code. */
function isSameCode(file: string, code: string): boolean {
  return printOf(file) === printOf(code);
}

/** The text of a file with this code: the one that it has, when that says the same. */
function textFor(before: string | undefined, code: string): string {
  return before !== undefined && isSameCode(before, code) ? before : asFile(code);
}

/** The code of a file, with the line ends of the code before. */
function codeFrom(text: string, before: string): string {
  const code = text.replaceAll(/\r?\n/g, before.includes("\r\n") ? "\r\n" : "\n");
  return before.endsWith("\n") ? code : code.replace(/\r?\n$/, "");
}

function asFile(code: string): string {
  return code.endsWith("\n") ? code : `${code}\n`;
}

function existsAlready(file: string): ToolError {
  return new ToolError("CONFLICT", `${file} exists already.`, "Move or remove it, then try again.");
}

function withoutComponent(path: string, file: string): ToolError {
  return new ToolError(
    "CONFLICT",
    `${file} was changed, and ${path} has no component of that id any more.`,
    "Give the file the id of its component as its name, or remove it, then try again.",
  );
}

function withMarks(file: string): ToolError {
  return new ToolError(
    "CONFLICT",
    `${file} has conflicts that nobody has resolved.`,
    "Decide between the marks <<<<<<< and >>>>>>>, remove the marks, then try again.",
  );
}

function differ(path: string, file: string, bothChanged: boolean): ToolError {
  const why = bothChanged ? "both were changed" : "nobody here knows which is newer";
  return new ToolError(
    "CONFLICT",
    `${path} has other code than ${file}, and ${why}.`,
    `Remove ${file} to keep the code of the flow file, or copy the right code into both.`,
  );
}
