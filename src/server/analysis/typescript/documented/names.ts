import type { DocumentedBase, DocumentedName } from "../answers.ts";
import type { View } from "../engine.ts";
import { resolved } from "../nameUses.ts";
import { cancelCompiler, keyOf, ts } from "../ts.ts";
import { commentOf, isHiddenByComment, moduleComment } from "./comments.ts";
import { augmentations } from "./moduleSymbols.ts";
import { meaningsOf } from "./meanings.ts";
import type { Meaning } from "./meanings.ts";
import { membersOf } from "./members.ts";
import { signatureOf } from "./signatures.ts";

/** The documented modules of an answer, to which names that others pass on lead. */
export interface Homes {
  /** By the key of a declaration. */
  readonly names: ReadonlyMap<string, { readonly path: string; readonly name: string }>;
  /** By the key of a file. */
  readonly modules: ReadonlyMap<string, string>;
}

export interface NamesContext {
  readonly view: View;
  readonly checker: ts.TypeChecker;
  readonly homes: Homes;
  /** The module that exports them. */
  readonly file: ts.SourceFile;
  /** Namespaces around them: one can export itself. */
  readonly inside: readonly ts.Symbol[];
}

/** A key of a declaration that is the same in every project. */
export function declarationKey(declaration: ts.Declaration): string {
  return `${keyOf(declaration.getSourceFile().fileName)}:${String(declaration.pos)}`;
}

/** An exported symbol, once for each thing that it means. */
export function namesOf(context: NamesContext, symbol: ts.Symbol, name = symbol.name): DocumentedName[] {
  if (context.view.context.isCancelled()) cancelCompiler();
  const target = targetOf(context.checker, symbol);
  return meaningsOf(context.checker, target).flatMap(
    (meaning) => nameOf(context, { symbol, target, meaning, name }) ?? [],
  );
}

/** What it stands for; the name itself where the compiler does not know that, such as a part of a package that is not installed. */
function targetOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  const target = resolved(checker, symbol);
  return target.declarations ? target : symbol;
}

interface Exported {
  readonly symbol: ts.Symbol;
  readonly target: ts.Symbol;
  readonly meaning: Meaning;
  readonly name: string;
}

function nameOf(context: NamesContext, { symbol, target, meaning, name }: Exported): DocumentedName | undefined {
  const { view, checker, homes, file } = context;
  const { kind, declarations } = meaning;
  const [declaration] = declarations;
  if (!declaration) return undefined;
  const source = declaration.getSourceFile();
  const own = symbol === target ? {} : commentOf(checker, symbol);
  const theirs = commentOfTarget(checker, target, declarations);
  // What stands above `module.exports = create` is about the assignment.
  const isAssigned = (symbol.declarations ?? []).every((each) => !isExport(each));
  const comment = own.doc === undefined || (isAssigned && theirs.doc !== undefined) ? theirs : own;
  if (isHiddenByComment(comment) || isHiddenByComment(own)) return undefined;
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart(source));
  const base = {
    name,
    kind,
    path: view.isOwn(source.fileName) ? view.displayPath(source.fileName) : "",
    line: ts.isSourceFile(declaration) ? 1 : line + 1,
    signature: signatureOf(checker, { symbol: target, kind, name, declarations }),
    ...comment,
    ...(valueKinds.has(kind) && isTypeOnly(symbol) && { isTypeOnly: true as const }),
  };
  const home = source === file ? undefined : homeOf(homes, declaration);
  if (home) return { ...base, home };
  const members = membersOf(checker, target, kind);
  const bases = basesOf(declarations);
  const exports = kind === "namespace" ? exportsOf(context, target) : [];
  return {
    ...base,
    ...(members.length > 0 && { members }),
    ...(bases.length > 0 && { bases }),
    ...(exports.length > 0 && { exports }),
  };
}

function isExport(node: ts.Declaration): boolean {
  return (
    ts.isExportSpecifier(node) || ts.isNamespaceExport(node) || (ts.isExportAssignment(node) && !node.isExportEquals)
  );
}

function commentOfTarget(checker: ts.TypeChecker, target: ts.Symbol, declarations: readonly ts.Declaration[]) {
  const [declaration] = declarations;
  if (!declaration || !ts.isSourceFile(declaration)) return commentOf(checker, target, declarations);
  const doc = moduleComment(declaration);
  return doc === "" ? {} : { doc };
}

function homeOf({ names, modules }: Homes, declaration: ts.Declaration): DocumentedName["home"] {
  if (!ts.isSourceFile(declaration)) return names.get(declarationKey(declaration));
  const path = modules.get(keyOf(declaration.fileName));
  return path === undefined ? undefined : { path };
}

const valueKinds = new Set(["class", "function", "variable", "enum"]);

function isTypeOnly({ declarations }: ts.Symbol): boolean {
  const declaration = declarations?.[0];
  if (!declaration || !ts.isExportSpecifier(declaration)) return false;
  return declaration.isTypeOnly || declaration.parent.parent.isTypeOnly;
}

function exportsOf(context: NamesContext, namespace: ts.Symbol): DocumentedName[] {
  if (context.inside.includes(namespace)) return [];
  const inside = { ...context, inside: [...context.inside, namespace] };
  return (
    context.checker
      .getExportsOfModule(namespace)
      // A class that is merged with it has its static members there as well.
      .filter(({ flags }) => (flags & ts.SymbolFlags.ModuleMember) !== 0)
      .flatMap((each) => namesOf(inside, each))
  );
}

/** What the module adds to what is global and to other modules, as namespaces. */
export function augmentationsOf(context: NamesContext, exports: readonly ts.Symbol[]): DocumentedName[] {
  const { view, checker, file } = context;
  return augmentations(file).flatMap(({ node, symbol, added }): DocumentedName[] => {
    // Those of a module without exports are its names.
    if (added.every((each) => exports.includes(each))) return [];
    const name = node.name.getText(file);
    const isGlobal = ts.isIdentifier(node.name);
    const names = added.flatMap((each) => namesOf(context, each));
    const comment = commentOf(checker, symbol, [node]);
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const signature = isGlobal ? "declare global" : `declare module ${name}`;
    const base = { name, kind: "namespace", path: view.displayPath(file.fileName), line: line + 1, signature };
    return names.length === 0 || isHiddenByComment(comment) ? [] : [{ ...base, ...comment, exports: names }];
  });
}

function basesOf(declarations: readonly ts.Declaration[]): DocumentedBase[] {
  const bases = declarations.flatMap((each) => {
    if (!ts.isClassLike(each) && !ts.isInterfaceDeclaration(each)) return [];
    return (each.heritageClauses ?? []).flatMap(({ token, types }) => {
      const kind = token === ts.SyntaxKind.ImplementsKeyword ? ("implements" as const) : ("extends" as const);
      return types.map(({ expression }) => ({ name: expression.getText(), kind }));
    });
  });
  return bases.filter(({ name }) => /^[\w$.]+$/.test(name));
}
