import { O200K_TOKEN_SPLIT_REGEX } from "gpt-tokenizer/encodingParams/constants";
import { noToken, tokenRanks } from "./packed.ts";
import packed from "./table.ts";

const { rankOf } = tokenRanks(packed);
const encoder = new TextEncoder();
let bytes = new Uint8Array(4096);
/** Of a word that is being merged: where its parts start, its end last, and the rank of each part with the one after it. */
let starts = new Int32Array(bytes.length + 1);
let ranks = new Int32Array(bytes.length);

/** How many tokens of o200k_base the text is. The time is the square of the longest run without a break. */
export function countTokens(text: string): number {
  // Of one UTF-16 unit come three bytes at most.
  if (bytes.length < text.length * 3) {
    bytes = new Uint8Array(text.length * 3);
    starts = new Int32Array(bytes.length + 1);
    ranks = new Int32Array(bytes.length);
  }
  encoder.encodeInto(text, bytes);
  let tokens = 0;
  let start = 0;
  for (const [word] of text.matchAll(O200K_TOKEN_SPLIT_REGEX)) {
    const end = start + Buffer.byteLength(word);
    tokens += rankOf(bytes, start, end) === noToken ? countMerged(start, end) : 1;
    start = end;
  }
  return tokens;
}

/** Byte pair encoding: of all neighbours the two that make the token of the lowest rank become one, until none do. */
function countMerged(start: number, end: number): number {
  let parts = end - start;
  for (let part = 0; part <= parts; part++) starts[part] = start + part;
  for (let part = 0; part < parts; part++) ranks[part] = rankAt(part, parts);
  for (let lowest = lowestOf(parts); lowest >= 0; lowest = lowestOf(parts)) {
    starts.copyWithin(lowest + 1, lowest + 2, parts + 1);
    ranks.copyWithin(lowest, lowest + 1, parts);
    parts--;
    ranks[lowest] = rankAt(lowest, parts);
    if (lowest > 0) ranks[lowest - 1] = rankAt(lowest - 1, parts);
  }
  return parts;
}

function rankAt(part: number, parts: number): number {
  return part + 2 > parts ? noToken : rankOf(bytes, starts[part] ?? 0, starts[part + 2] ?? 0);
}

/** The part that has the lowest rank, the first of equal ones; -1 when no two neighbours are a token. */
function lowestOf(parts: number): number {
  let lowest = -1;
  let lowestRank = noToken;
  for (let part = 0; part < parts; part++) {
    const rank = ranks[part] ?? noToken;
    if (rank >= lowestRank) continue;
    lowest = part;
    lowestRank = rank;
  }
  return lowest;
}
