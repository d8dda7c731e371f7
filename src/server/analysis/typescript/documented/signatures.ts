import { ts } from "../ts.ts";

const format = ts.TypeFormatFlags.NoTruncation;
const longestSignature = 1000;

/** How something is declared: a line for each way to call it, of a type what it stands for, of a variable its type. */
export function signatureOf(
  checker: ts.TypeChecker,
  {
    symbol,
    kind,
    name,
    declarations,
  }: { symbol: ts.Symbol; kind: string; name: string; declarations: readonly ts.Declaration[] },
): string {
  const [declaration] = declarations;
  if (!declaration) return name;
  switch (kind) {
    case "type":
      return typeText(declaration, name);
    case "class":
      if (!ts.isClassLike(declaration))
        return calls(checker, { symbol, name: `new ${name}`, declaration, isNew: true });
      return headers(declarations, name);
    case "interface":
    case "enum":
    case "namespace":
      return headers(declarations, name);
    default: {
      const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
      const isCalled = kind === "function" || kind === "method";
      if (isCalled && type.getNonNullableType().getCallSignatures().length > 0) {
        return calls(checker, { symbol, name, declaration });
      }
      const text = oneLine(checker.typeToString(type, declaration, format));
      return isOptional(symbol) ? `${name}?: ${text.replace(/ \| undefined$/, "")}` : `${name}: ${text}`;
    }
  }
}

function isOptional({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.Optional) !== 0;
}

interface Called {
  readonly symbol: ts.Symbol;
  readonly name: string;
  readonly declaration: ts.Declaration;
  readonly isNew?: true;
}

function calls(checker: ts.TypeChecker, { symbol, name, declaration, isNew }: Called): string {
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration).getNonNullableType();
  const found =
    isNew && type.getConstructSignatures().length > 0 ? type.getConstructSignatures() : type.getCallSignatures();
  return signatureTexts(checker, found, { name: `${name}${isOptional(symbol) ? "?" : ""}`, declaration });
}

/** One line for each signature. */
export function signatureTexts(
  checker: ts.TypeChecker,
  signatures: readonly ts.Signature[],
  { name, declaration }: { readonly name: string; readonly declaration: ts.Declaration },
): string {
  return signatures.map((each) => `${name}${oneLine(checker.signatureToString(each, declaration, format))}`).join("\n");
}

function typeText(declaration: ts.Declaration, name: string): string {
  if (ts.isTypeAliasDeclaration(declaration))
    return oneLine(declaration.getText().replace(/^(?:(?:export|declare)\s+)*/, ""));
  if (ts.isJSDocTypedefTag(declaration) && declaration.typeExpression) {
    const { typeExpression } = declaration;
    const isText = ts.isJSDocTypeExpression(typeExpression);
    return isText ? oneLine(`type ${name} = ${typeExpression.type.getText()}`) : `type ${name}`;
  }
  return `type ${name}`;
}

/** The declarations of a class, an interface, an enum or a namespace up to their first brace. */
function headers(declarations: readonly ts.Declaration[], name: string): string {
  const texts = declarations.map((each) => {
    const file = each.getSourceFile();
    if (ts.isSourceFile(each)) return `namespace ${name}`;
    const end = bodyStart(each);
    const text = end === undefined ? each.getText() : file.text.slice(startOf(each, file), end);
    return oneLine(text.replace(/^(?:(?:export|default|declare)\s+)*/, ""));
  });
  return [...new Set(texts)].join("\n");
}

function bodyStart(node: ts.Declaration): number | undefined {
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node))
    return node.members.pos - 1;
  return ts.isModuleDeclaration(node) ? node.body?.getStart() : undefined;
}

/** Behind decorators. */
function startOf(node: ts.Declaration, file: ts.SourceFile): number {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  const end = decorators.at(-1)?.end ?? node.getStart(file);
  return end + file.text.slice(end).search(/\S/);
}

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longestSignature ? `${line.slice(0, longestSignature)}…` : line;
}
