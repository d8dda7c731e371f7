import { isJavaScript } from "../../syntax/tsParse.ts";
import { identifiersIn, isInDoc, isInLink, memberOf, usesOf } from "../move/identifiers.ts";
import { resolved, symbolOf } from "../nameUses.ts";
import { ts } from "../ts.ts";
import { editsIn, positionOf, quoted, refusal, withEdits } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { usesThis } from "./functions.ts";

/** Names become members of an object, whose calls get it as `this`. */
export function refuseNamespaceImport(conversion: Conversion): void {
  const checker = conversion.project.program().getTypeChecker();
  const bindings = importAt(conversion)?.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return;
  for (const { name } of bindings.elements) {
    for (const use of usesOf(conversion.file, checker, name)) refuseThis(conversion, checker, use);
  }
}

/** Members become names, which can mean something else, or be none. */
export function refuseNamedImports(conversion: Conversion): void {
  const { view, project, file } = conversion;
  const checker = project.program().getTypeChecker();
  const declaration = importAt(conversion);
  const bindings = declaration?.importClause?.namedBindings;
  if (!bindings || !ts.isNamespaceImport(bindings)) return;
  const { name } = bindings;
  const isKnown = checker.getSymbolAtLocation(declaration.moduleSpecifier) !== undefined;
  const uses = usesOf(file, checker, name);
  refuseDocs(conversion, uses);
  for (const use of uses) {
    const member = memberOf(use);
    if (!member) {
      const message = `${name.text} is used as an object at ${positionOf(view, use)}, not only for its members.`;
      throw refusal("USED_AS_VALUE", message, "Keep the namespace import, or replace that use first.");
    }
    refuseName(conversion, member);
    refuseThis(conversion, checker, member);
    refuseGlobal(conversion, checker, member);
    if (isKnown) refuseMissing(conversion, checker, member);
  }
}

/** The compiler leaves out `type`, and a default import beside the namespace. */
export function completedImports(conversion: Conversion, converted: Converted): Converted {
  const { file } = conversion;
  const declaration = importAt(conversion);
  const clause = declaration?.importClause;
  if (!declaration || !clause) return converted;
  const start = declaration.getStart(file);
  const edits = editsIn(converted, file).map((edit) => {
    if (edit.start < start || edit.end > declaration.end) return edit;
    const type = clause.phaseModifier === ts.SyntaxKind.TypeKeyword ? "type " : "";
    const other = clause.name ? `${clause.name.text}, ` : "";
    return { ...edit, newText: edit.newText.replace(/^(import )?\{/, (_all, word = "") => `${word}${type}${other}{`) };
  });
  return withEdits(converted, file, edits);
}

function importAt({ file, range }: Conversion): ts.ImportDeclaration | undefined {
  const found = file.statements.find(({ pos, end }) => pos <= range.pos && range.pos < end);
  return found && ts.isImportDeclaration(found) ? found : undefined;
}

/** Comments have types in JavaScript, and the compiler does not change those of a namespace. */
function refuseDocs({ view, file }: Conversion, uses: readonly ts.Identifier[]): void {
  if (!isJavaScript(file.fileName)) return;
  const use = uses.find((one) => isInDoc(one) && !isInLink(one));
  if (!use) return;
  const message = `${use.text} is used by a comment at ${positionOf(view, use)}, which would keep it.`;
  throw refusal("NOT_ONLY_A_VALUE", message, "Write import() into that comment first.");
}

function refuseThis({ view }: Conversion, checker: ts.TypeChecker, use: ts.Identifier): void {
  const symbol = symbolOf(checker, use);
  const callee = ts.isPropertyAccessExpression(use.parent) && use.parent.name === use ? use.parent : use;
  const { parent } = callee;
  const isCalled = ts.isCallExpression(parent) ? parent.expression === callee : ts.isTaggedTemplateExpression(parent);
  if (!symbol || !isCalled) return;
  if (!resolved(checker, symbol).declarations?.some(usesThis)) return;
  const message = `${use.text} uses \`this\`, which the call at ${positionOf(view, use)} would no longer give it as now.`;
  throw refusal("THIS_DIFFERS", message, "Leave the import, or remove `this` from the function first.");
}

function refuseName({ view }: Conversion, member: ts.Identifier): void {
  const { text } = member;
  const token = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text).scan();
  const isKeyword = token >= ts.SyntaxKind.FirstReservedWord && token <= ts.SyntaxKind.LastFutureReservedWord;
  const isReserved = isKeyword || /^(?:await|eval|arguments|undefined)$/.test(text);
  if (isReserved) {
    const message = `${quoted(member.parent)} at ${positionOf(view, member)} cannot become a name: ${text} is a word of the language.`;
    throw refusal("RESERVED_NAME", message, "Import it by another name first.");
  }
  const tag = member.parent.parent;
  const isTag = ts.isJsxOpeningElement(tag) || ts.isJsxSelfClosingElement(tag);
  if (isTag && /^[a-z]/.test(text)) {
    const message = `<${text}> would be an element of the page, and no longer ${quoted(member.parent)}.`;
    throw refusal("NAME_CAPTURED", message, "Import it by a name with a capital letter first.");
  }
}

/** The name that the import brings would stand for a global that the file uses. */
function refuseGlobal({ view, file }: Conversion, checker: ts.TypeChecker, { text }: ts.Identifier): void {
  for (const other of identifiersIn(file)) {
    if (other.text !== text) continue;
    const declarations = symbolOf(checker, other)?.declarations ?? [];
    if (declarations.some((one) => one.getSourceFile() === file)) continue;
    const message = `${text} at ${positionOf(view, other)} is a global, and would become the imported name.`;
    throw refusal(
      "NAME_CAPTURED",
      message,
      "Import it by another name first, or write globalThis in front of the global.",
    );
  }
}

/** `ns.missing` is undefined, and an import of it does not load. */
function refuseMissing({ view }: Conversion, checker: ts.TypeChecker, member: ts.Identifier): void {
  if (symbolOf(checker, member)) return;
  const message = `The module exports no ${member.text}, as ${positionOf(view, member)} reads it.`;
  throw refusal("VALUE_DIFFERS", message, "Remove that use first, or leave the import.");
}
