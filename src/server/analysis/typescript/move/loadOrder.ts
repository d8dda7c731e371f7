import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { resolved } from "../nameUses.ts";
import { importedFiles, keyOf, ts } from "../ts.ts";
import type { Draft } from "./drafts.ts";
import { isTypeUse, runsAtLoad, usesOf } from "./identifiers.ts";
import { nodesOf } from "./bindings.ts";
import { isTypeOnly } from "./style.ts";

/** A file whose code takes something of another one while it loads, so that the other must have run before. */
export interface LoadUse {
  readonly user: string;
  readonly used: string;
  readonly name: string;
}

/** What a move changes about the order in which files load. */
export interface Loads {
  readonly uses: LoadUse[];
  /** Files that the target imports values of now. */
  readonly imported: Set<string>;
  /** Files that import values of the target now. */
  readonly importers: Set<string>;
}

interface Order extends Loads {
  readonly view: View;
  readonly source: Draft;
  readonly target: Draft;
}

/** Refuses what would need a file that has not run yet: the other file imports the first one, however far around. */
export function refuseLoadCycles({ view, source, target, uses, imported, importers }: Order): void {
  const program = source.program;
  const next = createGraph(program);
  const to = target.file.fileName;
  const after = (file: string): string[] => {
    const all = next(file);
    if (keyOf(file) === keyOf(to)) return [...all, ...imported];
    return importers.has(keyOf(file)) ? [...all, to] : all;
  };
  for (const { user, used, name } of uses) {
    if (keyOf(user) === keyOf(used)) continue;
    // Where they waited for each other before, the order is as good as it was.
    const before = keyOf(user) === keyOf(to) ? source.file.fileName : user;
    const was = keyOf(used) === keyOf(to) ? source.file.fileName : used;
    if (!reach(after, used, user) || (keyOf(before) !== keyOf(was) && reach(next, was, before))) continue;
    const [one, other] = [user, used].map((file) => view.displayPath(file));
    throw new ToolError(
      "LOAD_CYCLE",
      `${one ?? ""} would need ${name} of ${other ?? ""} while it loads, and ${other ?? ""} imports ${one ?? ""}: an import cycle in which one runs too early.`,
      "Choose a target that closes no cycle, or move what it needs along: `symbols` takes several.",
    );
  }
}

function reach(next: (file: string) => string[], from: string, to: string): boolean {
  const seen = new Set([keyOf(from)]);
  const queue = [from];
  for (const file of queue) {
    for (const one of next(file)) {
      if (keyOf(one) === keyOf(to)) return true;
      if (seen.has(keyOf(one))) continue;
      seen.add(keyOf(one));
      queue.push(one);
    }
  }
  return false;
}

/** The files that a file loads: imports of types only are dropped by the compiler. */
function createGraph(program: ts.Program): (file: string) => string[] {
  const known = new Map<string, string[]>();
  return (name) => {
    const kept = known.get(keyOf(name));
    if (kept) return kept;
    const file = program.getSourceFile(name);
    const found = file && !program.isSourceFileFromExternalLibrary(file) ? loadedBy(program, file) : [];
    known.set(keyOf(name), found);
    return found;
  };
}

function loadedBy(program: ts.Program, file: ts.SourceFile): string[] {
  if (file.isDeclarationFile) return [];
  return file.statements.flatMap((at) => {
    if (ts.isExportDeclaration(at)) {
      const { moduleSpecifier } = at;
      return !at.isTypeOnly && moduleSpecifier && ts.isStringLiteral(moduleSpecifier)
        ? importedFiles(program, file, moduleSpecifier)
        : [];
    }
    if (!ts.isImportDeclaration(at) || !ts.isStringLiteral(at.moduleSpecifier)) return [];
    return isLoaded(program, file, at) ? importedFiles(program, file, at.moduleSpecifier) : [];
  });
}

function isLoaded(program: ts.Program, file: ts.SourceFile, at: ts.ImportDeclaration): boolean {
  const { importClause: clause } = at;
  if (!clause) return true;
  if (isTypeOnly(clause)) return false;
  if (program.getCompilerOptions().verbatimModuleSyntax === true) return true;
  const checker = program.getTypeChecker();
  return nodesOf(at).some((node) => {
    if (!node.name || (ts.isImportSpecifier(node) && node.isTypeOnly)) return false;
    const symbol = checker.getSymbolAtLocation(node.name);
    if (!symbol || !(resolved(checker, symbol).flags & ts.SymbolFlags.Value)) return false;
    return usesOf(file, checker, node.name).some((use) => !isTypeUse(use));
  });
}

interface Taken {
  readonly user: string;
  readonly used: string;
  readonly symbol: ts.Symbol;
  readonly uses: readonly ts.Identifier[];
}

interface Noting {
  readonly checker: ts.TypeChecker;
  readonly target: Draft;
}

/** Notes what a file takes of the target now, or the target of it; types take nothing at load. */
export function noteTaken(loads: Loads, { checker, target: to }: Noting, { user, used, symbol, uses }: Taken): void {
  const target = resolved(checker, symbol);
  const values = uses.filter((use) => !isTypeUse(use));
  if (!(target.flags & ts.SymbolFlags.Value) || values.length === 0) return;
  if (keyOf(user) === keyOf(to.file.fileName)) loads.imported.add(used);
  else loads.importers.add(keyOf(user));
  // Functions are there before any code runs.
  if (target.flags & ts.SymbolFlags.Function || !values.some(runsAtLoad)) return;
  loads.uses.push({ user, used, name: values[0]?.text ?? symbol.name });
}
