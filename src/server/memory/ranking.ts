import type { MemoryRow } from "./types.ts";

/** The usual values: how fast a repeated word counts less, and how much a long text counts less. */
const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * Memories with a word of the query, the best match first, equal ones newest first. By BM25: a rare word counts more than
 * a common one. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), 3.4.
 */
export function ranked(memories: readonly MemoryRow[], query: string): readonly MemoryRow[] {
  const wanted = [...new Set(wordsOf(query))];
  const texts = memories.map((memory) => ({ memory, words: wordsOf([memory.text, ...memory.tags].join(" ")) }));
  const meanLength = texts.reduce((total, { words }) => total + words.length, 0) / Math.max(texts.length, 1);
  const counts = texts.map(({ words }) => countOf(words));
  const rarity = wanted.map((word) => {
    const having = counts.filter((count) => count.has(word)).length;
    return Math.log(1 + (texts.length - having + 0.5) / (having + 0.5));
  });
  return texts
    .map(({ memory, words }, at) => {
      const length = 1 - lengthWeight + (lengthWeight * words.length) / meanLength;
      const score = wanted.reduce((total, word, nth) => {
        const times = counts[at]?.get(word) ?? 0;
        return total + ((rarity[nth] ?? 0) * times * (saturation + 1)) / (times + saturation * length);
      }, 0);
      return { memory, score };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || newestFirst(a.memory, b.memory))
    .map(({ memory }) => memory);
}

export function newestFirst(a: MemoryRow, b: MemoryRow): number {
  return b.renewed - a.renewed || (a.id < b.id ? -1 : 1);
}

/** Letters and digits of any script, without case; names of code are split too. */
function wordsOf(text: string): readonly string[] {
  const split = text.replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  return (
    split
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  return count;
}
