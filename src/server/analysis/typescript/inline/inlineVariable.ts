import { ToolError } from "../../../platform/errors.ts";
import type { ErrorCode } from "../../../platform/errors.ts";
import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import type { View } from "../engine.ts";
import { identifiersIn, nodesIn } from "../move/identifiers.ts";
import { editList } from "../move/editList.ts";
import { createFileEdits } from "../move/fileEdits.ts";
import { cutOf } from "../move/spans.ts";
import { symbolOf } from "../nameUses.ts";
import { newErrors } from "../newErrors.ts";
import type { Project } from "../project.ts";
import { isAssignedTo } from "../rename/roles.ts";
import { nodeAt, resolvedIn, ts } from "../ts.ts";
import { evaluationOf, usesOfVariable } from "./evaluation.ts";
import type { Evaluation } from "./evaluation.ts";
import { insertedAt } from "./insertion.ts";
import type { Typed } from "./insertion.ts";
import { wayTo } from "./position.ts";

export interface Inlined {
  readonly title: string;
  readonly changes: FileChange[];
}

interface Asked {
  readonly project: Project;
  readonly file: ts.SourceFile;
  readonly range: ts.TextRange;
}

/** A variable with what stands for it, and where. */
interface Inlining {
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  readonly name: ts.Identifier;
  readonly declaration: ts.VariableDeclaration;
  readonly value: ts.Expression;
  readonly uses: readonly ts.Identifier[];
}

/** Puts what a variable is declared with where it is used, if that means the same. */
export function inlineVariable(view: View, { project, file, range }: Asked): Inlined {
  const inlining = variableAt(project, file, range.pos);
  const { checker, name, value } = inlining;
  refuseUses(view, project, inlining);
  const evaluation = evaluationOf(checker, [value]);
  if (inlining.uses.length > 1) refuseSeveral(inlining, evaluation);
  for (const use of inlining.uses) {
    refuseMoved(inlining, use, evaluation);
    refuseCaptured(inlining, use);
  }
  const title = `Inline ${name.text}`;
  let first: string | undefined;
  for (const typed of typesOf(inlining)) {
    const changes = changesFor(inlining, typed);
    const [error] = newErrors(view, project, changes);
    if (!error) return { title, changes };
    first ??= error.message.split("\n", 1)[0];
  }
  throw refusal(
    "TYPE_NEEDED",
    `${name.text} inlined would not compile: ${first ?? ""}`,
    "Give the expression the type that it needs first.",
  );
}

function refusal(code: ErrorCode, message: string, remedy: string): ToolError {
  return new ToolError(code, message, remedy);
}

