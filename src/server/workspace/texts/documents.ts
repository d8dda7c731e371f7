import { hash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { ToolError } from "../../platform/errors.ts";
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

/** Texts of the workspace by real absolute path. Where an editor has a file open, its text wins over the disk. */
export interface Documents {
  read(absolute: string): Promise<Document>;
  /** A text of the editor, which is the editor's own only while the disk has another one. */
  showEditorText(absolute: string, text: string): void;
  /** The same for every key stroke: takes a real path, and compares with the disk once somebody asks or typing pauses. */
  typeEditorText(real: string, text: string): void;
  closeEditorText(absolute: string): void;
  editorText(absolute: string): string | undefined;
  /** Every text that an editor has and the disk does not, by absolute path. */
  unsaved(): ReadonlyMap<string, string>;
}

/** Of typing, after which its text is compared with the disk although nobody has asked. */
const pauseMs = 200;

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  /** Typed, and not yet compared with the disk. */
  const undecided = new Set<string>();
  let pause: NodeJS.Timeout | undefined;

  function set(key: string, text: string): void {
    texts.set(key, text);
    undecided.delete(key);
  }

  function close(key: string): void {
    texts.delete(key);
    undecided.delete(key);
  }

  function decide(key: string): void {
    if (!undecided.delete(key)) return;
    const text = texts.get(key);
    if (text !== undefined && isOnDisk(key, text)) close(key);
  }

  function decideAll(): void {
    for (const key of [...undecided]) decide(key);
  }

  function typeEditorText(real: string, text: string): void {
    set(real, text);
    undecided.add(real);
    pause = pause?.refresh() ?? setTimeout(decideAll, pauseMs).unref();
  }

  return {
    async read(absolute) {
      decide(absolute);
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
    showEditorText(absolute, text) {
      const key = realKey(absolute);
      set(key, text);
      undecided.add(key);
      decide(key);
    },
    typeEditorText,
    closeEditorText(absolute) {
      close(absolute);
      close(realKey(absolute));
    },
    editorText(absolute) {
      decide(absolute);
      return texts.get(absolute);
    },
    unsaved() {
      decideAll();
      return texts;
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
