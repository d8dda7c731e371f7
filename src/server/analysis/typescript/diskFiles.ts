import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path/posix";
import { createStampTable } from "../files/stampTable.ts";
import { createDiskFolders } from "./diskFolders.ts";
import type { DiskFolders } from "./diskFolders.ts";
import { fileNameOf, isScriptName, scriptText } from "./scriptFiles.ts";
import { keyOf, libFolder, libText, slashed, ts } from "./ts.ts";

interface File {
  readonly path: string;
  /** Of its stamp. */
  readonly number: number;
  disk: string | undefined;
  /** What the compiler sees: the editor's text, else the disk's. */
  text: string | undefined;
  version: number;
  snapshot?: ts.IScriptSnapshot | undefined;
  /** Of the script in it. */
  scriptSnapshot?: ts.IScriptSnapshot | undefined;
}

export interface DiskFiles {
  readonly folders: DiskFolders;
  /** Counts changes of any text or folder; equal numbers mean that every answer is still valid. */
  readonly generation: number;
  /** Counts changes that can move what an import or a tsconfig means: files that came or went, manifests, configurations. */
  readonly structure: number;
  /** Brings everything known up to what the disk and the editor have now. */
  refresh(overlays: ReadonlyMap<string, string>): void;
  text(path: string): string | undefined;
  /** The text of a file that the editor has or that somebody asked for; others are not looked at. */
  known(path: string): string | undefined;
  version(path: string): string;
  snapshot(path: string): ts.IScriptSnapshot | undefined;
  exists(path: string): boolean;
  /** Names in a folder, with the files that only the editor has yet. */
  list(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] };
  realpath(path: string): string;
}

/** The texts that the compiler reads: the editor's over the disk's, checked for freshness once per question. */
export function createDiskFiles(): DiskFiles {
  const folders = createDiskFolders();
  const files = new Map<string, File>();
  const stamps = createStampTable();
  /** By the number of their stamp. */
  const stamped: (File | undefined)[] = [];
  const realPaths = new Map<string, string>();
  let overlays: ReadonlyMap<string, string> = new Map();
  /** Names of the overlays by their folder. */
  let unsavedIn = new Map<string, string[]>();
  let generation = 1;
  let structure = 1;

  function fileOf(path: string): File {
    const key = keyOf(path);
    const known = files.get(key);
    if (known) return known;
    const number = stamps.add(path);
    const disk = stamps.exists(number) ? readText(path) : undefined;
    const file: File = { path, number, disk, text: overlays.get(key) ?? disk, version: generation };
    stamped[number] = file;
    files.set(key, file);
    if (isGone(file)) forget(file);
    return file;
  }

  /**
   * Whether a file is not there, and a folder shows when it comes. Such a file needs no look of its own: there would be one
   * for each file that was ever there.
   */
  function isGone({ path, text }: File): boolean {
    return text === undefined && folders.kindOf(path) === undefined && isMissingInFolder(path);
  }

  function forget({ path, number }: File): void {
    files.delete(keyOf(path));
    stamped[number] = undefined;
    stamps.remove(number);
  }

  /** Every file whose text may differ from the one that the compiler saw: on the disk, or in the editor. */
  function perhapsChanged(unsaved: readonly string[]): Set<File> {
    const found = new Set<File>();
    for (const number of stamps.look()) {
      const file = stamped[number];
      if (!file) continue;
      file.disk = stamps.exists(number) ? readText(file.path) : undefined;
      found.add(file);
    }
    for (const key of unsaved) {
      const file = files.get(key);
      if (file) found.add(file);
    }
    return found;
  }

  function refresh(next: ReadonlyMap<string, string>): void {
    const before = overlays;
    overlays = new Map([...next].map(([file, text]) => [keyOf(slashed(file)), text]));
    unsavedIn = new Map();
    for (const file of next.keys()) {
      const folder = keyOf(path.dirname(slashed(file)));
      unsavedIn.set(folder, [...(unsavedIn.get(folder) ?? []), path.basename(slashed(file))]);
    }
    const moved =
      folders.refresh() ||
      [...overlays.keys()].some((key) => !before.has(key) && folders.kindOf(key) === undefined) ||
      [...before.keys()].some((key) => !overlays.has(key) && folders.kindOf(key) === undefined);
    let changed = moved;
    let remapped = moved;
    for (const file of perhapsChanged([...before.keys(), ...overlays.keys()])) {
      const key = keyOf(file.path);
      const text = overlays.get(key) ?? file.disk;
      if (text === file.text) continue;
      if (text === undefined || file.text === undefined || key.endsWith(".json")) remapped = true;
      file.text = text;
      file.version = generation + 1;
      file.snapshot = undefined;
      file.scriptSnapshot = undefined;
      changed = true;
      if (isGone(file)) forget(file);
    }
    if (changed) generation++;
    if (!remapped) return;
    structure++;
    realPaths.clear();
  }

  /** A file, or the script of one by the compiler's name. */
  function textOf(path: string): string | undefined {
    const { text } = fileOf(fileNameOf(path));
    return text !== undefined && isScriptName(path) ? scriptText(fileNameOf(path), text) : text;
  }

  return {
    folders,
    get generation() {
      return generation;
    },
    get structure() {
      return structure;
    },
    refresh,
    text: (path) => libText(path) ?? textOf(path),
    known: (path) => overlays.get(keyOf(path)) ?? files.get(keyOf(path))?.text,
    version: (path) => (path.startsWith(libFolder) ? "lib" : String(fileOf(fileNameOf(path)).version)),
    snapshot(path) {
      const lib = libText(path);
      if (lib !== undefined) return ts.ScriptSnapshot.fromString(lib);
      const file = fileOf(fileNameOf(path));
      const key = isScriptName(path) ? "scriptSnapshot" : "snapshot";
      const text = file[key] ? undefined : textOf(path);
      if (text !== undefined) file[key] = ts.ScriptSnapshot.fromString(text);
      return file[key];
    },
    exists(path) {
      const file = fileNameOf(path);
      return libText(file) !== undefined || overlays.has(keyOf(file)) || folders.kindOf(file) === "file";
    },
    list(folder) {
      const found = folders.list(folder);
      const unsaved = unsavedIn.get(keyOf(folder)) ?? [];
      return unsaved.length === 0 ? found : { ...found, files: [...new Set([...found.files, ...unsaved])] };
    },
    realpath(path) {
      const known = realPaths.get(path);
      if (known !== undefined) return known;
      const real = realOf(path);
      realPaths.set(path, real);
      return real;
    },
  };
}

/** Decodes as the compiler does: byte order marks show the encoding and are no part of the text. */
function readText(path: string): string | undefined {
  const bytes = readBytes(path);
  if (!bytes) return undefined;
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString("utf8", 3);
  return bytes.toString("utf8");
}

/** Windows has no O_NONBLOCK. */
const openFlags = [constants.O_RDONLY, constants.O_NONBLOCK].reduce((all, flag) => all | flag, 0);

/** A pipe or device is neither waited for nor read: to the compiler it is not there. */
function readBytes(path: string): Buffer | undefined {
  try {
    const file = openSync(path, openFlags);
    try {
      return fstatSync(file).isFile() ? readFileSync(file) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** What a link leads to comes and goes without a change of the folder that the link is in. */
function isMissingInFolder(file: string): boolean {
  let at = file;
  try {
    while (!lstatSync(at, { throwIfNoEntry: false }) && at !== path.dirname(at)) at = path.dirname(at);
    return at !== file && statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

function realOf(path: string): string {
  try {
    return slashed(realpathSync.native(path));
  } catch {
    return path;
  }
}
