import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { ts } from "../ts.ts";
import type { Draft } from "./drafts.ts";
import { editList } from "./editList.ts";
import { hasExportWord, modifiersOf, namesOf } from "./moved.ts";
import type { Moved, Piece } from "./moved.ts";
import { cutOf } from "./spans.ts";

/** An export of what moves. */
export interface MovedExport {
  /** What the source file exports it as, and the target will. */
  readonly was: string;
  readonly is: string;
  /** What it is declared as. */
  readonly name: string;
}

export interface ExportPlan {
  readonly exports: readonly MovedExport[];
  /** Names whose declaration gets the word `export`. */
  readonly exported: ReadonlySet<string>;
  /** Default exports become named ones, where the target has a default already. */
  readonly dropsDefault: boolean;
  /** Export statements that the target gets besides. */
  readonly statements: readonly string[];
}

interface Planning {
  readonly view: View;
  readonly moved: Moved;
  readonly source: Draft;
  readonly target: Draft;
  /** Names that the rest of the source file uses. */
  readonly usedInRest: ReadonlySet<string>;
}

/** How the target exports what moves: under the names by which others import it, as far as it can. */
export function planExports({ view, moved, source, target, usedInRest }: Planning): ExportPlan {
  const { checker, file } = moved;
  const owner = checker.getSymbolAtLocation(file);
  const found = owner ? checker.getExportsOfModule(owner) : [];
  const taken = exportsOf(target, moved);
  const exports: MovedExport[] = [];
  const exported = new Set<string>();
  const statements: string[] = [];
  const { semicolon, space } = target.style;
  let dropsDefault = false;
  for (const symbol of found) {
    const name = moved.nameOf(checker, symbol);
    if (name === undefined) continue;
    const was = symbol.name;
    if (was === "export=") {
      const message = `${name} is what ${view.displayPath(file.fileName)} exports as a whole (export =).`;
      throw new ToolError("EXPORTS_WHOLE", message, "Move the file with move_path.");
    }
    const hasWord = moved.pieces.some((piece) => namesOf(piece).includes(name) && isDefault(piece));
    if (was === "default" && taken.has("default")) {
      if (name === "default") {
        const message = `${view.displayPath(target.file.fileName)} has a default export already, and what moves has no other name.`;
        throw new ToolError("DEFAULT_TAKEN", message, "Give the declaration a name, or choose another target.");
      }
      dropsDefault = true;
      exported.add(name);
      exports.push({ was, is: name, name });
      continue;
    }
    if (taken.has(was)) {
      const message = `${view.displayPath(target.file.fileName)} exports another ${was} already.`;
      throw new ToolError(
        "NAME_TAKEN",
        message,
        "Rename one of them with rename_symbol first, or choose another target.",
      );
    }
    if (was === name && !hasWord) exported.add(name);
    else if (was === "default") {
      if (!hasWord) statements.push(`export default ${name}${semicolon}`);
    } else {
      const word = isTypeExport(symbol) ? "export type" : "export";
      statements.push(`${word} {${space}${name} as ${was}${space}}${semicolon}`);
    }
    exports.push({ was, is: was, name });
  }
  for (const name of usedInRest) if (!exports.some((one) => one.name === name)) exported.add(name);
  const apart = exportedApart(moved, exported);
  if (apart.length > 0) statements.push(`export {${space}${apart.join(", ")}${space}}${semicolon}`);
  removeFromSource(source, moved);
  return { exports, exported, dropsDefault, statements };
}

/** Names whose declaration has private names besides, so that the word in front of it would export those too. */
function exportedApart({ pieces }: Moved, exported: Set<string>): string[] {
  return pieces.flatMap((piece) => {
    const names = namesOf(piece);
    const own = names.filter((name) => exported.has(name));
    if (own.length === names.length || hasExportWord(piece)) return [];
    for (const name of own) exported.delete(name);
    return own;
  });
}

/** The name by which the source file itself imports what moved. */
export function importedName({ exports }: ExportPlan, name: string): string {
  const own = exports.filter((one) => one.name === name);
  return (own.find(({ is }) => is === name) ?? own[0])?.is ?? name;
}

function isTypeExport(symbol: ts.Symbol): boolean {
  return (
    symbol.declarations?.some((at) => ts.isExportSpecifier(at) && (at.isTypeOnly || at.parent.parent.isTypeOnly)) ??
    false
  );
}

function isDefault(piece: Piece): boolean {
  if (ts.isExportAssignment(piece)) return true;
  return modifiersOf(piece).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
}

/** What the target exports by now, except what moves. */
function exportsOf({ file, checker }: Draft, moved: Moved): Set<string> {
  const owner = checker.getSymbolAtLocation(file);
  const found = owner ? checker.getExportsOfModule(owner) : [];
  return new Set(found.filter((symbol) => moved.nameOf(checker, symbol) === undefined).map(({ name }) => name));
}

/** `export { name }` and `export default name` of the source file go. */
function removeFromSource({ file, edits, checker }: Draft, moved: Moved): void {
  for (const at of file.statements) {
    if (moved.has(at)) continue;
    if (ts.isExportAssignment(at) && ts.isIdentifier(at.expression)) {
      const symbol = checker.getSymbolAtLocation(at.expression);
      if (moved.nameOf(checker, symbol) !== undefined)
        edits.replace(cutOf(file, { pos: at.getStart(file), end: at.end }), "");
    }
    if (!ts.isExportDeclaration(at) || at.moduleSpecifier || !at.exportClause || !ts.isNamedExports(at.exportClause))
      continue;
    const { elements } = at.exportClause;
    const kept = elements.filter(
      (element) => moved.nameOf(checker, checker.getExportSpecifierLocalTargetSymbol(element)) === undefined,
    );
    if (kept.length === elements.length) continue;
    if (kept.length === 0) edits.replace(cutOf(file, { pos: at.getStart(file), end: at.end }), "");
    else editList({ file, list: elements, kept, added: [], edits });
  }
}
