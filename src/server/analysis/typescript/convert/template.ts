import { ts } from "../ts.ts";
import { conflictAt, editsIn, quoted, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { isPrimitive, isUnknown } from "./falsy.ts";

/** `"a" + b` asks an object for its value, a template for its text. */
export function checkedTemplate({ view, project, file }: Conversion, converted: Converted): Converted {
  const checker = project.program().getTypeChecker();
  const conflicts = editsIn(converted, file).flatMap(({ start, end }) => {
    const node = expressionAt(file, start, end);
    if (!node) return [];
    if (ts.isExpressionStatement(node.parent)) {
      throw refusal("VALUE_DIFFERS", `${quoted(node)} is a directive, and a template is none.`, "Leave the string.");
    }
    return addendsOf(checker, node).flatMap((part) => {
      const type = checker.getTypeAtLocation(part);
      if (isUnknown(type) || (type.flags & ts.TypeFlags.NonPrimitive) !== 0) {
        const message = `${quoted(part)} has no known type: an object with a valueOf() of its own would give another text.`;
        return [conflictAt(view, part, message)];
      }
      if (!isTextAlike(checker, type)) {
        const message = `${quoted(part)} is an object with a valueOf() of its own, whose text can be another than its value.`;
        throw refusal("VALUE_DIFFERS", message, "Write .valueOf() or String(…) out first, whichever is meant.");
      }
      return [];
    });
  });
  return { ...converted, conflicts };
}

function expressionAt(file: ts.SourceFile, start: number, end: number): ts.Expression | undefined {
  const visit = (node: ts.Node): ts.Expression | undefined => {
    if (ts.isExpression(node) && node.getStart(file) === start && node.end === end) return node;
    return ts.forEachChild(node, visit);
  };
  return visit(file);
}

/** What is put together; numbers that are added up before are one. */
function addendsOf(checker: ts.TypeChecker, node: ts.Expression): ts.Expression[] {
  const isSum = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  if (!isSum || (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) === 0) return [node];
  return [...addendsOf(checker, node.left), node.right];
}

function isTextAlike(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every((one) => isTextAlike(checker, one));
  if ((type.flags & ts.TypeFlags.Instantiable) !== 0) {
    const limit = checker.getBaseConstraintOfType(type);
    return limit !== undefined && limit !== type && isTextAlike(checker, limit);
  }
  if (type.isIntersection() ? type.types.some(isPrimitive) : (type.flags & ts.TypeFlags.Object) === 0) return true;
  // A date gives its text either way.
  if (checker.typeToString(type) === "Date") return true;
  const own = type.getProperties().find(({ name }) => name === "valueOf" || name.startsWith("__@toPrimitive"));
  return own === undefined;
}
