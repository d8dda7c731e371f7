import { resolved } from "../nameUses.ts";
import { ts } from "../ts.ts";
import { statementOf } from "./meanings.ts";
import type { Checkers, NamePair } from "./sameCode.ts";
import { isForm, namesOf } from "./statements.ts";
import type { Pairing } from "./statements.ts";

/**
 * Whether a type of moved code, or of what stays beside it, may depend on its file: where a variable is read, its type is
 * what the code above made of it, and an enum's values may be known in its own file only.
 */
export function dependsOnFile(checkers: Checkers, names: readonly NamePair[], { rewritten }: Pairing): boolean {
  const files = new Set(rewritten.flatMap(({ before, after }) => [before, after]));
  const narrows = [...files].some((file) => file?.statements.some(narrowsLater) === true);
  return names.some(({ before, after, symbol, symbolAfter }) => {
    if (!symbol || !symbolAfter || !files.has(before.getSourceFile())) return false;
    const [was, is] = [declarationOf(checkers.before, symbol), declarationOf(checkers.after, symbolAfter)];
    if (!was || !is || statementOf(was) === statementOf(before)) return false;
    const isNear = was.getSourceFile() === before.getSourceFile();
    const isNearAfter = is.getSourceFile() === after.getSourceFile();
    if (isNear !== isNearAfter && ts.findAncestor(before, ts.isEnumDeclaration)) return true;
    if (!ts.isVariableDeclaration(was) && !ts.isBindingElement(was)) return false;
    return narrows || (isNear !== isNearAfter && !hasOneType(checkers.before, was, before));
  });
}

function declarationOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Declaration | undefined {
  return resolved(checker, symbol).valueDeclaration;
}

/** Whether a variable has the same type in its own file as in others, where no assignment narrows it. */
function hasOneType(
  checker: ts.TypeChecker,
  variable: ts.VariableDeclaration | ts.BindingElement,
  use: ts.Node,
): boolean {
  const list = ts.findAncestor(variable, ts.isVariableDeclarationList);
  const isConstant = list !== undefined && (list.flags & ts.NodeFlags.Const) !== 0;
  if (!isConstant && !ts.findAncestor(use, ts.isFunctionLike)) return false;
  if (ts.isBindingElement(variable) || !variable.type) return isConstant;
  return variable.initializer === undefined || !checker.getTypeAtLocation(variable.type).isUnion();
}

/** Code at the top of a file after which a variable can have a narrower type. */
function narrowsLater(statement: ts.Statement): boolean {
  if (isForm(statement) || ts.isExportAssignment(statement) || ts.isVariableStatement(statement)) return false;
  if (ts.isClassDeclaration(statement))
    return statement.members.some((member) => ts.isClassStaticBlockDeclaration(member));
  if (ts.isExpressionStatement(statement)) return !ts.isStringLiteral(statement.expression);
  return namesOf(statement).length === 0;
}
