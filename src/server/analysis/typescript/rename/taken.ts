import type { Conflict } from "../answers.ts";
import type { View } from "../engine.ts";
import { wordsOf } from "../renaming.ts";
import type { Located } from "../symbols.ts";
import { nodeAt, ts } from "../ts.ts";
import type { RenameEdits } from "./edits.ts";
import { hasHeritage } from "./memberLocations.ts";
import { keysOf } from "./roles.ts";

const maxConflicts = 20;

/** Members of the new name where a property, method or enum member is renamed, inherited ones and those of heirs too. */
export function membersTaken(view: View, located: Located, edits: RenameEdits, newName: string): Conflict[] {
  const conflicts = new Map<string, Conflict>();
  const renamed = new Set<string>();
  for (const [path, starts] of edits.positions()) {
    const program = programWith(view, located, path);
    const file = program?.getSourceFile(path);
    if (!program || !file) continue;
    for (const start of starts) {
      const node = nodeAt(file, start);
      const owner = ownerOf(node);
      const checker = program.getTypeChecker();
      if (!owner) {
        const other = otherOfUnion({ view, checker, edits }, node);
        if (other)
          addConflict(
            conflicts,
            view,
            node,
            `The ${node.getText(file)} of another type is used here as well, declared at ${other}.`,
          );
        continue;
      }
      for (const key of keysOf(checker.getSymbolAtLocation(node))) renamed.add(key);
      const taken = memberOf(checker, owner, newName);
      const isOwn = taken?.declarations?.some((one) => view.isOwn(one.getSourceFile().fileName));
      if (isOwn === true) addConflict(conflicts, view, node, isTaken(newName));
    }
  }
  if (renamed.size > 0) takenByHeirs({ view, located, renamed, newName, conflicts });
  return [...conflicts.values()].slice(0, maxConflicts);
}

function isTaken(newName: string): string {
  return `${newName} already means something else here.`;
}

interface Use {
  readonly view: View;
  readonly checker: ts.TypeChecker;
  readonly edits: RenameEdits;
}

/** Where a member of another type of a union is declared that has the name as well and keeps it. */
function otherOfUnion({ view, checker, edits }: Use, node: ts.Node): string | undefined {
  const { parent } = node;
  const read = ts.isPropertyAccessExpression(parent)
    ? parent.expression
    : ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)
      ? parent.parent
      : undefined;
  const type = read && checker.getTypeAtLocation(read);
  if (!type?.isUnion()) return undefined;
  const names = type.types
    .flatMap((one) => one.getProperty(node.getText())?.declarations ?? [])
    .flatMap((one) => ts.getNameOfDeclaration(one) ?? []);
  const other = names.find((one) => {
    const { fileName } = one.getSourceFile();
    return view.isOwn(fileName) && !edits.has(fileName, one.getStart() + (ts.isStringLiteral(one) ? 1 : 0));
  });
  if (!other) return undefined;
  const file = other.getSourceFile();
  return `${view.displayPath(file.fileName)}:${file.getLineAndCharacterOfPosition(other.getStart()).line + 1}`;
}

interface Heirs {
  readonly view: View;
  readonly located: Located;
  readonly renamed: ReadonlySet<string>;
  readonly newName: string;
  readonly conflicts: Map<string, Conflict>;
}

/** A class that inherits the renamed member would have its own of the new name override it. */
function takenByHeirs({ view, located, renamed, newName, conflicts }: Heirs): void {
  const oldName = nodeAt(located.file, located.position).getText(located.file);
  const words = wordsOf([newName]);
  for (const project of view.projects) {
    const program = project.program();
    for (const file of program.getSourceFiles()) {
      if (!view.isOwn(file.fileName)) continue;
      for (const { index } of file.text.matchAll(words)) {
        const node = nodeAt(file, index);
        const owner = node.getStart(file) === index ? ownerOf(node) : undefined;
        if (!owner || !hasHeritage(owner)) continue;
        const inherited = memberOf(program.getTypeChecker(), owner, oldName);
        if (keysOf(inherited).some((key) => renamed.has(key))) addConflict(conflicts, view, node, isTaken(newName));
      }
    }
  }
}

type Owner = ts.ClassLikeDeclaration | ts.InterfaceDeclaration | ts.TypeLiteralNode | ts.EnumDeclaration;

/** What a node declares a member of. */
function ownerOf(node: ts.Node): Owner | undefined {
  const { parent } = node;
  const isDeclared = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isEnumMember(parent);
  if (!isDeclared || !("name" in parent) || parent.name !== node) return undefined;
  const owner = parent.parent;
  const isOwner =
    ts.isClassLike(owner) ||
    ts.isInterfaceDeclaration(owner) ||
    ts.isTypeLiteralNode(owner) ||
    ts.isEnumDeclaration(owner);
  return isOwner ? owner : undefined;
}

/** A member by its name, also one that is inherited. */
function memberOf(checker: ts.TypeChecker, owner: Owner, name: string): ts.Symbol | undefined {
  const symbol = ts.isTypeLiteralNode(owner) ? undefined : owner.name && checker.getSymbolAtLocation(owner.name);
  const escaped = ts.escapeLeadingUnderscores(name);
  const own = symbol?.members?.get(escaped) ?? symbol?.exports?.get(escaped);
  if (own || ts.isEnumDeclaration(owner)) return own;
  return checker.getTypeAtLocation(owner).getProperty(name);
}

/** The symbol's own project does not have every file of the projects that use it. */
function programWith(view: View, { project }: Located, path: string): ts.Program | undefined {
  const own = project.program();
  return own.getSourceFile(path) ? own : view.projectsWith(path)[0]?.program();
}

function addConflict(conflicts: Map<string, Conflict>, view: View, node: ts.Node, message: string): void {
  const file = node.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const path = view.displayPath(file.fileName);
  conflicts.set(`${path}:${line}`, { path, line, message });
}
