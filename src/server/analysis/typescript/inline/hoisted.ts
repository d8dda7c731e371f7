import { ToolError } from "../../../platform/errors.ts";
import { identifiersIn, nodesIn } from "../move/identifiers.ts";
import { symbolOf } from "../nameUses.ts";
import { ts } from "../ts.ts";
import { evaluationOf } from "./evaluation.ts";
import { earlierIn, isConditional, isLoop } from "./position.ts";

/** Refuses to extract an expression in front of its statement that does not run there, or not first. */
export function refuseHoisted(checker: ts.TypeChecker, file: ts.SourceFile, { pos, end }: ts.TextRange): void {
  const node = [...nodesIn(file)].find((at) => ts.isExpression(at) && at.getStart(file) === pos && at.end === end);
  if (!node) return;
  const { hasEffect, reads } = evaluationOf(checker, [node]);
  const arrow = arrowWithoutBlock(node);
  if (arrow && (hasEffect || reads || usesNamesOf(checker, arrow, node))) {
    const message =
      "The arrow function around it has no block, so that it would be worked out outside of the function.";
    throw new ToolError("NEEDS_BLOCK", message, "Use add_braces_to_arrow_function on its => first.");
  }
  if (!hasEffect && !reads) return;
  const earlier: ts.Node[] = [];
  for (let at: ts.Node = node; !ts.isStatement(at) && !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (ts.isFunctionLike(parent) || ts.isPropertyDeclaration(parent)) break;
    if (isConditional(parent, at)) throw refusal("It runs only under a condition, and would then always run.");
    if (isRepeated(parent, at)) throw refusal("It runs in each turn of a loop, and would then run once.");
    earlier.push(...earlierIn(parent, at));
  }
  const runs = evaluationOf(checker, earlier);
  if ((hasEffect && (runs.hasEffect || runs.reads)) || (reads && runs.hasEffect)) {
    throw refusal("What its statement does before it would then run after it.");
  }
}

/** The arrow function of whose body an expression is a part, if no statement is between them. */
function arrowWithoutBlock(node: ts.Node): ts.ArrowFunction | undefined {
  const around = ts.findAncestor(node, (at) => ts.isFunctionLike(at) || ts.isStatement(at));
  return around && ts.isArrowFunction(around) ? around : undefined;
}

function usesNamesOf(checker: ts.TypeChecker, owner: ts.Node, node: ts.Node): boolean {
  return [...identifiersIn(node)].some((name) =>
    symbolOf(checker, name)?.declarations?.some(
      (one) => ts.findAncestor(one, (at) => at === owner || at === node) === owner,
    ),
  );
}

/** Whether code uses the `this` of what it is in, which a function inside of that does not have. */
export function usesThisIn(file: ts.SourceFile, { pos, end }: ts.TextRange): boolean {
  return [...nodesIn(file)].some((at) => {
    if (at.kind !== ts.SyntaxKind.ThisKeyword || at.getStart(file) < pos || at.end > end) return false;
    const owner = ts.findAncestor(at, (outer) => ts.isFunctionLike(outer) && !ts.isArrowFunction(outer));
    return !owner || owner.pos < pos;
  });
}

function isRepeated(parent: ts.Node, part: ts.Node): boolean {
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.expression !== part;
  return isLoop(parent) && !(ts.isForStatement(parent) && parent.initializer === part);
}

function refusal(message: string): ToolError {
  return new ToolError("ORDER_CHANGES", message, "Use extract_function, or choose another range.");
}
