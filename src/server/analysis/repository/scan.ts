import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { systemCode, throwIfCancelled } from "../../platform/errors.ts";
import type { FileLister, FileList } from "../../platform/listFiles.ts";
import type { Incomplete } from "../../platform/call.ts";
import { countLines } from "../files/countLines.ts";
import type { Counted } from "../files/countLines.ts";
import { isGenerated, saysGenerated } from "../../platform/fileKinds.ts";
import { languageOf } from "../files/languages.ts";
import { stampOf } from "../../platform/stamps.ts";
import { absoluteOf } from "../files/model.ts";
import type { Folder, Part, ScanContext, ScannedFile, Snapshot } from "../files/model.ts";
import { packComponents } from "../syntax/components.ts";
import type { Component } from "../syntax/components.ts";
import type { KeptFacts } from "../syntax/facts.ts";

/** What is kept of the texts that a grammar is there for. */
export interface FileReader<Facts> {
  /** Bytes up to which a file of this name is parsed; 0: not at all. */
  limitOf(file: string): number;
  read(file: string, text: string): Promise<Facts>;
  /** A file name whose ending stands for the language, such as "code.ts" for "typescript". */
  fileNameFor(language: string): string | undefined;
  /** As people write them. */
  readonly languages: readonly string[];
}

export interface Readers {
  readonly facts: FileReader<KeptFacts>;
  readonly components: FileReader<readonly Component[]>;
}

type FileName = Pick<ScannedFile, "path" | "root" | "name">;

/** One for each file, so it has each of its members from the start: those that come later take more memory. */
interface Cached {
  /** Undefined when it changed too short a time before it was read for its stamp to show the next change. */
  readonly stamp: string | undefined;
  /** Of the read that it comes from: another one may have found another text under the same stamp. */
  readonly read: number;
  readonly file: Omit<ScannedFile, Part> & { [P in Part]: ScannedFile[P] | undefined };
  /** Of each part that was read: why it is not there, "" when it is or has no grammar. */
  readonly problems: Record<Part, string | undefined>;
}

export interface Scanner {
  /** Every file of the folder, with one part of it. */
  scan(folder: Folder, part: Part, context: ScanContext): Promise<Snapshot>;
}

/** How long a scan works before it lets cancels and other calls have their turn. */
const turnMs = 30;

/**
 * Looks at every file of a folder. A file whose times, size and inode are those of the last look, and whose unsaved text
 * is the same, is not read again, unless it had changed just before that look. The thread waits for the disk: to be called
 * back for each step of each file takes ten times as long as the steps.
 */
export function createScanner(partReaders: Readers, listFiles: FileLister): Scanner {
  let reads = 0;
  const caches = new Map<string, Map<string, Cached>>();
  const limitOf = (path: string) => Math.max(partReaders.facts.limitOf(path), partReaders.components.limitOf(path));

  async function lookAt(
    name: FileName,
    part: Part,
    before: Cached | undefined,
    context: ScanContext,
  ): Promise<Cached | undefined> {
    const absolute = absoluteOf(name);
    const stats = codeInstead(() => lstatSync(absolute, { bigint: true, throwIfNoEntry: false }));
    if (typeof stats === "string") return failed(name, stats);
    if (!stats?.isFile()) return undefined;
    const overlay = context.overlays.get(absolute);
    const stamp = stampWith(overlay, stats);
    const same = stamp !== undefined && before?.stamp === stamp ? before : undefined;
    if (same?.problems[part] !== undefined) return same;
    // Build output and code of others is counted, not judged: it is not worth parsing.
    const limit = isGenerated(name.name) ? 0 : limitOf(name.path);
    const counted = codeInstead(() => countLines(absolute, limit));
    if (typeof counted === "string") return failed(name, counted);
    const code = limit === 0 || !counted.isText ? undefined : (overlay ?? counted.text);
    const looked = same ?? cachedOf(name, { stamp, read: ++reads, size: Number(stats.size), counted, code });
    looked.problems[part] = counted.isText && limit > 0 ? await read(looked.file, part, code) : "";
    return looked;
  }

  /** Says why it is not there then. */
  async function read(file: Cached["file"], part: Part, code: string | undefined): Promise<string> {
    if (partReaders[part].limitOf(file.path) === 0) return "";
    if (code === undefined) return "Counted, but too large to parse.";
    try {
      if (part === "facts") file.facts = await partReaders.facts.read(file.path, code);
      else file.components = packComponents(await partReaders.components.read(file.path, code));
      return "";
    } catch (error) {
      // Thousands of nested brackets exhaust the stack; the rest of the repository is still worth an answer.
      if (!(error instanceof RangeError)) throw error;
      return "Counted, but too deeply nested to parse.";
    }
  }

  async function scan(folder: Folder, part: Part, context: ScanContext): Promise<Snapshot> {
    const listed = await listFiles(folder.absolute, { root: folder.absolute, signal: context.signal });
    const before = caches.get(folder.absolute) ?? new Map<string, Cached>();
    const after = new Map<string, Cached>();
    const total = listed.files.length;
    let turnStart = performance.now();
    for (const [done, name] of listed.files.entries()) {
      if (performance.now() - turnStart > turnMs) {
        context.progress({ done, total, message: "Reading files" });
        await setImmediate();
        throwIfCancelled(context.signal);
        turnStart = performance.now();
      }
      const path = folder.displayPath === "" ? name : `${folder.displayPath}/${name}`;
      const seen = await lookAt({ path, root: folder, name }, part, before.get(name), context);
      if (seen) after.set(name, seen);
    }
    caches.set(folder.absolute, after);
    return snapshot(folder, part, listed, after);
  }

  return { scan };
}

