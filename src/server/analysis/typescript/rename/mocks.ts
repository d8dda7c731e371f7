import type { View } from "../engine.ts";
import type { Project } from "../project.ts";
import { reaches } from "../move/specifiers.ts";
import { importedFiles, keyOf, ts } from "../ts.ts";
import type { Naming } from "./edits.ts";
import type { Occurrences } from "./occurrences.ts";
import { keysOf } from "./roles.ts";

interface Mocking extends Naming {
  readonly view: View;
  readonly found: Occurrences;
  readonly project: Project;
  readonly file: ts.SourceFile;
}

/**
 * What test frameworks replace by name, which no type says where theirs are missing: keys of a mocked module, and the
 * string that names the member of a module.
 */
export function followMocks(view: View, found: Occurrences, naming: Naming): void {
  for (const project of view.projects) {
    for (const file of project.program().getSourceFiles()) {
      if (
        !view.isOwn(file.fileName) ||
        !/\b(?:mock|doMock|unstable_mockModule|spyOn|spy|stub|replace)\b/.test(file.text)
      )
        continue;
      if (!file.text.includes(naming.oldName)) continue;
      const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node)) followCall({ ...naming, view, found, project, file }, node);
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
  }
}

function followCall(mocking: Mocking, call: ts.CallExpression): void {
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression)) return;
  const name = expression.name.text;
  const [first, second] = call.arguments;
  if (!first || !second) return;
  if (moduleMocks.has(name) && isRenamedModule(mocking, first)) renameKeys(mocking, second);
  if (memberMocks.has(name)) renameString(mocking, first, second);
}

const moduleMocks = new Set(["mock", "doMock", "unstable_mockModule", "setMock", "module"]);
const memberMocks = new Set(["spyOn", "spy", "stub", "replace", "replaceProperty", "method", "mock"]);

function isRenamedModule({ view, found, project, file }: Mocking, module: ts.Expression): boolean {
  const path = ts.isCallExpression(module) ? module.arguments[0] : module;
  if (!path || !ts.isStringLiteralLike(path)) return false;
  if (ts.isCallExpression(module)) {
    return importedFiles(project.program(), file, path).some((one) => found.modules.has(keyOf(one)));
  }
  return [...found.modules].some((target) => reaches(view, { file, project }, path.text, target));
}

/** The keys of the object that a factory gives. */
function renameKeys(mocking: Mocking, factory: ts.Expression): void {
  for (const object of objectsOf(factory)) {
    for (const property of object.properties) {
      const { newName, oldName, edits, file } = mocking;
      if (ts.isSpreadAssignment(property)) continue;
      const { name } = property;
      if ((!ts.isIdentifier(name) && !ts.isStringLiteral(name)) || name.text !== oldName) continue;
      const start = name.getStart(file) + (ts.isStringLiteral(name) ? 1 : 0);
      const newText = ts.isShorthandPropertyAssignment(property) ? `${newName}: ${oldName}` : newName;
      edits.add(file.fileName, { start, end: start + oldName.length, newText });
    }
  }
}

function objectsOf(node: ts.Node): ts.ObjectLiteralExpression[] {
  if (ts.isObjectLiteralExpression(node)) return [node];
  if (ts.isParenthesizedExpression(node)) return objectsOf(node.expression);
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return [];
  if (!ts.isBlock(node.body)) return objectsOf(node.body);
  return node.body.statements.flatMap((at) =>
    ts.isReturnStatement(at) && at.expression ? objectsOf(at.expression) : [],
  );
}

function renameString(
  { found, project, file, oldName, newName, edits }: Mocking,
  object: ts.Expression,
  key: ts.Expression,
) {
  if (!ts.isStringLiteralLike(key) || key.text !== oldName) return;
  const property = project.program().getTypeChecker().getTypeAtLocation(object).getProperty(oldName);
  if (!keysOf(property).some((one) => found.keys.has(one))) return;
  const start = key.getStart(file) + 1;
  edits.add(file.fileName, { start, end: start + oldName.length, newText: newName });
}
