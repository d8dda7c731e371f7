/** A token as gpt-tokenizer lists it: text, or the bytes of one that is no whole text. */
export type ListedToken = string | readonly number[];

/** Tokens by rank, as bytes: how many, the length of each in one byte, then all their bytes without a gap. */
export function packTokens(tokens: readonly ListedToken[]): Uint8Array {
  const encoded = Array.from(tokens, (token) => Buffer.from(token));
  const lengths = encoded.map(({ length }) => length);
  if (lengths.some((length) => length === 0 || length > 255)) throw new Error("A token's length takes one byte.");
  const count = Buffer.alloc(Uint32Array.BYTES_PER_ELEMENT);
  count.writeUInt32LE(tokens.length);
  return Buffer.concat([count, Buffer.from(lengths), ...encoded]);
}

export interface TokenRanks {
  /** Of the bytes from `start` to `end`; `noToken` when they are none. */
  rankOf(bytes: Uint8Array, start: number, end: number): number;
}

/** Above every rank, so that it is the last choice of a merge. */
export const noToken = 0x7fffffff;

/** Twice the tokens, as a power of two: a search looks at one or two of them. */
const slotCount = 1 << 19;

/**
 * Finds ranks in what `packTokens` made, by a hash table over the bytes themselves: 4 MB for the 200,000 tokens of
 * o200k_base. As strings in a map they take 25 MB in each thread that counts, and ten times as long to load.
 */
export function tokenRanks(packed: Uint8Array): TokenRanks {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const count = view.getUint32(0, true);
  const lengths = packed.subarray(4, 4 + count);
  const texts = packed.subarray(4 + count);
  if (count * 2 > slotCount) throw new Error("The table of tokens needs more slots.");
  const starts = new Uint32Array(count);
  /** A token's rank and one; 0 is an empty slot. */
  const slots = new Int32Array(slotCount);
  let start = 0;
  for (let rank = 0; rank < count; rank++) {
    const end = start + (lengths[rank] ?? 0);
    starts[rank] = start;
    let slot = slotOf(texts, start, end);
    while (slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
    slots[slot] = rank + 1;
    start = end;
  }

  function isAt(rank: number, bytes: Uint8Array, from: number, end: number): boolean {
    if (lengths[rank] !== end - from) return false;
    let at = starts[rank] ?? 0;
    for (let byte = from; byte < end; byte++, at++) if (texts[at] !== bytes[byte]) return false;
    return true;
  }

  return {
    rankOf(bytes, from, end) {
      let slot = slotOf(bytes, from, end);
      for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
        if (isAt(entry - 1, bytes, from, end)) return entry - 1;
        slot = (slot + 1) & (slotCount - 1);
      }
      return noToken;
    },
  };
}

/** FNV-1a, with its upper bits mixed into those that are used. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (slotCount - 1);
}
