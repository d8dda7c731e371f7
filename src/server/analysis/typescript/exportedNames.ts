import { resolved } from "./nameUses.ts";
import { importedFiles, importsOf, keyOf, ts } from "./ts.ts";

/** The files of a program that export everything of another, by the key of the other. */
export function starExporters(program: ts.Program): ReadonlyMap<string, ReadonlySet<ts.SourceFile>> {
  const known = exportersOf.get(program) ?? findStarExporters(program);
  exportersOf.set(program, known);
  return known;
}

/** A rename asks for them several times. */
const exportersOf = new WeakMap<ts.Program, ReadonlyMap<string, ReadonlySet<ts.SourceFile>>>();

function findStarExporters(program: ts.Program): Map<string, Set<ts.SourceFile>> {
  const exporters = new Map<string, Set<ts.SourceFile>>();
  for (const file of program.getSourceFiles()) {
    for (const statement of file.statements) {
      if (!isStar(statement)) continue;
      const { moduleSpecifier } = statement;
      if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) continue;
      for (const imported of importedFiles(program, file, moduleSpecifier)) {
        const known = exporters.get(keyOf(imported));
        if (known) known.add(file);
        else exporters.set(keyOf(imported), new Set([file]));
      }
    }
  }
  return exporters;
}

function isStar(statement: ts.Statement): statement is ts.ExportDeclaration {
  return ts.isExportDeclaration(statement) && !statement.exportClause;
}

/** Where a file exports something: by itself, or else where it starts to export everything of others. */
export function exportOf([symbol]: readonly ts.Symbol[], file: ts.SourceFile): number {
  const own = symbol?.declarations?.find((declaration) => declaration.getSourceFile() === file);
  return (own ?? file.statements.find(isStar))?.getStart(file) ?? 0;
}

/** What a module exports under a name, also by way of `export *`; an alias is followed by what it stands for. */
export function exported(checker: ts.TypeChecker, file: ts.SourceFile | undefined, name: string): readonly ts.Symbol[] {
  const owner = file && checker.getSymbolAtLocation(file);
  const symbol = owner && checker.tryGetMemberInModuleExports(name, owner);
  return symbol ? [symbol, resolved(checker, symbol)] : [];
}

/**
 * Whether one of the modules is used as an object anywhere, whose properties then have its names: by a namespace import
 * that is more than the left of a dot, `import()`, `require`, `typeof import()`, or a default import of the whole.
 */
export function isObject(program: ts.Program, modules: ReadonlySet<string>): boolean {
  const key = [...modules].sort().join("|");
  const known = objectsOf.get(program);
  if (known?.key === key) return known.is;
  const is = findObject(program, modules);
  objectsOf.set(program, { key, is });
  return is;
}

const objectsOf = new WeakMap<ts.Program, { readonly key: string; readonly is: boolean }>();

function findObject(program: ts.Program, modules: ReadonlySet<string>): boolean {
  const checker = program.getTypeChecker();
  return program.getSourceFiles().some((file) => {
    if (program.isSourceFileDefaultLibrary(file)) return false;
    return specifiersIn(program, file, modules).some(({ specifier, target }) => {
      const owner = checker.getSymbolAtLocation(target);
      return !owner || !takesNamesOnly(specifier, file, owner.exports?.has(ts.InternalSymbolName.Default) ?? false);
    });
  });
}

/** Whether a `declare module` passes on what one of the modules exports: no file is that module. */
export function isInAmbient(program: ts.Program, modules: ReadonlySet<string>): boolean {
  return program
    .getSourceFiles()
    .filter(({ statements }) => statements.some((statement) => ts.isModuleDeclaration(statement)))
    .some((file) =>
      specifiersIn(program, file, modules).some(({ specifier }) => ts.isModuleBlock(specifier.parent.parent)),
    );
}

function specifiersIn(program: ts.Program, file: ts.SourceFile, modules: ReadonlySet<string>) {
  return importsOf(file).flatMap((specifier) =>
    importedFiles(program, file, specifier).flatMap((path) => {
      const target = modules.has(keyOf(path)) ? program.getSourceFile(path) : undefined;
      return target ? [{ specifier, target }] : [];
    }),
  );
}

function takesNamesOnly(specifier: ts.StringLiteralLike, file: ts.SourceFile, hasDefault: boolean): boolean {
  // An import that the compiler adds by itself has no position.
  if (specifier.pos < 0) return false;
  const { parent } = specifier;
  const named = (elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]) =>
    hasDefault || elements.every(({ propertyName, name }) => (propertyName ?? name).text !== "default");
  if (ts.isImportDeclaration(parent)) {
    const { importClause: clause } = parent;
    if (clause?.name && !hasDefault) return false;
    const bindings = clause?.namedBindings;
    if (!bindings) return true;
    return ts.isNamedImports(bindings) ? named(bindings.elements) : isLeftOfDots(bindings.name, file);
  }
  if (ts.isExportDeclaration(parent)) {
    return !parent.exportClause || (ts.isNamedExports(parent.exportClause) && named(parent.exportClause.elements));
  }
  return ts.isImportTypeNode(parent.parent) && parent.parent.qualifier !== undefined;
}

/** Whether a name is used in its file for `name.member` only. */
function isLeftOfDots(name: ts.Identifier, file: ts.SourceFile): boolean {
  const isFine = (node: ts.Identifier): boolean => {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) || ts.isNamespaceImport(parent)) return true;
    return ts.isQualifiedName(parent) && parent.left === node;
  };
  const visit = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && node.text === name.text && !isFine(node)) || (ts.forEachChild(node, visit) ?? false);
  return !visit(file);
}
