import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import path from "node:path";
import { systemCode, throwIfCancelled } from "../../platform/errors.ts";
import type { FileLister, FileList } from "../../platform/listFiles.ts";
import type { Incomplete } from "../../platform/call.ts";
import { countLines } from "../files/countLines.ts";
import { isGenerated, saysGenerated } from "../../platform/fileKinds.ts";
import { languageOf } from "../files/languages.ts";
import { isRacy } from "../../platform/stamps.ts";
import type { Folder, ScanContext, Snapshot, SourceFile } from "../files/model.ts";

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

type FileName = Pick<SourceFile, "path" | "absolute" | "name">;

interface Cached<Facts> {
  readonly stamp: string;
  /** Of the read that it comes from: another one may have found another text under the same stamp. */
  readonly read: number;
  /** It changed too short a time before it was read for its stamp to show the next change. */
  readonly racy: boolean;
  readonly file: SourceFile<Facts>;
  readonly problem?: string;
}

export interface Scanner<Facts> {
  scan(folder: Folder, context: ScanContext): Promise<Snapshot<Facts>>;
}

/** Files that are read at the same time. */
const readers = 8;
const bareProblem = "The file cannot be read.";

/**
 * Looks at every file of a folder. A file whose times, size and inode are those of the last look, and whose unsaved text
 * is the same, is not read again, unless it had changed just before that look.
 */
export function createScanner<Facts>(facts: FileReader<Facts>, listFiles: FileLister): Scanner<Facts> {
  let reads = 0;
  const caches = new Map<string, Map<string, Cached<Facts>>>();

  async function lookAt(
    file: FileName,
    before: Cached<Facts> | undefined,
    context: ScanContext,
  ): Promise<Cached<Facts> | undefined> {
    const stats = await lstat(file.absolute, { bigint: true }).catch((error: unknown) => systemCode(error));
    if (typeof stats === "string") return stats === "ENOENT" || stats === "ENOTDIR" ? undefined : failed(file, stats);
    if (!stats.isFile()) return undefined;
    const overlay = context.overlays.get(file.absolute);
    const unsaved = overlay === undefined ? "" : createHash("sha256").update(overlay).digest("hex");
    const stamp = `${stats.mtimeNs}.${stats.ctimeNs}.${stats.size}.${stats.ino}.${unsaved}`;
    if (before?.stamp === stamp && !before.racy) return before;
    const look = { stamp, read: ++reads, racy: isRacy(stats) };
    // Build output and code of others is counted, not judged: it is not worth parsing.
    const generated = isGenerated(file.name);
    const limit = generated ? 0 : facts.limitOf(file.path);
    const size = Number(stats.size);
    const counted = await countLines(file.absolute, stats, limit).catch((error: unknown) => systemCode(error));
    if (typeof counted === "string") return failed(file, counted);
    const { isText, lines, text } = counted;
    const code = overlay ?? text;
    const known = {
      ...{ ...file, size, isText, lines, language: languageOf(file.path) },
      // Its imports count all the same: what it uses is used.
      generated: generated || (code !== undefined && saysGenerated(code)),
    };
    if (!isText || limit === 0) return { ...look, file: known };
    if (code === undefined) return { ...look, file: known, problem: "Counted, but too large to parse." };
    try {
      return { ...look, file: { ...known, facts: await facts.read(file.path, code) } };
    } catch (error) {
      // Thousands of nested brackets exhaust the stack; the rest of the repository is still worth an answer.
      if (!(error instanceof RangeError)) throw error;
      return { ...look, file: known, problem: "Counted, but too deeply nested to parse." };
    }
  }

  async function scan(folder: Folder, context: ScanContext): Promise<Snapshot<Facts>> {
    const listed = await listFiles(folder.absolute, { root: folder.absolute, signal: context.signal });
    const before = caches.get(folder.absolute) ?? new Map<string, Cached<Facts>>();
    const after = new Map<string, Cached<Facts>>();
    const waiting = listed.files.values();
    let done = 0;
    const work = async () => {
      for (const name of waiting) {
        throwIfCancelled(context.signal);
        const displayPath = folder.displayPath === "" ? name : `${folder.displayPath}/${name}`;
        const absolute = path.join(folder.absolute, name);
        const seen = await lookAt({ path: displayPath, absolute, name }, before.get(name), context);
        if (seen) after.set(name, seen);
        if (++done % 200 === 0) context.progress({ done, total: listed.files.length, message: "Reading files" });
      }
    };
    await Promise.all(Array.from({ length: readers }, work));
    caches.set(folder.absolute, after);
    return snapshot(folder, listed, after);
  }

  return { scan };
}

/** A file that is there and cannot be read still counts as a file. */
function failed(file: FileName, code: string): Cached<never> {
  const generated = isGenerated(file.name);
  const known = { ...file, size: 0, isText: false, lines: 0, language: languageOf(file.path), generated };
  const reason = code === "EACCES" || code === "EPERM" ? "No permission to read the file." : bareProblem;
  return { stamp: "unread", read: 0, racy: false, file: known, problem: reason };
}

function snapshot<Facts>(folder: Folder, listed: FileList, seen: ReadonlyMap<string, Cached<Facts>>): Snapshot<Facts> {
  const prefix = folder.displayPath === "" ? "" : `${folder.displayPath}/`;
  const incomplete: Incomplete[] = listed.unread.map(({ path: name, reason }) => ({ path: prefix + name, reason }));
  const files: SourceFile<Facts>[] = [];
  const stamp = createHash("sha256");
  for (const name of listed.files) {
    const entry = seen.get(name);
    if (!entry) continue;
    files.push(entry.file);
    stamp.update(`${name}\0${entry.read}\n`);
    if (entry.problem !== undefined) incomplete.push({ path: entry.file.path, reason: entry.problem });
  }
  return { folders: [folder], files, incomplete, leftOut: listed.leftOut, stamp: stamp.digest("hex") };
}

/** Several roots as one repository. */
export function joined<Facts>(snapshots: readonly Snapshot<Facts>[]): Snapshot<Facts> {
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
