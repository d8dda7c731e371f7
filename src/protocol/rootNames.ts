/** Names of folders, in order and made unique: what paths of tools begin with where there are several roots. */
export function rootNames(bases: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return bases.map((given) => {
    // The top of a disk has no name.
    const base = given || "root";
    let name = base;
    // Another folder may be called like the name that a number gives.
    for (let count = 2; taken.has(name); count++) name = `${base}-${String(count)}`;
    taken.add(name);
    return name;
  });
}