function variableAt(project: Project, file: ts.SourceFile, position: number): Inlining {
  const checker = project.program().getTypeChecker();
  const node = nodeAt(file, position);
  const symbol = ts.isIdentifier(node) ? symbolOf(checker, node) : undefined;
  const [declaration, ...others] = symbol?.declarations ?? [];
  const isVariable = declaration && ts.isVariableDeclaration(declaration) && declaration.getSourceFile() === file;
  if (!isVariable || others.length > 0 || !ts.isIdentifier(declaration.name)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "Only a variable of its own name, declared once in this file, can be inlined.",
      "Name a variable, or the position of one.",
    );
  }
  const { name, initializer: value } = declaration;
  const list = declaration.parent;
  if (!value || !ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${name.text} is declared without a value.`,
      "Name a variable with a value.",
    );
  }
  if (list.flags & ts.NodeFlags.Using) {
    throw refusal(
      "ORDER_CHANGES",
      `${name.text} is disposed of at the end of its block.`,
      "Leave the variable as it is.",
    );
  }
  return { checker, file, name, declaration, value, uses: usesOfVariable(checker, name) };
}

/** Uses that an expression cannot stand for. */
function refuseUses(view: View, project: Project, inlining: Inlining): void {
  const { file, name, declaration, uses } = inlining;
  const found = project.service.getReferencesAtPosition(file.fileName, name.getStart(file)) ?? [];
  const others = found.filter(
    ({ fileName, textSpan }) => fileName !== file.fileName || textSpan.start !== name.getStart(file),
  );
  const isGlobal = !ts.isExternalModule(file) && declaration.parent.parent.parent === file;
  if (isExported(declaration) || isGlobal || others.some(({ fileName }) => fileName !== file.fileName)) {
    throw refusal(
      "USED_ELSEWHERE",
      `${name.text} can be used by other files.`,
      "Inline only what its file alone sees: take the export away first.",
    );
  }
  if (others.length === 0) {
    throw new ToolError("INVALID_ARGUMENT", `${name.text} is not used.`, "Delete it with edit_file.");
  }
  // `{ name }` declares a property, and counts as if it assigned.
  const isReading = ({ textSpan }: ts.ReferenceEntry) => {
    const { parent } = nodeAt(file, textSpan.start);
    return ts.isShorthandPropertyAssignment(parent) && !isAssignedTo(parent.parent);
  };
  if (others.some((one) => one.isWriteAccess && !isReading(one))) {
    throw refusal(
      "ASSIGNED_AGAIN",
      `${name.text} is assigned again after its declaration.`,
      "Inline only what keeps its first value.",
    );
  }
  const odd = uses.find((use) => !isExpression(use));
  if (!odd && uses.length === others.length) return;
  const where = odd ? ` at ${positionOf(view, odd)}` : "";
  throw refusal(
    "NOT_ONLY_A_VALUE",
    `${name.text} is used${where} as more than a value: a type, an export, a comment or a tag of JSX.`,
    "Replace that use first.",
  );
}

function isExported(declaration: ts.VariableDeclaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Export | ts.ModifierFlags.Ambient)) !== 0;
}

function isExpression(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const isTag = ts.isJsxOpeningElement(parent) || ts.isJsxClosingElement(parent) || ts.isJsxSelfClosingElement(parent);
  if (isTag || ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isExpressionWithTypeArguments(parent) || ts.isComputedPropertyName(parent)) return false;
  if (ts.isPropertyAccessExpression(parent) && isTagOf(parent)) return false;
  return ts.findAncestor(use, ts.isJSDoc) === undefined;
}

function isTagOf({ parent }: ts.Node): boolean {
  return ts.isJsxOpeningElement(parent) || ts.isJsxClosingElement(parent) || ts.isJsxSelfClosingElement(parent);
}

/** A value that would be another one where, or when, it is used. */
function refuseMoved(
  { checker, name, declaration, value }: Inlining,
  use: ts.Identifier,
  evaluation: Evaluation,
): void {
  const { parent } = use;
  const isMethod = ts.isPropertyAccessExpression(value) || ts.isElementAccessExpression(value);
  const isCalled = ts.isCallExpression(parent) && parent.expression === use;
  if (isMethod && (isCalled || (ts.isTaggedTemplateExpression(parent) && parent.tag === use))) {
    throw refusal(
      "THIS_DIFFERS",
      `${name.text} called as ${value.getText()} would get another this.`,
      "Leave it, or bind the method first.",
    );
  }
  if (usesThis(value) && functionAround(use) !== functionAround(declaration)) {
    throw refusal(
      "THIS_DIFFERS",
      `${name.text} is used in a function that has another this.`,
      "Leave the variable as it is.",
    );
  }
  const isFunction = ts.isArrowFunction(value) || ts.isFunctionExpression(value);
  if (isFunction && isCalled) return;
  const way = wayTo(declaration, use);
  if (!evaluation.hasEffect && !evaluation.reads && !evaluation.makes) return;
  if (!way?.isOnce) {
    throw refusal(
      "ORDER_CHANGES",
      `${name.text} is used in a function or loop, where its value would be worked out again, at another time.`,
      "Leave it, or move it to where it is used first.",
    );
  }
  const runs = evaluationOf(checker, way.between);
  if ((evaluation.reads && runs.hasEffect) || (evaluation.hasEffect && (runs.hasEffect || runs.reads))) {
    throw refusal(
      "ORDER_CHANGES",
      `Between ${name.text} and its use runs code that could change its value, or that would then run first.`,
      "Leave it, or move it to where it is used first.",
    );
  }
  if (evaluation.hasEffect && !way.isSure) {
    throw refusal(
      "ORDER_CHANGES",
      `${name.text} is used only under a condition, and its value does something.`,
      "Leave the variable as it is.",
    );
  }
}

function usesThis(value: ts.Node): boolean {
  if (value.kind === ts.SyntaxKind.ThisKeyword || value.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (ts.isIdentifier(value) && value.text === "arguments") return true;
  if (ts.isFunctionLike(value) && !ts.isArrowFunction(value)) return false;
  return ts.forEachChild(value, (child) => usesThis(child)) ?? false;
}

/** What gives `this` its meaning. */
function functionAround(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(
    node,
    (at) =>
      (ts.isFunctionLike(at) && !ts.isArrowFunction(at)) ||
      ts.isPropertyDeclaration(at) ||
      ts.isClassStaticBlockDeclaration(at),
  );
}

/** Names of the value that mean something else at the use. */
function refuseCaptured({ checker, name, declaration, value }: Inlining, use: ts.Identifier): void {
  for (const part of [value, ...(declaration.type ? [declaration.type] : [])]) {
    for (const node of identifiersIn(part)) {
      const symbol = symbolOf(checker, node);
      if (symbol?.declarations?.some((one) => one.pos >= part.pos && one.end <= part.end)) continue;
      if (resolvedIn(checker, node.text, use) === resolvedIn(checker, node.text, node)) continue;
      throw refusal(
        "NAME_CAPTURED",
        `${node.text} in the value of ${name.text} means something else where it is used.`,
        "Rename one of the two first.",
      );
    }
  }
}

function refuseSeveral({ name, value, uses }: Inlining, { hasEffect, makes }: Evaluation): void {
  if (hasEffect) {
    throw refusal(
      "RUNS_TWICE",
      `${name.text} is used ${uses.length} times, and its value does something each time.`,
      "Leave the variable as it is.",
    );
  }
  const isFunction = ts.isArrowFunction(value) || ts.isFunctionExpression(value);
  const areCalls = uses.every(({ parent }) => ts.isCallExpression(parent));
  if (!makes || (isFunction && areCalls)) return;
  throw refusal(
    "RUNS_TWICE",
    `${name.text} is used ${uses.length} times, and each use would get an object of its own.`,
    "Leave the variable as it is.",
  );
}

/** The ways in which the declared type can go along, the truest first; undefined where it says no more than the value. */
function typesOf({ checker, declaration, value, file }: Inlining): (Typed | undefined)[] {
  const comment = ts.getJSDocType(declaration);
  if (comment && isJavaScript(file.fileName)) return [{ word: "comment", type: comment.getText(file) }, undefined];
  const { type } = declaration;
  if (!type) return [undefined];
  const own = checker.getTypeAtLocation(value);
  const isSame = checker.getTypeFromTypeNode(type) === own && !isFresh(value);
  const text = type.getText(file);
  const kept: Typed[] = [
    { word: "as", type: text },
    { word: "satisfies", type: text },
  ];
  return isSame ? [undefined, ...kept] : kept;
}

/** A literal has the type that its context gives it. */
function isFresh(value: ts.Expression): boolean {
  return [...nodesIn(value)].some(
    (node) => ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isFunctionLike(node),
  );
}

function changesFor({ file, declaration, value, uses }: Inlining, typed: Typed | undefined): FileChange[] {
  const edits = createFileEdits();
  for (const use of uses) {
    edits.replace({ pos: use.getStart(file), end: use.end }, insertedAt(use, value, typed));
  }
  const list = declaration.parent;
  if (ts.isVariableDeclarationList(list) && list.declarations.length > 1) {
    const kept = list.declarations.filter((one) => one !== declaration);
    editList({ file, list: list.declarations, kept, added: [], edits });
  } else {
    const statement = list.parent;
    const [doc] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc);
    edits.replace(cutOf(file, { pos: doc?.getStart(file) ?? statement.getStart(file), end: statement.end }), "");
  }
  const all: TextEdit[] = edits.list();
  return [{ kind: "edit", path: file.fileName, edits: all.toSorted((a, b) => a.start - b.start) }];
}

function positionOf(view: View, node: ts.Node): string {
  const file = node.getSourceFile();
  return `${view.displayPath(file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}
