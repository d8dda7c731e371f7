import { exportedByAssignment } from "../../syntax/tsAssigned.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import type { Conflict } from "../answers.ts";
import type { View } from "../engine.ts";
import { nameIndex } from "../nameIndex.ts";
import type { NamedSymbol } from "../nameIndex.ts";
import type { Located } from "../symbols.ts";
import { ts } from "../ts.ts";

/**
 * Where a declaration file describes what JavaScript code does, under the same name: the compiler takes them for two, and
 * whoever imports the package knows only the described one.
 */
export function declaredApart(view: View, { file, position }: Located, name: string): Conflict[] {
  const here = nameIndex(view)
    .named(name)
    .find((one) => one.file === file && one.declarations.some(({ nameNode }) => nameNode.getStart(file) === position));
  if (!here || !isVisible(here)) return [];
  return nameIndex(view)
    .named(name)
    .filter((other) => isDescribed(here, other) && isVisible(other))
    .map(({ file: at, path, declarations: [{ nameNode }] }) => ({
      path: view.displayPath(at.fileName),
      line: at.getLineAndCharacterOfPosition(nameNode.getStart(at)).line + 1,
      message: `${path} is declared here too, for the same code: rename both, one after the other.`,
    }));
}

function isDescribed(a: NamedSymbol, b: NamedSymbol): boolean {
  const isPair =
    (isJavaScript(a.file.fileName) && b.file.isDeclarationFile) ||
    (a.file.isDeclarationFile && isJavaScript(b.file.fileName));
  // A namespace of the declaration file can be around the name.
  return isPair && (`/${a.path}`.endsWith(`/${b.path}`) || `/${b.path}`.endsWith(`/${a.path}`));
}

/** Whether other files can know the name: a variable of JavaScript code is its own. */
function isVisible({ file, path, declarations }: NamedSymbol): boolean {
  if (file.isDeclarationFile || path.includes("/")) return true;
  const isDeclared = declarations.every(({ nameNode: { parent } }) => {
    return ts.isVariableDeclaration(parent) || ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent);
  });
  return !isDeclared || exportedByAssignment(file).has(path);
}
