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

/** Byte pair encoding: the neighbours that make the token of the lowest rank become one, until none make a token. */
function countMerged(start: number, end: number): number {
  let parts = end - start;
  for (let part = 0; part <= parts; part++) starts[part] = start + part;
  for (let part = 0; part < parts; part++) ranks[part] = rankAt(part, parts);
  for (let rank = lowestRank(parts); rank !== noToken; rank = lowestRank(parts)) parts = mergeAll(rank, parts);
  return parts;
}

const unknown = -1;

/** All neighbours of one rank at once, from the left: a token has a higher rank than those that it is made of. */
function mergeAll(rank: number, parts: number): number {
  let kept = 0;
  for (let part = 0; part < parts; part++, kept++) {
    const isMerged = ranks[part] === rank;
    starts[kept] = starts[part] ?? 0;
    ranks[kept] = isMerged ? unknown : (ranks[part] ?? noToken);
    if (!isMerged) continue;
    if (kept > 0) ranks[kept - 1] = unknown;
    part++;
  }
  starts[kept] = starts[parts] ?? 0;
  for (let part = 0; part < kept; part++) if (ranks[part] === unknown) ranks[part] = rankAt(part, kept);
  return kept;
}

function rankAt(part: number, parts: number): number {
  return part + 2 > parts ? noToken : rankOf(bytes, starts[part] ?? 0, starts[part + 2] ?? 0);
}

function lowestRank(parts: number): number {
  let lowest = noToken;
  for (let part = 0; part < parts; part++) lowest = Math.min(lowest, ranks[part] ?? noToken);
  return lowest;
}
