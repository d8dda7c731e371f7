import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { ToolError } from "../platform/errors.ts";

export interface Document {
  readonly text: string;
  /** SHA-256 of the bytes on disk, or of the editor's text when that is not saved. */
  readonly etag: string;
  /** The text is the editor's and the disk still has another one. */
  readonly unsaved: boolean;
}

/** Texts of files that an editor holds open and has changed, by absolute path. They win over the disk. */
export interface Documents {
  read(absolute: string): Promise<Document>;
  setEditorText(absolute: string, text: string): void;
  closeEditorText(absolute: string): void;
}

export const maxTextBytes = 10 * 1024 * 1024;
const sniffBytes = 8000;

export function createDocuments(): Documents {
  const editor = new Map<string, string>();
  return {
    async read(absolute) {
      const unsaved = editor.get(absolute);
      if (unsaved !== undefined) return { text: unsaved, etag: etagOf(unsaved), unsaved: true };
      const bytes = await readRegularFile(absolute);
      if (bytes.subarray(0, sniffBytes).includes(0)) {
        throw new ToolError("BINARY_FILE", "The file is not text.", "Read a text file.");
      }
      return { text: bytes.toString("utf8"), etag: etagOf(bytes), unsaved: false };
    },
    setEditorText: (absolute, text) => editor.set(absolute, text),
    closeEditorText: (absolute) => editor.delete(absolute),
  };
}

export function etagOf(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function readRegularFile(absolute: string): Promise<Buffer> {
  const file = await open(absolute, "r");
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new ToolError("NOT_A_REGULAR_FILE", "The path is not a regular file.", "Read a regular file.");
    }
    if (stats.size > maxTextBytes) {
      throw new ToolError("TOO_LARGE", "The file is larger than 10 MB.", "Search it with search_code instead.");
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
