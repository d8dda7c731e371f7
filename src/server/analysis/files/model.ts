import type { CodeFacts } from "../syntax/facts.ts";
import type { FileList } from "../../platform/listFiles.ts";
import type { Incomplete, Progress } from "../../platform/call.ts";

/** A folder to look at and the name that callers know it by. */
export interface Folder {
  readonly absolute: string;
  /** "" for the only root; else the root's name. */
  readonly displayPath: string;
}

/** One file of the repository as it was at the last look. */
export interface SourceFile<Facts = CodeFacts> {
  /** As callers see it. */
  readonly path: string;
  readonly absolute: string;
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
  /** Of the editor's text where that is not saved. Absent: no grammar for it, or not parsed. */
  readonly facts?: Facts;
}

export interface Snapshot<Facts = CodeFacts> {
  readonly folders: readonly Folder[];
  readonly files: readonly SourceFile<Facts>[];
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
