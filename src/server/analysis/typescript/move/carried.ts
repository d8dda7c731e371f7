import { symbolOf } from "../nameUses.ts";
import type { Project } from "../project.ts";
import { ts } from "../ts.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { identifiersIn, isInDoc, isInLink, nodesIn } from "./identifiers.ts";
import { assignedGlobals, isChanged, isMadeToBeFilled, isQuiet, readsAtLoad } from "./moduleState.ts";
import { checkCanMove, namesOf, partsOf } from "./moved.ts";
import type { Moved, Piece } from "./moved.ts";
import { refusalOfName, refusalOfNode } from "./refusals.ts";
import type { Placing } from "./refusals.ts";

export interface Carried {
  readonly pieces: readonly Piece[];
  /** One sentence for each, or one for all of many. */
  readonly notes: readonly string[];
}

/** All declarations of a name, or of the names that one pattern declares; or a statement that declares nothing. */
interface Unit {
  readonly pieces: Piece[];
  readonly names: Set<string>;
  readonly users: Set<Unit>;
  /** What it needs to work, which a link in a comment does not say. */
  readonly needs: Set<Unit>;
}

const maxNotes = 5;

/**
 * Private declarations that only the moved code uses, which had better move than be exported. What has state of its module
 * stays, and so does what uses that state; so does what does something while the file loads.
 */
export function carriedAlong(placing: Placing): Carried {
  const { moved, target } = placing;
  if (isCheckedMore(moved, target)) return { pieces: [], notes: [] };
  const units = unitsOf(moved);
  const exported = exportedUnits(moved, units);
  const isMoved = ({ pieces }: Unit) => pieces.every((piece) => moved.has(piece));
  const state = stateIn(moved, units);
  const isOfState = (unit: Unit) => [unit, ...unit.needs].some((one) => state.has(one) && !isMoved(one));
  const seen = new Set<Unit>();
  const candidates = new Set<Unit>();
  const visit = (unit: Unit): void => {
    for (const need of unit.needs) {
      if (seen.has(need) || isMoved(need) || exported.has(need)) continue;
      seen.add(need);
      if (isOfState(need) || !canMove(placing, need)) continue;
      candidates.add(need);
      visit(need);
    }
  };
  for (const unit of new Set(units.values())) if (isMoved(unit)) visit(unit);
  const stays = (user: Unit) => !isMoved(user) && !candidates.has(user);
  for (let lost = true; lost;) {
    lost = false;
    for (const unit of candidates) {
      if (![...unit.users].some(stays)) continue;
      candidates.delete(unit);
      lost = true;
    }
  }
  const carried = [...candidates].sort((a, b) => startOf(a) - startOf(b));
  return { pieces: carried.flatMap(({ pieces }) => pieces), notes: notesOf(carried) };
}

interface InProject {
  readonly file: ts.SourceFile;
  readonly project: Project;
}

/** Whether the compiler looks for errors in the target only, or the source has its types in comments and the target cannot. */
function isCheckedMore(source: InProject, target: InProject): boolean {
  if (!isChecked(target)) return false;
  return !isChecked(source) || (isJavaScript(source.file.fileName) && !isJavaScript(target.file.fileName));
}

function isChecked({ file, project }: InProject): boolean {
  const comments = ts.getLeadingCommentRanges(file.text, 0) ?? [];
  const said = comments.map(({ pos, end }) => /^\/\/+\s*@ts-(no)?check\b/.exec(file.text.slice(pos, end)));
  const last = said.findLast((one) => one !== null);
  if (last) return last[1] === undefined;
  return !isJavaScript(file.fileName) || project.spec.options.checkJs === true;
}

function startOf({ pieces: [first] }: Unit): number {
  return first?.pos ?? 0;
}

/** The code at the top of the file, by each of its pieces. */
function unitsOf({ file, checker }: Moved): Map<ts.Node, Unit> {
  const units = new Map<Piece, Unit>();
  const byName = new Map<string, Unit>();
  for (const piece of file.statements.flatMap(partsOf)) {
    const names = namesOf(piece);
    const known = names.map((name) => byName.get(name)).find((unit) => unit !== undefined);
    const unit = known ?? { pieces: [], names: new Set(), users: new Set(), needs: new Set() };
    unit.pieces.push(piece);
    units.set(piece, unit);
    for (const name of names) {
      unit.names.add(name);
      byName.set(name, unit);
    }
  }
  for (const [piece, user] of units) {
    for (const node of identifiersIn(piece)) {
      const used = unitOf(units, symbolOf(checker, node));
      if (!used || used === user) continue;
      used.users.add(user);
      if (!isInDoc(node) || (isJavaScript(file.fileName) && !isInLink(node))) user.needs.add(used);
    }
  }
  return units;
}

/** What declares a symbol at the top of the file. */
function unitOf(units: ReadonlyMap<ts.Node, Unit>, symbol: ts.Symbol | undefined): Unit | undefined {
  for (const declaration of symbol?.declarations ?? []) {
    const whole = ts.isBindingElement(declaration) ? ts.walkUpBindingElementsAndPatterns(declaration) : declaration;
    const unit = units.get(whole) ?? (ts.isVariableDeclaration(whole) ? units.get(whole.parent.parent) : undefined);
    if (unit) return unit;
  }
  return undefined;
}

function exportedUnits({ file, checker }: Moved, units: ReadonlyMap<ts.Node, Unit>): Set<Unit | undefined> {
  const owner = checker.getSymbolAtLocation(file);
  const symbols = owner ? checker.getExportsOfModule(owner) : [];
  return new Set(
    symbols.map((symbol) =>
      unitOf(units, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol),
    ),
  );
}

/**
 * What is state of the module: a variable that is assigned, an object that is changed or made to be filled, or what a global
 * was before the file assigns it.
 */
function stateIn({ file, checker }: Moved, units: ReadonlyMap<ts.Node, Unit>): Set<Unit> {
  const state = new Set<Unit>();
  for (const node of identifiersIn(file)) {
    const unit = isChanged(node) ? unitOf(units, symbolOf(checker, node)) : undefined;
    if (unit) state.add(unit);
  }
  const globals = assignedGlobals(file);
  const isState = (piece: Piece) => isMadeToBeFilled(piece) || readsAtLoad(piece, globals);
  for (const unit of units.values()) if (unit.pieces.some(isState)) state.add(unit);
  return state;
}

/** Whether nothing forbids it in the target, and nothing happens earlier or later than it did. */
function canMove({ view, moved, target }: Placing, { pieces, names }: Unit): boolean {
  const { file, checker } = moved;
  const placing = { view, moved, target };
  return (
    pieces.every((piece) => checkCanMove(view, file, piece) === undefined && isQuiet(moved.program, checker, piece)) &&
    [...names].every((name) => refusalOfName(placing, name) === undefined) &&
    pieces.every((piece) => [...nodesIn(piece)].every((node) => refusalOfNode(placing, node) === undefined))
  );
}

function notesOf(carried: readonly Unit[]): string[] {
  const all = carried.flatMap(({ names }) => [...names]);
  if (carried.length > maxNotes) return [`Also moves ${joined(all)}: only the moved code uses them.`];
  return carried.map(({ names, users }) => {
    const them = names.size === 1 ? "it" : "them";
    const by = [...users].flatMap((user) => [...user.names]);
    const whom =
      by.length > 0 && by.length <= 3 ? `${joined(by)} ${by.length === 1 ? "uses" : "use"}` : "the moved code uses";
    return `Also moves ${joined([...names])}: only ${whom} ${them}.`;
  });
}

function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
