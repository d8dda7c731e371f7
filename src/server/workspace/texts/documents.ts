import { hash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { ToolError } from "../../platform/errors.ts";
import type { Disposable } from "../../platform/disposables.ts";
import { decodeText } from "./encoding.ts";
import type { Encoding } from "./encoding.ts";
import { withLineEnding } from "./lineEndings.ts";
import { readRegularFile } from "../../platform/openFile.ts";

export interface Document {
  /** Without a byte order mark; line endings as they are. */
  readonly text: string;
  /** SHA-256 of the bytes on disk, or of the editor's text when that is not saved. */
  readonly etag: string;
  /** The text is the editor's and the disk still has another one. */
  readonly unsaved: boolean;
  readonly encoding: Encoding;
}

export interface EditorText {
  readonly text: string;
  /** The editor's own count of changes to this document. */
  readonly version: number;
}

/** Texts of the workspace by real absolute path. Where an editor holds a file open, its text wins over the disk. */
export interface Documents {
  read(absolute: string): Promise<Document>;
  setEditorText(absolute: string, text: string, version?: number): void;
  /** The same for a text that may be the disk's own: it is the editor's only while the disk has another one. */
  showEditorText(absolute: string, text: string): void;
  closeEditorText(absolute: string): void;
  editorText(absolute: string): EditorText | undefined;
  /** Every text that an editor holds open, by absolute path. */
  unsaved(): ReadonlyMap<string, string>;
  /** Told the path of every editor text that was set or closed. */
  onEditorChange(listener: (absolute: string) => void): Disposable;
}

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const versions = new Map<string, number>();
  const listeners = new Set<(absolute: string) => void>();
  const changed = (absolute: string) => {
    for (const listener of listeners) listener(absolute);
  };
  function setEditorText(absolute: string, text: string, version = 0): void {
    const key = realKey(absolute);
    texts.set(key, text);
    versions.set(key, version);
    changed(key);
  }

  function closeEditorText(absolute: string): void {
    const key = realKey(absolute);
    versions.delete(key);
    if (texts.delete(key)) changed(key);
  }

  return {
    async read(absolute) {
      const text = texts.get(absolute);
      if (text === undefined) return readDisk(absolute);
      const saved = await readDisk(absolute).catch((error: unknown) => {
        // What the disk has does not matter then: gone, binary by now, or too large.
        if (error instanceof ToolError) return undefined;
        throw error;
      });
      if (saved && sameLines(saved.text, text)) return saved;
      return { text, etag: etagOf(text), unsaved: true, encoding: saved?.encoding ?? "utf8" };
    },
    setEditorText,
    showEditorText(absolute, text) {
      if (isOnDisk(absolute, text)) closeEditorText(absolute);
      else setEditorText(absolute, text);
    },
    closeEditorText,
    editorText(absolute) {
      const text = texts.get(absolute);
      return text === undefined ? undefined : { text, version: versions.get(absolute) ?? 0 };
    },
    unsaved: () => texts,
    onEditorChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

function isOnDisk(absolute: string, text: string): boolean {
  try {
    return sameLines(decodeText(readFileSync(absolute)).text, text);
  } catch {
    return false;
  }
}

/** An editor gives a file with mixed line endings one of them at once; that alone is no change by the user. */
function sameLines(a: string, b: string): boolean {
  return withLineEnding(a, "\n") === withLineEnding(b, "\n");
}

export function etagOf(content: Buffer | string): string {
  return hash("sha256", content, "hex");
}

async function readDisk(absolute: string): Promise<Document> {
  const { bytes } = await readRegularFile(absolute);
  const etag = etagOf(bytes);
  try {
    return { ...decodeText(bytes), etag, unsaved: false };
  } catch (error) {
    // Its text cannot be shown, but with the etag it can still be deleted.
    if (error instanceof ToolError) throw new ToolError(error.code, error.message, error.remedy, { etag });
    throw error;
  }
}

/** An editor names a file by the path it was opened with, which may lead through links. */
function realKey(absolute: string): string {
  try {
    return realpathSync.native(absolute);
  } catch {
    return absolute;
  }
}
