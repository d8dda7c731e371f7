/** As in the paper: with a larger one the first ranks differ less. */
const smoothing = 60;

/**
 * One list of several, each with its best first: an item counts for its rank in each. Of equal ones the first list's comes
 * first. Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
 * (SIGIR 2009).
 */
export function fused<T extends { readonly id: string }>(lists: readonly (readonly T[])[]): readonly T[] {
  const scores = new Map<string, { readonly item: T; score: number }>();
  for (const list of lists) {
    for (const [rank, item] of list.entries()) {
      const known = scores.get(item.id) ?? { item, score: 0 };
      known.score += 1 / (smoothing + rank + 1);
      scores.set(item.id, known);
    }
  }
  return [...scores.values()].toSorted((a, b) => b.score - a.score).map(({ item }) => item);
}
