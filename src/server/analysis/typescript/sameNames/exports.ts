import { isInAmbient, isObject, starExporters } from "../exportedNames.ts";
import { resolved } from "../nameUses.ts";
import { keyOf, ts } from "../ts.ts";
import { isSameTarget } from "./meanings.ts";
import type { Locations } from "./meanings.ts";
import type { Checkers } from "./sameCode.ts";
import type { BothFiles } from "./statements.ts";

interface Exporting {
  readonly base: ts.Program;
  readonly fork: ts.Program;
  readonly checkers: Checkers;
  readonly locations: Locations;
  readonly both: readonly BothFiles[];
  readonly rewritten: readonly BothFiles[];
}

/**
 * The names by which files that lose or get code export something else than before. Undefined when another file exports
 * something else too, or when such a file is used as an object that has the names as its properties.
 */
export function changedExports(exporting: Exporting): ReadonlySet<string> | undefined {
  const { base, fork, both, rewritten } = exporting;
  const names = new Set<string>();
  const changed = new Set<string>();
  let isValue = false;
  const stars = starExporters(base);
  const isRewritten = new Set(rewritten);
  const queue = new Map<string, BothFiles>(both.map((file) => [keyOf(file.after.fileName), file]));
  for (const [key, file] of queue) {
    for (const exporter of stars.get(key) ?? []) {
      const after = fork.getSourceFile(exporter.fileName);
      if (!after) return undefined;
      if (!queue.has(keyOf(exporter.fileName))) queue.set(keyOf(exporter.fileName), { before: exporter, after });
    }
    const different = differentExports(exporting, file);
    if (different.length === 0) continue;
    if (!isRewritten.has(file)) return undefined;
    changed.add(key);
    for (const { name, isType } of different) {
      names.add(name);
      if (!isType) isValue = true;
    }
  }
  if (changed.size === 0) return names;
  if (isInAmbient(base, changed) || isInAmbient(fork, changed)) return undefined;
  if (isValue && (isObject(base, changed) || isObject(fork, changed))) return undefined;
  return names;
}

interface Different {
  readonly name: string;
  readonly isType: boolean;
}

function differentExports({ checkers, locations }: Exporting, { before, after }: BothFiles): Different[] {
  const was = exportsOf(checkers.before, before);
  const is = exportsOf(checkers.after, after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [symbol, symbolAfter] = [was.get(name), is.get(name)];
    if (symbol && symbolAfter && isSameTarget(locations, checkers, symbol, symbolAfter)) return [];
    const isType = !isValue(checkers.before, symbol) && !isValue(checkers.after, symbolAfter);
    return [{ name, isType }];
  });
}

function exportsOf(checker: ts.TypeChecker, file: ts.SourceFile | undefined): ReadonlyMap<string, ts.Symbol> {
  const owner = file && checker.getSymbolAtLocation(file);
  return new Map(owner ? checker.getExportsOfModule(owner).map((symbol) => [symbol.name, symbol]) : []);
}

/** Nothing is known of what is not there, so it may be a value. */
function isValue(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): boolean {
  if (!symbol) return false;
  const target = resolved(checker, symbol);
  return !target.declarations || (target.flags & ts.SymbolFlags.Value) !== 0;
}
