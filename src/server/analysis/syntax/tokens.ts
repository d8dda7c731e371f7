import { copyTokens } from "./facts.ts";
import type { Tokens } from "./facts.ts";

/** Of a file that is too short to have a copy of another: most files of a large repository are short. */
const noTokens: Tokens = { hashes: new Uint32Array(), lines: new Uint32Array() };

/** More tokens than this in one file are generated code; the rest is not compared. */
const maxTokens = 400_000;

export interface TokenOptions {
  /** `#` begins a comment (Python, Ruby, shell) instead of `//`. */
  readonly hashComments: boolean;
  /** Offsets [start, end) that are left out, such as imports: they are alike everywhere. */
  readonly skip?: readonly (readonly [number, number])[];
}

/** Splits code of any curly-brace or indented language into words, strings and signs; comments and space are dropped. */
export function tokensOf(text: string, { hashComments, skip = [] }: TokenOptions): Tokens {
  const hashes: number[] = [];
  const lines: number[] = [];
  let line = 1;
  let at = 0;
  let skipIndex = 0;
  while (at < text.length && hashes.length < maxTokens) {
    const range = skip[skipIndex];
    if (range && at >= range[0]) {
      line += newlinesIn(text, at, range[1]);
      at = Math.max(at, range[1]);
      skipIndex++;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 10) line++;
    if (code <= 32 || code === 0xfeff) {
      at++;
      continue;
    }
    const start = at;
    const startLine = line;
    const comment = commentEnd(text, at, hashComments);
    if (comment > at) {
      line += newlinesIn(text, at, comment);
      at = comment;
      continue;
    }
    if (isWord(code)) while (at < text.length && isWord(text.charCodeAt(at))) at++;
    else if (code === 34 || code === 39 || code === 96) {
      at = stringEnd(text, at, code);
      line += newlinesIn(text, start, at);
    } else at++;
    hashes.push(hashOf(text, start, at));
    lines.push(startLine);
  }
  return hashes.length < copyTokens ? noTokens : tokensIn(hashes, lines);
}

/** In one buffer, which for itself takes 200 bytes. */
function tokensIn(hashes: readonly number[], lines: readonly number[]): Tokens {
  const both = new Uint32Array(hashes.length * 2);
  both.set(hashes);
  both.set(lines, hashes.length);
  return { hashes: both.subarray(0, hashes.length), lines: both.subarray(hashes.length) };
}

function commentEnd(text: string, at: number, hashComments: boolean): number {
  const code = text.charCodeAt(at);
  const lineComment = hashComments ? code === 35 : code === 47 && text.charCodeAt(at + 1) === 47;
  if (lineComment) return endOr(text.indexOf("\n", at), text);
  if (code === 47 && text.charCodeAt(at + 1) === 42) return endOr(text.indexOf("*/", at + 2) + 2, text, 2);
  return at;
}

function endOr(found: number, text: string, none = 0): number {
  return found < none ? text.length : found;
}

/** A quote ends at its like, and a plain one at the end of its line at the latest. */
function stringEnd(text: string, start: number, quote: number): number {
  const mark = text[start] ?? "";
  if (quote !== 96 && text.startsWith(mark.repeat(3), start)) {
    const end = text.indexOf(mark.repeat(3), start + 3);
    return end < 0 ? text.length : end + 3;
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === quote) return at + 1;
    else if (code === 10 && quote !== 96) return at;
  }
  return text.length;
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
