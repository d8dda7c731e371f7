import type { View } from "./engine.ts";
import { isShorthand, resolved, symbolOf } from "./nameUses.ts";
import type { Project } from "./project.ts";
import type { Located } from "./symbols.ts";
import { cancelCompiler, keyOf, nodeAt, ts } from "./ts.ts";

/** A use of what a CommonJS file hands on, such as `exports.name = name`. */
export interface CommonJsUse {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly node: ts.Identifier;
  readonly start: number;
  /** What the name is here: the export itself, only one side of `{ name }`, or a variable that was set to the export. */
  readonly as: "export" | "property" | "variable" | "specifier" | "local";
}

/**
 * Uses of exports that the compiler's own search does not follow past `exports.name = name` and `module.exports = { name }`,
 * although its checker knows what each use means.
 */
export function commonJsUses(view: View, located: Located): CommonJsUse[] {
  const name = located.handedOn === undefined ? undefined : nodeAt(located.file, located.handedOn);
  if (!name || !ts.isIdentifier(name)) return [];
  const seeds = new Set(located.positions.map((start) => `${keyOf(located.file.fileName)}:${start}`));
  const found = new Map<string, CommonJsUse>();
  for (const project of view.projectsWith(located.file.fileName)) {
    for (const file of project.program().getSourceFiles()) {
      if (!view.isOwn(file.fileName) || !file.text.includes(name.text)) continue;
      if (view.context.isCancelled()) cancelCompiler();
      for (const use of usesIn({ file, project, name: name.text, seeds })) {
        const key = `${file.fileName}:${use.start}`;
        if (!found.has(key)) found.set(key, use);
      }
    }
  }
  return [...found.values()];
}

interface Search {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly name: string;
  /** Where the declarations have their names. */
  readonly seeds: ReadonlySet<string>;
}

function usesIn({ file, project, name, seeds }: Search): CommonJsUse[] {
  const checker = project.program().getTypeChecker();
  const isMeant = (symbol: ts.Symbol | undefined) => symbol !== undefined && isDeclaredAt(symbol, seeds);
  const uses: CommonJsUse[] = [];
  for (let at = file.text.indexOf(name); at !== -1; at = file.text.indexOf(name, at + name.length)) {
    const node = nodeAt(file, at);
    if (!ts.isIdentifier(node) || node.text !== name || node.getStart(file) !== at) continue;
    const as = meaningOf(checker, node, isMeant);
    if (as) uses.push({ file, project, node, start: at, as });
  }
  return uses;
}

function meaningOf(
  checker: ts.TypeChecker,
  node: ts.Identifier,
  isMeant: (symbol: ts.Symbol | undefined) => boolean,
): CommonJsUse["as"] | undefined {
  const { parent } = node;
  const own = symbolOf(checker, node);
  const target = own && resolved(checker, own);
  if (isShorthand(node)) {
    const isProperty = isMeant(propertyOf(checker, node)) || (ts.isBindingElement(parent) && isMeant(target));
    const isVariable = isMeant(own);
    if (isProperty && isVariable) return "export";
    return isProperty ? "property" : isVariable ? "variable" : undefined;
  }
  if (ts.isBindingElement(parent) && parent.propertyName === node) {
    return isMeant(checker.getTypeAtLocation(parent.parent).getProperty(node.text)) || isMeant(target)
      ? "export"
      : undefined;
  }
  if (isMeant(own)) return "export";
  if (!isMeant(target)) return undefined;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return "export";
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return parent.propertyName === node ? "export" : "specifier";
  return "local";
}

/** The property that `{ name }` gives or reads. */
function propertyOf(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent))
    return checker.getSymbolAtLocation(parent.name) ?? symbolOfProperty(parent);
  return ts.isBindingElement(parent) ? checker.getTypeAtLocation(parent.parent).getProperty(node.text) : undefined;
}

function symbolOfProperty(property: ts.ShorthandPropertyAssignment): ts.Symbol | undefined {
  return (property as ts.ShorthandPropertyAssignment & { readonly symbol?: ts.Symbol }).symbol;
}

function isDeclaredAt(symbol: ts.Symbol, seeds: ReadonlySet<string>): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const name = ts.getNameOfDeclaration(declaration);
    if (!name) return false;
    const file = name.getSourceFile();
    return seeds.has(`${keyOf(file.fileName)}:${name.getStart(file)}`);
  });
}
