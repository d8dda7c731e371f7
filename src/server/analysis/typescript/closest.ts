import type { NameIndex } from "./nameIndex.ts";

const maxClosest = 5;

/** The names that are nearest to one that does not exist, as `file.ts#name`. */
export function closestTo(index: NameIndex, wanted: string): string[] {
  const name = wanted.split(/[./#]/).at(-1)?.toLowerCase() ?? "";
  const scored: { label: string; score: number }[] = [];
  for (const { declarations, label, generated } of index.all) {
    const score = distance(name, declarations[0].name.toLowerCase());
    if (score <= Math.max(2, name.length / 3)) scored.push({ label, score: score + (generated ? 0.25 : 0) });
  }
  return scored
    .sort((a, b) => a.score - b.score || a.label.localeCompare(b.label))
    .slice(0, maxClosest)
    .map(({ label }) => label);
}

/** Levenshtein's distance, ended early by the length difference. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4) return Infinity;
  if (a.length > 2 && b.includes(a)) return 0.5;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
