import type { View } from "../engine.ts";
import { isObject } from "../exportedNames.ts";
import { isShorthand, nodeAround, resolved, symbolOf } from "../nameUses.ts";
import type { Project } from "../project.ts";
import type { Located } from "../symbols.ts";
import { cancelCompiler, keyOf, nodeAt, ts } from "../ts.ts";
import { wordsOf } from "../renaming.ts";
import { modulesWith } from "./modules.ts";
import { rolesOf } from "./roles.ts";
import type { Roles } from "./roles.ts";

/** A position of the name with what it gets there. */
export interface Occurrence {
  readonly node: ts.Node;
  readonly start: number;
  /** Of `{ name }`, only the property or only the variable is renamed. */
  readonly part?: "property" | "variable";
}

/** Where a name stands that scope, imports and exports give its meaning. */
export interface Occurrences {
  readonly byFile: ReadonlyMap<string, readonly Occurrence[]>;
  /** Keys of all that gets the new name. */
  readonly keys: ReadonlySet<string>;
  /** Keys of the files that export it under the name. */
  readonly modules: ReadonlySet<string>;
  /** Whether a module that exports it is used as an object, whose property it then is. */
  readonly isProperty: boolean;
}

interface Candidate extends Roles {
  readonly node: ts.Node;
  readonly start: number;
}

/**
 * Follows a name through re-exports and imports for as long as it is the same name: `as` begins another one. The property
 * of a pattern is the name of an export too where a module is used as an object; the variable beside it is not.
 */
export function occurrencesOf(view: View, { project, file, position }: Located, name: string): Occurrences {
  const node = nodeAt(file, position);
  const checker = project.program().getTypeChecker();
  const symbol = ts.isIdentifier(node) ? symbolOf(checker, node) : undefined;
  // No object has a type as its property.
  const isValue = !symbol || (resolved(checker, symbol).flags & ts.SymbolFlags.Value) !== 0;
  const { keys } = rolesOf(checker, node, true);
  const found = createSearch({ view, home: project, name, isValue }, keys);
  found.take(file);
  for (const other of found.declaring()) found.take(other);
  if (found.isShared()) found.takeAll();
  return found.result();
}

interface Asked {
  readonly view: View;
  readonly home: Project;
  readonly name: string;
  readonly isValue: boolean;
}

function createSearch({ view, home, name, isValue }: Asked, first: readonly string[]) {
  const keys = new Set(first);
  const words = wordsOf([name]);
  const candidates = new Map<ts.SourceFile, readonly Candidate[]>();
  let withTypes = false;
  let exporting: ReadonlySet<string> = new Set();
  const projects = new Set([home]);

  function take(file: ts.SourceFile, project = home): void {
    if (candidates.has(file) || !view.isOwn(file.fileName)) return;
    if (view.context.isCancelled()) cancelCompiler();
    candidates.set(file, candidatesIn(file, project.program().getTypeChecker(), { name, words, withTypes }));
  }

  /** Adds what has the name together with something that is renamed, until nothing is new. */
  function spread(): void {
    const open = [...candidates.values()].flat().filter(({ keys: all }) => all.length > 0);
    for (let size = -1; size !== keys.size;) {
      size = keys.size;
      for (const one of open) if (one.keys.some((key) => keys.has(key))) for (const key of one.keys) keys.add(key);
    }
  }

  const renamedIn = (all: readonly Candidate[]) => all.filter((one) => one.keys.some((key) => keys.has(key)));

  function takeEverywhere(): void {
    for (const project of view.projects) {
      projects.add(project);
      const program = project.program();
      for (const file of program.getSourceFiles()) {
        if (file.text.search(words) !== -1) take(file, project);
      }
    }
    spread();
  }

  function modules(): Set<string> {
    return new Set([...projects].flatMap((project) => [...modulesWith(project.program(), name, keys)]));
  }

  return {
    take: (file: ts.SourceFile) => take(file),
    /** The other files that declare it. */
    declaring(): ts.SourceFile[] {
      spread();
      const program = home.program();
      const files = [...keys].map((key) => key.replace(/:\d+:\d+$/, ""));
      return program.getSourceFiles().filter((file) => files.includes(keyOf(file.fileName)));
    },
    isShared(): boolean {
      spread();
      const checker = home.program().getTypeChecker();
      return [...candidates].some(([file, all]) => renamedIn(all).some(({ node }) => isShared(checker, file, node)));
    },
    takeAll(): void {
      takeEverywhere();
      exporting = modules();
      if (!isValue) return;
      const isUsedAsObject = [...projects].some((project) => isObject(project.program(), exporting));
      if (!isUsedAsObject && !inNamespace([...candidates.values()].flatMap(renamedIn))) return;
      withTypes = true;
      candidates.clear();
      takeEverywhere();
      exporting = modules();
    },
    result(): Occurrences {
      const byFile = new Map<string, readonly Occurrence[]>();
      for (const [file, all] of candidates) {
        const known = byFile.get(file.fileName) ?? [];
        const inFile = all.flatMap((one) => occurrenceOf(one, keys));
        // Projects of other options have their own tree of a file.
        const fresh = inFile.filter(({ start }) => !known.some((one) => one.start === start));
        if (fresh.length > 0) byFile.set(file.fileName, [...known, ...fresh]);
      }
      return { byFile, keys, modules: isValue ? exporting : new Set(), isProperty: withTypes };
    },
  };
}

