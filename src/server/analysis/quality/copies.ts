import type { Tokens } from "../syntax/facts.ts";
import type { Incomplete } from "../../platform/call.ts";
import { thresholds } from "./thresholds.ts";

export interface Region {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

/** The same code at two positions. */
export interface Copy {
  readonly tokens: number;
  readonly lines: number;
  readonly first: Region;
  readonly second: Region;
}

export interface Copies {
  /** Longest first. */
  readonly found: readonly Copy[];
  /** Lines of each file that stand somewhere else too. */
  readonly linesOf: ReadonlyMap<string, number>;
  readonly incomplete: readonly Incomplete[];
}

export interface CopyInput {
  readonly path: string;
  readonly tokens: Tokens;
}

/**
 * Fingerprints are hashes of `gram` tokens of which each run of `window` keeps the smallest (winnowing: Schleimer,
 * Wilkerson, Aiken, 2003), so that every copy of gram + window - 1 tokens shares one; matches are then compared token
 * by token and grown as far as they go.
 */
const gram = 60;
const window = thresholds.copyTokens - gram + 1;
/** Earlier positions that one fingerprint is compared with: tables of data repeat the same tokens thousands of times. */
const maxPositions = 6;
const maxTokensInAll = 12_000_000;

interface Position {
  readonly file: number;
  readonly at: number;
}

/** Files are compared as long as `maxTokens` allows; how many were left out is reported. */
export function copiesOf(input: readonly CopyInput[], maxTokens = maxTokensInAll): Copies {
  const index = new Map<number, Position[]>();
  const covered = new Map<string, number>();
  const marked = new Map<number, Set<number>>();
  const found: Copy[] = [];
  let budget = maxTokens;
  let compared = 0;
  for (const [file, { tokens }] of input.entries()) {
    budget -= tokens.hashes.length;
    if (budget < 0) break;
    compared++;
    for (const { hash, at } of fingerprints(tokens.hashes)) {
      const positions = index.get(hash) ?? [];
      for (const location of positions) match(location, { file, at });
      if (positions.length < maxPositions) positions.push({ file, at });
      index.set(hash, positions);
    }
  }

  function match(a: Position, b: Position): void {
    const [one, two] = [input[a.file], input[b.file]];
    if (!one || !two) return;
    const diagonal = `${a.file}.${b.file}.${b.at - a.at}`;
    if ((covered.get(diagonal) ?? -1) >= b.at) return;
    // A piece must not overlap its own copy.
    const most = a.file === b.file ? b.at - a.at : Infinity;
    const [x, y] = [one.tokens.hashes, two.tokens.hashes];
    let back = 0;
    while (back < a.at && back < b.at && x[a.at - back - 1] === y[b.at - back - 1] && back < most) back++;
    let ahead = 0;
    while (a.at + ahead < x.length && b.at + ahead < y.length && x[a.at + ahead] === y[b.at + ahead]) ahead++;
    const length = Math.min(back + ahead, most);
    covered.set(diagonal, b.at + ahead);
    if (length < thresholds.copyTokens) return;
    const first = regionOf(one, a.at - back, length);
    const second = regionOf(two, b.at - back, length);
    const lines = second.endLine - second.line + 1;
    if (lines < thresholds.copyLines) return;
    mark(a.file, first);
    // What repeats itself many times, such as a table, is one finding and not one for each pair.
    if (mark(b.file, second) * 2 > lines) found.push({ tokens: length, lines, first, second });
  }

  /** How many of the lines were not known as copies. */
  function mark(file: number, { line, endLine }: Region): number {
    const lines = marked.get(file) ?? new Set<number>();
    const before = lines.size;
    for (let at = line; at <= endLine; at++) lines.add(at);
    marked.set(file, lines);
    return lines.size - before;
  }

  return {
    found: found.sort((a, b) => b.tokens - a.tokens),
    linesOf: new Map([...marked].flatMap(([file, lines]) => (input[file] ? [[input[file].path, lines.size]] : []))),
    incomplete: leftOut(input.length - compared, maxTokens),
  };
}

function leftOut(files: number, maxTokens: number): Incomplete[] {
  if (files === 0) return [];
  const size = `the repository has more than ${maxTokens.toLocaleString("en")} tokens of code`;
  return [{ path: ".", reason: `Copies were not looked for in ${files} files: ${size}.` }];
}

function regionOf({ path, tokens }: CopyInput, at: number, length: number): Region {
  return { path, line: tokens.lines[at] ?? 1, endLine: tokens.lines[at + length - 1] ?? 1 };
}

function* fingerprints(hashes: Uint32Array): Generator<{ hash: number; at: number }> {
  const count = hashes.length - gram + 1;
  if (count < 1) return;
  const grams = new Float64Array(count);
  // A rolling hash over gram tokens: multiply, add the new token, take the oldest off.
  const base = 0x9e3779b1;
  let power = 1;
  for (let at = 1; at < gram; at++) power = Math.imul(power, base);
  let hash = 0;
  for (let at = 0; at < hashes.length; at++) {
    const old = at >= gram ? (hashes[at - gram] ?? 0) : 0;
    hash = (Math.imul(hash - Math.imul(old, power), base) + (hashes[at] ?? 0)) | 0;
    if (at >= gram - 1) grams[at - gram + 1] = hash >>> 0;
  }
  let last = -1;
  for (let start = 0; start + Math.min(window, count) <= count; start++) {
    if (last < start) last = smallestIn(grams, start, Math.min(start + window, count));
    else {
      const next = start + window - 1;
      if (next >= count || (grams[next] ?? 0) > (grams[last] ?? 0)) continue;
      last = next;
    }
    yield { hash: grams[last] ?? 0, at: last };
  }
}

function smallestIn(grams: Float64Array, from: number, to: number): number {
  let best = from;
  for (let at = from + 1; at < to; at++) if ((grams[at] ?? 0) <= (grams[best] ?? 0)) best = at;
  return best;
}
