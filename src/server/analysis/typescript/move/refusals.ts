import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { isTypeScriptOrJavaScript, keyOf, ts } from "../ts.ts";
import type { Draft } from "./drafts.ts";
import { declaredIn, identifiersIn, isAssigned, nodesIn, runsAtLoad } from "./identifiers.ts";
import { isDirective } from "./spans.ts";
import { jsxSettings } from "./jsx.ts";
import type { Moved } from "./moved.ts";

/** Code and the file that it is to move to. */
export interface Placing {
  readonly view: View;
  readonly moved: Moved;
  readonly target: Draft;
}

export interface Refusing extends Placing {
  readonly source: Draft;
  /** Names that move and that the rest of the source file uses. */
  readonly rest: ReadonlyMap<string, readonly ts.Identifier[]>;
}

/** Throws for what cannot move, before anything is planned. */
export function refuse(refusing: Refusing): void {
  const { view, moved, source, target } = refusing;
  const [from, to] = [source, target].map(({ file }) => view.displayPath(file.fileName));
  if (keyOf(source.file.fileName) === keyOf(target.file.fileName)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${moved.names.join(", ")} is in ${to ?? ""} already.`,
      "Name another file in `to`.",
    );
  }
  refuseTarget(refusing);
  for (const name of moved.names) throwIf(refusalOfName(refusing, name));
  for (const piece of moved.pieces) for (const node of nodesIn(piece)) throwIf(refusalOfNode(refusing, node));
  for (const [name, uses] of refusing.rest) {
    if (!uses.some(isAssigned)) continue;
    const message = `${from ?? ""} assigns ${name} outside of the moved code, and an import cannot be assigned.`;
    throw new ToolError(
      "ASSIGNS_MODULE_STATE",
      message,
      `Move what assigns ${name} along with it: name both in \`symbols\`.`,
    );
  }
  const [was, is] = [source, target].map(({ file }) =>
    file.statements
      .filter(isDirective)
      .map((at) => at.expression.getText())
      .join(),
  );
  const hasJsx = moved.pieces.some((piece) => [...nodesIn(piece)].some((node) => ts.isJsxOpeningLikeElement(node)));
  if (hasJsx && !target.isNew && jsxSettings(source.file) !== jsxSettings(target.file)) {
    const message = `${from ?? ""} and ${to ?? ""} do not start with the same comment on JSX (\`@jsx\`, \`@jsxImportSource\`).`;
    throw new ToolError("DIRECTIVE_DIFFERS", message, "Choose a target with the same comment, or a new file.");
  }
  if (was !== is) {
    const message = `${from ?? ""} and ${to ?? ""} do not start with the same directive ("use client", "use server", "use strict").`;
    throw new ToolError("DIRECTIVE_DIFFERS", message, "Choose a target with the same directive, or a new file.");
  }
}

/** Files that cannot take the code, whatever it is. */
function refuseTarget({ view, source, target }: Refusing): void {
  const { file } = target;
  const where = view.displayPath(file.fileName);
  if (!isTypeScriptOrJavaScript(file.fileName)) {
    const message = `${where} is no TypeScript or JavaScript file.`;
    throw new ToolError("INVALID_ARGUMENT", message, "Name another file in `to`.");
  }
  if (isJavaScript(file.fileName) && !isJavaScript(source.file.fileName)) {
    const message = `${where} is JavaScript, which knows no types.`;
    throw new ToolError("TYPES_IN_JAVASCRIPT", message, "Choose a TypeScript file as the target.");
  }
  if (ts.isExternalModule(file) || declaredIn(file).size === 0) return;
  const message = `${where} has neither imports nor exports: as a module it would no longer share its names with other files.`;
  throw new ToolError("NOT_A_MODULE", message, "Choose a module as the target, or a new file.");
}

function throwIf(refusal: ToolError | undefined): void {
  if (refusal) throw refusal;
}

/** Why the target cannot have a name, if it has or uses another one. */
export function refusalOfName({ view, moved, target }: Placing, name: string): ToolError | undefined {
  const { file, checker } = target;
  const where = view.displayPath(file.fileName);
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const node = declaredIn(file).get(name);
  if (node) {
    const own = ts.isImportClause(node) ? node.name : ts.getNameOfDeclaration(asDeclaration(node));
    if (!own || moved.nameOf(checker, checker.getSymbolAtLocation(own)) !== undefined) return undefined;
    return new ToolError(
      "NAME_TAKEN",
      `${where}:${lineOf(own)} has another ${name} already.`,
      "Rename one of them with rename_symbol first, or choose another target.",
    );
  }
  const global = [...identifiersIn(file)].find((use) => {
    const symbol = use.text === name ? checker.getSymbolAtLocation(use) : undefined;
    if (!symbol || symbol.declarations?.some((one) => one.getSourceFile() === file) === true) return false;
    return moved.nameOf(checker, symbol) === undefined;
  });
  if (!global) return undefined;
  return new ToolError(
    "NAME_TAKEN",
    `${where}:${lineOf(global)} uses a global ${name}, which would then be the moved one.`,
    "Rename the symbol with rename_symbol first, or choose another target.",
  );
}

function asDeclaration(node: ts.Node): ts.Declaration {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `declaredIn` answers declarations only
  return node as ts.Declaration;
}

/** Why the target cannot have a piece of the code. */
export function refusalOfNode({ view, moved, target }: Placing, node: ts.Node): ToolError | undefined {
  const where = view.displayPath(target.file.fileName);
  const what = moved.names.join(", ");
  if ((ts.isJsxOpeningLikeElement(node) || ts.isJsxFragment(node)) && /\.[cm]?ts$/.test(target.file.fileName)) {
    return new ToolError(
      "NEEDS_JSX_FILE",
      `${what} contains JSX, and ${where} is no .tsx file.`,
      "Choose a .tsx file as the target.",
    );
  }
  if (ts.isTypeAssertionExpression(node) && /\.[cm]?[jt]sx$/.test(target.file.fileName)) {
    const message = `${what} contains a type assertion in angle brackets, which ${where} would read as JSX.`;
    return new ToolError("READS_AS_JSX", message, "Write it with `as` first, or choose a .ts file as the target.");
  }
  const isAwait = ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
  if (isAwait && runsAtLoad(node) && target.file.impliedNodeFormat === ts.ModuleKind.CommonJS) {
    const message = `${what} waits (await) while its file loads, and ${where} is CommonJS, which cannot.`;
    return new ToolError("AWAIT_IN_COMMONJS", message, "Choose a target that is an ES module.");
  }
  const isMeta = ts.isMetaProperty(node) && node.getText() === "import.meta" && !sameEverywhere.test(behind(node));
  const isPath = ts.isIdentifier(node) && /^__(?:dirname|filename)$/.test(node.text);
  if (isMeta || isPath) {
    const message = `${what} uses ${node.getText()}, whose value depends on the file that it is in.`;
    return new ToolError("DEPENDS_ON_FILE", message, "Pass that value in as an argument first.");
  }
  return undefined;
}

/** What bundlers give every file alike. */
const sameEverywhere = /^\??\.(?:env|client|server|browser|dev|prerender|test|nitro)\b/;

function behind(node: ts.Node): string {
  return node.getSourceFile().text.slice(node.end, node.end + 20);
}