interface Looked {
  readonly name: string;
  readonly words: RegExp;
  readonly withTypes: boolean;
}

function candidatesIn(file: ts.SourceFile, checker: ts.TypeChecker, { name, words, withTypes }: Looked): Candidate[] {
  const found: Candidate[] = [];
  for (const { index } of file.text.matchAll(words)) {
    const node = nodeWith(file, index);
    const isString = ts.isStringLiteralLike(node);
    const start = node.getStart(file) + (isString ? 1 : 0);
    if (start !== index || (isString && node.text !== name)) continue;
    found.push({ node, start, ...rolesOf(checker, node, withTypes) });
  }
  return found;
}

/** A name in a documentation comment is found the slow way. */
function nodeWith(file: ts.SourceFile, index: number): ts.Node {
  const isInDoc = file.text.lastIndexOf("/**", index) > file.text.lastIndexOf("*/", index);
  return isInDoc ? nodeAt(file, index) : nodeAround(file, index);
}

function occurrenceOf({ node, start, keys: own, property }: Candidate, keys: ReadonlySet<string>): Occurrence[] {
  const isNamed = own.some((key) => keys.has(key));
  if (!isShorthand(node)) return isNamed ? [{ node, start }] : [];
  if (property.some((key) => keys.has(key))) return isNamed ? [{ node, start }] : [{ node, start, part: "property" }];
  return isNamed ? [{ node, start, part: "variable" }] : [];
}

/** Whether other files can see what has a name here: it is exported, is a global, or is a member of a namespace. */
function isShared(checker: ts.TypeChecker, file: ts.SourceFile, node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent) || ts.isImportSpecifier(parent)) return true;
  if (ts.isImportClause(parent) || ts.isImportEqualsDeclaration(parent)) return true;
  const symbol = checker.getSymbolAtLocation(node);
  return (symbol?.declarations ?? []).some((one) => isVisible(checker, one)) || !ts.isExternalModule(file);
}

function isVisible(checker: ts.TypeChecker, declaration: ts.Declaration): boolean {
  const own = ts.getNameOfDeclaration(declaration);
  const symbol = own && checker.getSymbolAtLocation(own);
  if (!symbol) return true;
  const { parent } = symbol as ts.Symbol & { readonly parent?: ts.Symbol };
  return parent !== undefined && (parent.flags & ts.SymbolFlags.Module) !== 0;
}

function inNamespace(renamed: readonly Candidate[]): boolean {
  return renamed.some(({ node }) => ts.findAncestor(node, ts.isModuleDeclaration) !== undefined);
}
