import { exportOf } from "../exportedNames.ts";
import { isInDoc, usesOf, withParentheses } from "../move/identifiers.ts";
import { reaches } from "../move/specifiers.ts";
import type { Project } from "../project.ts";
import { importedFiles, importsOf, keyOf, ts } from "../ts.ts";
import { editsIn, positionOf, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";

interface Search {
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** The name of the export that is another one then. */
  readonly name: string;
  /** Whether the compiler changes this use of the name. */
  readonly isFollowed: (use: ts.Node) => boolean;
}

interface Export {
  readonly name: string;
  /** What the compiler changes of a use. */
  readonly changes: "names" | "calls";
}

/** Refuses when code has the module as an object and may read the export of it, where the compiler does not see that. */
export function refuseObjectUses(conversion: Conversion, converted: Converted, { name, changes }: Export): void {
  const { view, file: module } = conversion;
  for (const project of view.projectsWith(module.fileName)) {
    const program = project.program();
    const checker = program.getTypeChecker();
    for (const file of program.getSourceFiles()) {
      if (!view.isOwn(file.fileName)) continue;
      const edits = editsIn(converted, file);
      const isFollowed = (use: ts.Node) => {
        const { parent } = use.parent;
        const until = changes === "calls" && ts.isCallExpression(parent) ? parent.end : use.end;
        return edits.some(({ start, end }) => start <= until && end >= use.getStart(file));
      };
      const search: Search = { checker, file, name, isFollowed };
      for (const specifier of importsOf(file)) {
        if (specifier.pos < 0 || !leadsTo(program, file, specifier, module)) continue;
        const odd = oddUse(search, specifier);
        if (odd) throw usedAsObject(conversion, odd);
      }
      const mock = mockOf(conversion, project, file);
      if (mock) throw usedAsObject(conversion, mock);
    }
  }
}

function usedAsObject({ view, file }: Conversion, use: ts.Node): Error {
  const whole = ts.isNamespaceExport(use) ? ("EXPORTS_WHOLE" as const) : ("USED_AS_OBJECT" as const);
  return refusal(
    whole,
    `${positionOf(view, use)} has ${view.displayPath(file.fileName)} as an object, and its use of this export is not followed.`,
    "Import the name itself there first, or change that use by edit_file.",
  );
}

function leadsTo(program: ts.Program, file: ts.SourceFile, specifier: ts.StringLiteralLike, module: ts.SourceFile) {
  return importedFiles(program, file, specifier).some((path) => keyOf(path) === keyOf(module.fileName));
}

/** A use of the module as an object that reads the name, or may do so. */
function oddUse(search: Search, specifier: ts.StringLiteralLike): ts.Node | undefined {
  const { parent } = specifier;
  if (ts.isImportDeclaration(parent)) {
    const bindings = parent.importClause?.namedBindings;
    return bindings && ts.isNamespaceImport(bindings) ? oddUseOf(search, bindings.name) : undefined;
  }
  if (ts.isExportDeclaration(parent)) {
    const { exportClause } = parent;
    return exportClause && ts.isNamespaceExport(exportClause) ? exportClause : undefined;
  }
  if (ts.isExternalModuleReference(parent)) {
    const { parent: declaration } = parent;
    return oddUseOf(search, declaration.name);
  }
  if (ts.isCallExpression(parent)) return isFine(search, parent) ? undefined : parent;
  if (!ts.isImportTypeNode(parent.parent)) return undefined;
  return parent.parent.qualifier ? undefined : parent.parent;
}

function oddUseOf(search: Search, name: ts.Identifier): ts.Node | undefined {
  return usesOf(search.file, search.checker, name).find((use) => !isInDoc(use) && !isFine(search, use));
}

function isFine(search: Search, object: ts.Node): boolean {
  let at = withParentheses(object);
  while (ts.isAwaitExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = withParentheses(at.parent);
  const { parent } = at;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isQualifiedName(parent)) return parent.left === at && isOtherOrFollowed(search, parent.right);
  if (ts.isPropertyAccessExpression(parent)) {
    const { name } = parent;
    return name.text === "then" && ts.isCallExpression(parent.parent)
      ? isFineCallback(search, parent.parent.arguments[0])
      : isOtherOrFollowed(search, name);
  }
  if (ts.isElementAccessExpression(parent)) {
    const { argumentExpression: key } = parent;
    return parent.expression === at && ts.isStringLiteralLike(key) && key.text !== search.name;
  }
  return ts.isVariableDeclaration(parent) && isFineBinding(search, parent.name);
}

function isFineCallback(search: Search, callback: ts.Expression | undefined): boolean {
  if (!callback || !(ts.isArrowFunction(callback) || ts.isFunctionExpression(callback))) return false;
  const [first] = callback.parameters;
  return !first || isFineBinding(search, first.name);
}

function isFineBinding(search: Search, name: ts.BindingName): boolean {
  if (ts.isIdentifier(name)) return oddUseOf(search, name) === undefined;
  if (ts.isArrayBindingPattern(name)) return false;
  return name.elements.every((element) => {
    const key = element.propertyName ?? element.name;
    return element.dotDotDotToken === undefined && ts.isIdentifier(key) && isOtherOrFollowed(search, key);
  });
}

function isOtherOrFollowed({ name, isFollowed }: Search, use: ts.Identifier | ts.PrivateIdentifier): boolean {
  return use.text !== name || isFollowed(use);
}

const mocks: ReadonlySet<string> = new Set(["mock", "doMock", "unstable_mockModule", "setMock", "module"]);

/** `jest.mock("./module", () => ({ name }))` and the like. */
function mockOf({ view, file: module }: Conversion, project: Project, file: ts.SourceFile): ts.Node | undefined {
  if (!/\b(?:mock|doMock|unstable_mockModule|setMock)\b/.test(file.text)) return undefined;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [path, factory] = node.arguments;
      const isMock = mocks.has(node.expression.name.text) && factory !== undefined;
      if (
        isMock &&
        path &&
        ts.isStringLiteralLike(path) &&
        reaches(view, { file, project }, path.text, module.fileName)
      )
        return node;
    }
    return ts.forEachChild(node, visit);
  };
  return visit(file);
}

/** Where a file exports all of another. */
export function starOf(exporter: ts.SourceFile): ts.Node {
  const start = exportOf([], exporter);
  return exporter.statements.find((statement) => statement.getStart(exporter) === start) ?? exporter;
}
