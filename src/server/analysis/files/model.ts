import path from "node:path";
import type { PackedComponents } from "../syntax/components.ts";
import type { KeptFacts } from "../syntax/facts.ts";
import type { FileList } from "../../platform/listFiles.ts";
import type { Incomplete, Progress } from "../../platform/call.ts";

/** A folder to look at and the name that callers know it by. */
export interface Folder {
  readonly absolute: string;
  /** "" for the only root; else the root's name. */
  readonly displayPath: string;
}

/** One file of the repository as it was at the last look. */
export interface SourceFile {
  /** As callers see it. */
  readonly path: string;
  /** The root that it is in; absent for a text that is no file. */
  readonly root?: Folder;
  /** Relative to its root. */
  readonly name: string;
  readonly size: number;
  /** Its first 8,000 bytes have no NUL. */
  readonly isText: boolean;
  /** Newline characters on disk; 0 for what is not text. */
  readonly lines: number;
  readonly language: string;
  /** A tool wrote it, or it is code of others: by its name, or by what the top of its text says. Counted, not judged. */
  readonly generated: boolean;
  /** Of the editor's text where that is not saved. Absent: no grammar for it, not parsed, or not asked for. */
  readonly facts?: KeptFacts | undefined;
  readonly components?: PackedComponents | undefined;
}

/** What is read of a file's text, each for itself: few callers want components, and they are many. */
export type Part = "facts" | "components";

export interface ScannedFile extends SourceFile {
  readonly root: Folder;
}

/** Not kept with each file: of 100,000 files these are 15 MB. */
export function absoluteOf({ root, name }: Pick<ScannedFile, "root" | "name">): string {
  return path.join(root.absolute, name);
}

export interface Snapshot {
  readonly folders: readonly Folder[];
  readonly files: readonly ScannedFile[];
  readonly incomplete: readonly Incomplete[];
  /** Files and folders that were passed over. */
  readonly leftOut: FileList["leftOut"];
  /** The same as long as no file changed. */
  readonly stamp: string;
}

/** What a scan may use of its call. */
export interface ScanContext {
  readonly overlays: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}