/** What the disk gives, or its error's code. */
function codeInstead<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return systemCode(error);
  }
}

function stampWith(overlay: string | undefined, stats: BigIntStats): string | undefined {
  const stamp = stampOf(stats);
  if (stamp === undefined || overlay === undefined) return stamp;
  return [stamp, createHash("sha256").update(overlay).digest("hex")].join(".");
}

interface Look extends Pick<Cached, "stamp" | "read"> {
  readonly size: number;
  readonly counted: Counted;
  readonly code: string | undefined;
}

function cachedOf({ path, root, name }: FileName, { stamp, read, size, counted, code }: Look): Cached {
  return {
    stamp,
    read,
    file: {
      path,
      root,
      name,
      size,
      isText: counted.isText,
      lines: counted.lines,
      language: languageOf(path),
      // Its imports count all the same: what it uses is used.
      generated: isGenerated(name) || (code !== undefined && saysGenerated(code)),
      facts: undefined,
      components: undefined,
    },
    problems: { facts: undefined, components: undefined },
  };
}

/** A file that is there and cannot be read still counts as a file. */
function failed(name: FileName, code: string): Cached {
  const counted = { isText: false, lines: 0 };
  const unread = cachedOf(name, { stamp: undefined, read: 0, size: 0, counted, code: undefined });
  const isRefused = ["EACCES", "EPERM", "NOT_READY"].includes(code);
  const problem = isRefused ? "No permission to read the file." : "The file cannot be read.";
  return { ...unread, problems: { facts: problem, components: problem } };
}

function snapshot(folder: Folder, part: Part, listed: FileList, seen: ReadonlyMap<string, Cached>): Snapshot {
  const prefix = folder.displayPath === "" ? "" : `${folder.displayPath}/`;
  const incomplete: Incomplete[] = listed.unread.map(({ path: name, reason }) => ({ path: prefix + name, reason }));
  const files: ScannedFile[] = [];
  const stamp = createHash("sha256");
  for (const name of listed.files) {
    const entry = seen.get(name);
    if (!entry) continue;
    files.push(entry.file);
    stamp.update(`${name}\0${entry.read}\n`);
    const problem = entry.problems[part];
    if (problem) incomplete.push({ path: entry.file.path, reason: problem });
  }
  return { folders: [folder], files, incomplete, leftOut: listed.leftOut, stamp: stamp.digest("hex") };
}

/** Several roots as one repository. */
export function joined(snapshots: readonly Snapshot[]): Snapshot {
  return {
    folders: snapshots.flatMap((one) => one.folders),
    files: snapshots.flatMap((one) => one.files),
    incomplete: snapshots.flatMap((one) => one.incomplete),
    leftOut: {
      ignored: snapshots.reduce((sum, { leftOut }) => sum + leftOut.ignored, 0),
      excluded: snapshots.reduce((sum, { leftOut }) => sum + leftOut.excluded, 0),
    },
    stamp: snapshots.map((one) => one.stamp).join(","),
  };
}
