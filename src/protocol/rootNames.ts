/** Names of folders, in order and made unique: what paths of tools begin with where there are several roots. */
export function rootNames(bases: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return bases.map((given) => {
    // The top of a disk has no name.
    const base = given || "root";
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}-${String(count)}`;
  });
}
