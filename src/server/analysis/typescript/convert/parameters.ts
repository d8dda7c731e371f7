import { isTypeUse, nodesIn } from "../move/identifiers.ts";
import { nodeAt, ts } from "../ts.ts";
import { positionOf, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { refuseObjectUses } from "./moduleUses.ts";

/** Every use must be a call whose arguments can become an object: the compiler changes nothing else, and does not say so. */
export function refuseParameters(conversion: Conversion): void {
  const { view, file } = conversion;
  const declaration = functionAt(conversion);
  if (!declaration) return;
  const all = [...nodesIn(declaration)].find((node) => ts.isIdentifier(node) && node.text === "arguments");
  if (all) {
    const message = `The function uses \`arguments\` at ${positionOf(view, all)}, which would have one object only.`;
    throw refusal("VALUE_DIFFERS", message, "Use the parameters by their names first.");
  }
  const name = nameOf(declaration);
  if (!name) return;
  const rest = declaration.parameters.findIndex(({ dotDotDotToken }) => dotDotDotToken !== undefined);
  for (const project of view.projectsWith(file.fileName)) {
    const found = project.service.findReferences(file.fileName, name.getStart(file)) ?? [];
    for (const { fileName, textSpan } of found.flatMap(({ references }) => references)) {
      const source = project.program().getSourceFile(fileName);
      const use = source && view.isOwn(fileName) ? nodeAt(source, textSpan.start) : undefined;
      if (use) refuseUse(conversion, use, { declaration, rest });
    }
  }
}

/** A module's object can have the function where no type says so. */
export function checkedParameters(conversion: Conversion, converted: Converted): Converted {
  const declaration = functionAt(conversion);
  const name = declaration && nameOf(declaration);
  if (!declaration || !name || !ts.isFunctionDeclaration(declaration)) return converted;
  const isDefault = declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
  refuseObjectUses(conversion, converted, { name: isDefault ? "default" : name.getText(), changes: "calls" });
  return converted;
}

function functionAt({ file, range }: Conversion): ts.SignatureDeclaration | undefined {
  const found = ts.findAncestor(nodeAt(file, range.pos), ts.isFunctionLike);
  return found && "body" in found ? found : undefined;
}

/** The name, or the keyword of a constructor. */
function nameOf(declaration: ts.SignatureDeclaration): ts.Node | undefined {
  if (ts.isConstructorDeclaration(declaration)) {
    return declaration.getChildren().find(({ kind }) => kind === ts.SyntaxKind.ConstructorKeyword);
  }
  if (declaration.name) return declaration.name;
  const { parent } = declaration;
  return ts.isVariableDeclaration(parent) ? parent.name : undefined;
}

interface Called {
  readonly declaration: ts.SignatureDeclaration;
  /** The index of the parameter that takes all that is left, or -1. */
  readonly rest: number;
}

function refuseUse({ view }: Conversion, use: ts.Node, { declaration, rest }: Called): void {
  const { parent } = use;
  if (parent === declaration || parent === declaration.parent || isPassedOn(use)) return;
  const call = callOf(use);
  const where = positionOf(view, use);
  if (!call) {
    const isType = ts.isIdentifier(use) && isTypeUse(use);
    // A class is used in many ways that call no constructor.
    if (ts.isConstructorDeclaration(declaration) && (isType || use.kind !== ts.SyntaxKind.SuperKeyword)) return;
    const message = `The function is used as a value or a type at ${where}, or declared again: its other calls are not known.`;
    throw refusal(
      "USED_AS_VALUE",
      message,
      "Call the function there in an arrow function first, or leave the parameters.",
    );
  }
  const spread = call.arguments?.findIndex((argument) => ts.isSpreadElement(argument)) ?? -1;
  if (spread < 0 || (rest >= 0 && spread >= rest)) return;
  const message = `The call at ${where} spreads its arguments, and no one knows which parameters they are for.`;
  throw refusal("USED_AS_VALUE", message, "Write the arguments of that call out first.");
}

function isPassedOn({ parent }: ts.Node): boolean {
  const isImport = ts.isImportSpecifier(parent) || ts.isImportClause(parent);
  return isImport || ts.isExportSpecifier(parent) || ts.isExportAssignment(parent) || ts.isJSDocLink(parent);
}

function callOf(use: ts.Node): ts.CallExpression | ts.NewExpression | undefined {
  const { parent } = use;
  const callee = ts.isPropertyAccessExpression(parent) && parent.name === use ? parent : use;
  const call = callee.parent;
  const isCall = ts.isCallExpression(call) || ts.isNewExpression(call);
  return isCall && call.expression === callee ? call : undefined;
}
