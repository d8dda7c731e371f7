import type { Mention } from "../answers.ts";
import type { View } from "../engine.ts";
import { mentionAt } from "../mentions.ts";
import { isGeneratedFile } from "../nameIndex.ts";
import type { Located } from "../symbols.ts";
import { cancelCompiler, keyOf, nodeAt, ts } from "../ts.ts";

const maxUses = 20;

/** `app[name]` in JavaScript, where `app` has the renamed member: whether that is the one, only a run shows. */
export function computedUses(view: View, located: Located): Mention[] {
  const name = nodeAt(located.file, located.position);
  if (!isScript(located.file) || !ts.isIdentifier(name)) return [];
  const seeds = new Set(located.positions.map((start) => `${keyOf(located.file.fileName)}:${start}`));
  const found = new Map<string, Mention>();
  for (const project of view.projectsWith(located.file.fileName)) {
    const checker = project.program().getTypeChecker();
    for (const file of project.program().getSourceFiles()) {
      if (!view.isOwn(file.fileName) || !isScript(file) || isGeneratedFile(view, file.fileName)) continue;
      if (view.context.isCancelled()) cancelCompiler();
      for (const use of computedIn(file)) {
        if (found.size === maxUses) return [...found.values()];
        const member = checker.getTypeAtLocation(use.expression).getProperty(name.text);
        if (!member || !isDeclaredAt(member, seeds) || isNumber(checker, use)) continue;
        const start = use.getStart(file);
        found.set(`${file.fileName}:${start}`, mentionAt(view, file.fileName, file.text, start));
      }
    }
  }
  return [...found.values()];
}

function isScript({ fileName }: ts.SourceFile): boolean {
  return /\.(?:[cm]?js|jsx)$/i.test(fileName);
}

function computedIn(file: ts.SourceFile): ts.ElementAccessExpression[] {
  const found: ts.ElementAccessExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isElementAccessExpression(node) && !ts.isLiteralExpression(node.argumentExpression)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isNumber(checker: ts.TypeChecker, { argumentExpression }: ts.ElementAccessExpression): boolean {
  return (checker.getTypeAtLocation(argumentExpression).flags & ts.TypeFlags.NumberLike) !== 0;
}

function isDeclaredAt({ declarations = [] }: ts.Symbol, seeds: ReadonlySet<string>): boolean {
  return declarations.some((declaration) => {
    const name = ts.getNameOfDeclaration(declaration);
    if (!name) return false;
    const file = name.getSourceFile();
    return seeds.has(`${keyOf(file.fileName)}:${name.getStart(file)}`);
  });
}
