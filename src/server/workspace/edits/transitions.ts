import { stat } from "node:fs/promises";
import path from "node:path";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { inParallel } from "../../platform/inParallel.ts";
import type { FileChange } from "./changes.ts";
import type { Disk } from "./disk.ts";
import { etagOf } from "../texts/documents.ts";
import { decodeText, encodeText, isBinary } from "../texts/encoding.ts";
import type { Encoding } from "../texts/encoding.ts";
import type { FileState, FileTransition } from "./edits.ts";
import { maxTextBytes } from "../../platform/openFile.ts";
import { checkNewNames } from "../paths/paths.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import { applyTextEdits } from "../texts/textEdits.ts";
import type { Workspace } from "../workspace.ts";

export interface ResolvedChanges {
  /** The changes with real paths. */
  readonly changes: readonly FileChange[];
  readonly transitions: readonly FileTransition[];
  /** etag of every touched file that is there. */
  readonly before: ReadonlyMap<string, string>;
  readonly positions: readonly WorkspacePath[];
}

interface Current {
  readonly state: FileState;
  readonly etag: string;
}

/** Works out what each touched file is now and will be; nothing is written. */
export async function resolveChanges(
  changes: readonly FileChange[],
  { workspace, disk }: { workspace: Workspace; disk: Disk },
): Promise<ResolvedChanges> {
  const resolved: FileChange[] = [];
  const transitions: FileTransition[] = [];
  const before = new Map<string, string>();
  const positions: WorkspacePath[] = [];
  const touched = new Set<string>();

  function touch(location: WorkspacePath): void {
    if (touched.has(location.absolute)) throw invalid(`${location.displayPath} is changed twice in one plan.`);
    touched.add(location.absolute);
    positions.push(location);
  }

  function existing({ location, current }: Looked): Current {
    if (!current)
      throw new ToolError(
        "NOT_FOUND",
        `${location.displayPath} does not exist.`,
        "Use list_directory to see what exists.",
      );
    before.set(location.absolute, current.etag);
    return current;
  }

  // Hundreds of files take their time one after another.
  for (const looked of await inParallel(changes, (change) => look(change, { workspace, disk }))) {
    const { change, location } = looked;
    touch(location);
    const at = location.absolute;
    switch (change.kind) {
      case "create": {
        await checkNewPath(location);
        transitions.push({ path: at, after: { bytes: textBytes(change.text, "utf8") } });
        resolved.push({ ...change, path: at });
        break;
      }
      case "edit": {
        const { state } = existing(looked);
        transitions.push({ path: at, before: state, after: edited(state, change.edits) });
        resolved.push({ ...change, path: at });
        break;
      }
      case "delete": {
        const { state } = existing(looked);
        transitions.push({ path: at, before: state });
        resolved.push({ ...change, path: at });
        break;
      }
      case "rename": {
        const { state } = existing(looked);
        const target = await workspace.resolve(change.to);
        touch(target);
        await checkNewPath(target);
        transitions.push({ path: at, before: state }, { path: target.absolute, after: edited(state, change.edits) });
        resolved.push({ ...change, path: at, to: target.absolute });
        break;
      }
    }
  }
  return { changes: resolved, transitions, before, positions };
}

interface Looked {
  readonly change: FileChange;
  readonly location: WorkspacePath;
  /** undefined for a file that is not there. */
  readonly current: Current | undefined;
}

async function look(change: FileChange, deps: { workspace: Workspace; disk: Disk }): Promise<Looked> {
  const location = await deps.workspace.resolve(change.path);
  const isRead = location.exists && change.kind !== "create";
  return { change, location, current: isRead ? await currentState(location.absolute, deps) : undefined };
}

/** What a file is now: an editor's unsaved text in the file's encoding, else the disk's bytes. */
export async function currentState(
  absolute: string,
  { workspace, disk }: { workspace: Workspace; disk: Disk },
): Promise<Current | undefined> {
  const saved = await disk.read(absolute);
  if (workspace.documents.editorText(absolute) !== undefined) {
    const document = await workspace.documents.read(absolute);
    if (document.unsaved) {
      return { state: { ...saved, bytes: encodeText(document.text, document.encoding) }, etag: document.etag };
    }
  }
  return saved && { state: saved, etag: etagOf(saved.bytes) };
}

/** Refuses a new file whose name no system should get, that is there already, or that would stand below a file. */
export async function checkNewPath(location: WorkspacePath): Promise<void> {
  if (location.exists) {
    throw new ToolError(
      "CONFLICT",
      `${location.displayPath} exists already.`,
      "Choose another path, or change the file that is there.",
    );
  }
  checkNewNames(location);
  const parent = location.missing.reduce((at) => path.dirname(at), location.absolute);
  const folder = await stat(parent).catch((error: unknown) => {
    if (!["ENOENT", "ENOTDIR"].includes(systemCode(error))) throw error;
    throw new ToolError(
      "NOT_FOUND",
      `The folder of ${location.displayPath} is gone.`,
      "Use list_directory to see what exists.",
    );
  });
  if (!folder.isDirectory()) throw invalid(`A part of ${location.displayPath} is a file.`);
}

function edited(state: FileState, edits: Extract<FileChange, { kind: "edit" }>["edits"]): FileState {
  if (edits.length === 0) return state;
  const { text, encoding } = decodeText(state.bytes);
  return { ...state, bytes: textBytes(applyTextEdits(text, edits), encoding) };
}

/** A text that no tool could read back is refused before it is written. */
function textBytes(text: string, encoding: Encoding): Buffer {
  const bytes = encodeText(text, encoding);
  if (bytes.length > maxTextBytes) {
    throw new ToolError(
      "TOO_LARGE",
      "The file would be larger than 10 MB; nothing was changed.",
      "Write less, or several files.",
    );
  }
  if (isBinary(bytes)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "The new text has a NUL character near its start, so it would be no text file; nothing was changed.",
      "Leave the NUL out.",
    );
  }
  return bytes;
}

function invalid(message: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, "Send one change for each file.");
}
