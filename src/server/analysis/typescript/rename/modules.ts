import { exported, starExporters } from "../exportedNames.ts";
import { keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";
import { keysOf } from "./roles.ts";

/** Keys of the files that export one of the symbols under a name, by way of `export *` too. */
export function modulesWith(program: ts.Program, name: string, keys: ReadonlySet<string>): Set<string> {
  const checker = program.getTypeChecker();
  const stars = starExporters(program);
  const files = [...keys].map((key) => key.replace(/:\d+:\d+$/, ""));
  const queue = new Set(program.getSourceFiles().filter(({ fileName }) => files.includes(keyOf(fileName))));
  const found = new Set<string>();
  for (const file of queue) {
    const [symbol] = exported(checker, file, name);
    if (!symbol || !keysOf(symbol).some((key) => keys.has(key))) continue;
    found.add(keyOf(file.fileName));
    for (const exporter of stars.get(keyOf(file.fileName)) ?? []) queue.add(exporter);
  }
  return found;
}
