import { isAssigned, nodesIn } from "../move/identifiers.ts";
import { symbolOf } from "../nameUses.ts";
import { nodeAt, ts } from "../ts.ts";
import { positionOf, quoted, refusal } from "./conversion.ts";
import type { Conversion } from "./conversion.ts";

/** Refuses to extract what only the function around it has, or what has another effect in a function of its own. */
export function refuseExtracted(conversion: Conversion): void {
  const { view, project, file, range, title } = conversion;
  const inside = [...nodesIn(file)].filter((node) => node.getStart(file) >= range.pos && node.end <= range.end);
  const own = inside.find((node) => isOwn(node) && !isInFunction(node, range));
  if (own) {
    const message = `${quoted(own)} at ${positionOf(view, own)} belongs to the function around it.`;
    throw refusal("THIS_DIFFERS", message, "Put its value into a variable in front of the range first.");
  }
  const waiting = inside.find((node) => ts.isForOfStatement(node) && node.awaitModifier && !isInFunction(node, range));
  if (waiting) {
    const message = `TypeScript would not make the function async, which ${quoted(waiting)} needs.`;
    throw refusal("COMPILER_FAILS", message, "Choose another range, or write the function by edit_file.");
  }
  const disposed = inside.find((node) => isUsing(node) && node.parent.parent.pos <= range.pos);
  if (disposed) {
    const message = `${quoted(disposed)} would be disposed of at the end of the new function, not of its block.`;
    throw refusal("ORDER_CHANGES", message, "Leave the declaration in front of the range.");
  }
  // A function inside of the same one shares its variables.
  if (title.includes("inner function")) return;
  const checker = project.program().getTypeChecker();
  for (const node of inside) {
    if (!ts.isIdentifier(node) || !isAssigned(node) || isInFunction(node, range)) continue;
    const declared = symbolOf(checker, node)?.valueDeclaration;
    if (!declared || !isLocalOutside(declared, file, range)) continue;
    const seen = seenMeanwhile(conversion, checker, declared);
    if (!seen) continue;
    const message = `${node.text} is assigned at ${positionOf(view, node)}, and the code at ${positionOf(view, seen)} would see that too late.`;
    throw refusal("ASSIGNED_AGAIN", message, 'Use scope: "inner", or choose a range without the assignment.');
  }
}

function isOwn(node: ts.Node): boolean {
  if (ts.isMetaProperty(node)) return node.keywordToken === ts.SyntaxKind.NewKeyword;
  if (!ts.isIdentifier(node) || node.text !== "arguments") return false;
  const { parent } = node;
  return !(ts.isPropertyAccessExpression(parent) && parent.name === node) && !ts.isPropertyAssignment(parent);
}

/** Whether a function that is in the range has the node, other than an arrow function. */
function isInFunction(node: ts.Node, { pos }: ts.TextRange): boolean {
  const owner = ts.findAncestor(node, (at) => ts.isFunctionLike(at) && !ts.isArrowFunction(at));
  return owner !== undefined && owner.getStart() >= pos;
}

function isUsing(node: ts.Node): boolean {
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) !== 0;
}

/** A variable of the function around the range, which becomes a parameter. */
function isLocalOutside(declared: ts.Declaration, file: ts.SourceFile, { pos, end }: ts.TextRange): boolean {
  if (declared.getSourceFile() !== file || (declared.pos >= pos && declared.end <= end)) return false;
  return ts.findAncestor(declared.parent, ts.isFunctionLike) !== undefined;
}

/** Another function with the variable, or a try statement around the range, whose rest has it. */
function seenMeanwhile({ file, range }: Conversion, checker: ts.TypeChecker, declared: ts.Declaration) {
  const scope = ts.findAncestor(declared.parent, ts.isFunctionLike);
  const guard = ts.findAncestor(nodeAt(file, range.pos), (at) => ts.isTryStatement(at) && at.tryBlock.pos <= range.pos);
  const isGuarded =
    guard && ts.isTryStatement(guard) && guard.tryBlock.end >= range.end && guard.pos >= (scope?.pos ?? 0);
  return [...nodesIn(scope ?? file)].find((node) => {
    if (!ts.isIdentifier(node) || symbolOf(checker, node)?.valueDeclaration !== declared) return false;
    if (node.pos >= range.pos && node.end <= range.end) return false;
    if (ts.findAncestor(node, ts.isFunctionLike) !== scope) return true;
    return isGuarded === true && node.pos >= guard.tryBlock.end;
  });
}
