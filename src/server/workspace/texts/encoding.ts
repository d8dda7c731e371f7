import { ToolError } from "../../platform/errors.ts";

/** How a file's bytes stand for its text. Every one of them gives the same bytes back for the same text. */
export type Encoding = "utf8" | "utf8bom" | "utf16le" | "utf16be" | "latin1";

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

const sniffBytes = 8000;

/**
 * Text of a file's bytes: by its byte order mark, else UTF-8, else Latin-1, in which every byte is a character. A NUL in
 * the first 8,000 bytes, git's own test, makes it binary.
 */
export function decodeText(bytes: Buffer): DecodedText {
  const marked = decodeMarked(bytes);
  if (marked) return marked;
  if (hasEarlyNul(bytes)) {
    throw new ToolError(
      "BINARY_FILE",
      "The file is not text.",
      "Choose a text file; search_code skips binary ones too.",
    );
  }
  const text = utf8(bytes);
  return text === undefined ? { text: bytes.toString("latin1"), encoding: "latin1" } : { text, encoding: "utf8" };
}

/** True for bytes that `decodeText` refuses. */
export function isBinary(bytes: Buffer): boolean {
  return hasEarlyNul(bytes) && !decodeMarked(bytes);
}

/** Bytes of a text in a file's own encoding, its byte order mark included. */
export function encodeText(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case "utf8":
      return Buffer.from(wellFormed(text), "utf8");
    case "utf8bom":
      return Buffer.from(`\uFEFF${wellFormed(text)}`, "utf8");
    case "utf16le":
      return Buffer.from(`\uFEFF${text}`, "utf16le");
    case "utf16be":
      return swapped(Buffer.from(`\uFEFF${text}`, "utf16le"));
    case "latin1":
      if (/[\u0100-\uFFFF]/.test(text)) {
        throw new ToolError(
          "INVALID_ARGUMENT",
          "The file is in Latin-1 and cannot contain a character of the new text.",
          "Use characters of Latin-1 only, or convert the file to UTF-8 first.",
        );
      }
      return Buffer.from(text, "latin1");
  }
}

function decodeMarked(bytes: Buffer): DecodedText | undefined {
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) {
    const text = utf8(bytes.subarray(3));
    if (text !== undefined) return { text, encoding: "utf8bom" };
  }
  if (bytes.length % 2 !== 0) return undefined;
  if (startsWith(bytes, [0xff, 0xfe])) return { text: bytes.toString("utf16le", 2), encoding: "utf16le" };
  if (!startsWith(bytes, [0xfe, 0xff])) return undefined;
  return { text: swapped(bytes.subarray(2)).toString("utf16le"), encoding: "utf16be" };
}

function hasEarlyNul(bytes: Buffer): boolean {
  return bytes.subarray(0, sniffBytes).includes(0);
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function wellFormed(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new ToolError(
    "INVALID_ARGUMENT",
    "The text contains half of a surrogate pair, which no UTF-8 file can contain.",
    "Send whole characters.",
  );
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

function startsWith(bytes: Buffer, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}
