import { readFileSync, readSync } from "node:fs";
import { withRegularFileSync } from "../../platform/openFile.ts";

const sniffBytes = 8000;
const chunkBytes = 1024 * 1024;

export interface Counted {
  readonly isText: boolean;
  readonly lines: number;
  /** The whole text when it was asked for and is not longer than `keepBytes`. */
  readonly text?: string;
}

/**
 * Newlines of a file; what has a NUL in its first 8,000 bytes is not text and has none. Long files are read piece by
 * piece.
 */
export function countLines(absolute: string, keepBytes: number): Counted {
  return withRegularFileSync(absolute, (fd, stats) => {
    if (stats.size > BigInt(Math.max(keepBytes, chunkBytes))) return countPieces(fd);
    const bytes = readFileSync(fd);
    if (bytes.subarray(0, sniffBytes).includes(0)) return { isText: false, lines: 0 };
    return { isText: true, lines: newlines(bytes), ...(bytes.length <= keepBytes && { text: decoded(bytes) }) };
  });
}

function countPieces(fd: number): Counted {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let lines = 0;
  let isFirst = true;
  for (;;) {
    const piece = buffer.subarray(0, readSync(fd, buffer, 0, chunkBytes, null));
    if (piece.length === 0) return { isText: true, lines };
    if (isFirst && piece.subarray(0, sniffBytes).includes(0)) return { isText: false, lines: 0 };
    isFirst = false;
    lines += newlines(piece);
  }
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

function decoded(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
