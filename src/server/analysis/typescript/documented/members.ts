import type { DocumentedMember } from "../answers.ts";
import { ts } from "../ts.ts";
import { commentOf, isHiddenByComment } from "./comments.ts";
import { isFunctionExpression } from "./meanings.ts";
import { oneLine, signatureOf, signatureTexts } from "./signatures.ts";

const { SymbolFlags } = ts;

/** What a class, an interface, an enum or a function itself declares and everybody may use, in its order. */
export function membersOf(checker: ts.TypeChecker, symbol: ts.Symbol, kind: string): DocumentedMember[] {
  const memberOf = (member: ts.Symbol) => documentedMember(checker, member);
  switch (kind) {
    case "class": {
      return [
        ...instanceMembers(checker, symbol).flatMap(memberOf),
        ...staticMembers(checker, symbol).flatMap(memberOf).map(asStatic),
        ...own(checker, symbol),
      ];
    }
    case "interface":
      return [...own(checker, symbol), ...instanceMembers(checker, symbol).flatMap(memberOf)];
    case "enum":
      return [...(symbol.exports?.values() ?? [])]
        .filter(({ flags }) => flags & SymbolFlags.EnumMember)
        .flatMap(memberOf);
    case "function":
      return isAlsoNamespace(symbol) ? [] : staticMembers(checker, symbol).flatMap(memberOf);
    default:
      return [];
  }
}

function instanceMembers(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol[] {
  const known = [...(symbol.members?.values() ?? [])];
  return hasComputed(symbol)
    ? [...known, ...computedMembers(checker, symbol, checker.getDeclaredTypeOfSymbol(symbol))]
    : known;
}

function hasComputed({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some(
    (each) =>
      (ts.isClassLike(each) || ts.isInterfaceDeclaration(each)) &&
      [...each.members].some(({ name }) => name !== undefined && ts.isComputedPropertyName(name)),
  );
}

/** Members whose names the compiler works out, such as `[Symbol.iterator]`: only the type has them. */
function computedMembers(checker: ts.TypeChecker, { declarations = [] }: ts.Symbol, type: ts.Type): ts.Symbol[] {
  return checker.getPropertiesOfType(type).filter(({ declarations: own = [] }) => {
    const [first] = own;
    const name = first && ts.getNameOfDeclaration(first);
    if (!first || !name || !ts.isComputedPropertyName(name)) return false;
    return declarations.some((each) => each === first.parent);
  });
}

/** What stands in the namespace of a class or a function and is no export of one. */
function staticMembers(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol[] {
  const isModuleMember = ({ flags }: ts.Symbol) => (flags & SymbolFlags.ModuleMember & ~SymbolFlags.Assignment) !== 0;
  const computed = hasComputed(symbol) ? computedMembers(checker, symbol, checker.getTypeOfSymbol(symbol)) : [];
  return [...(symbol.exports?.values() ?? []), ...computed].filter(
    (each) => !isModuleMember(each) && (each.flags & SymbolFlags.Prototype) === 0,
  );
}

function isAlsoNamespace({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((each) => ts.isModuleDeclaration(each));
}

function asStatic(member: DocumentedMember): DocumentedMember {
  return { ...member, signature: member.signature.replace(/^/gm, "static "), isStatic: true };
}

function documentedMember(checker: ts.TypeChecker, symbol: ts.Symbol): DocumentedMember[] {
  const isPlain =
    symbol.flags & (SymbolFlags.Property | SymbolFlags.Method | SymbolFlags.Accessor | SymbolFlags.EnumMember);
  const declarations = symbol.declarations ?? [];
  const [declaration] = declarations;
  if (!declaration || isPlain === 0 || isHidden(declaration)) return [];
  const comment = commentOf(checker, symbol);
  if (isHiddenByComment(comment)) return [];
  const name = memberName(symbol);
  const kind = memberKind(symbol, declaration);
  const signature = ts.isEnumMember(declaration)
    ? enumMember(checker, declaration, name)
    : signatureOf(checker, { symbol, kind, name, declarations });
  return [{ name, kind, signature, ...comment }];
}

function enumMember(checker: ts.TypeChecker, declaration: ts.EnumMember, name: string): string {
  const value = checker.getConstantValue(declaration);
  return value === undefined ? name : `${name} = ${JSON.stringify(value)}`;
}

function memberName({ name, escapedName }: ts.Symbol): string {
  if (name.startsWith("__@")) return `[${name.replace(/^__@|@\d+$/g, "")}]`;
  return ts.unescapeLeadingUnderscores(escapedName);
}

function memberKind({ flags }: ts.Symbol, declaration: ts.Declaration): string {
  if (flags & SymbolFlags.EnumMember) return "member";
  if (flags & SymbolFlags.Method) return "method";
  if (flags & SymbolFlags.Accessor) return "accessor";
  const isArrow =
    ts.isPropertyDeclaration(declaration) && !declaration.type && isFunctionExpression(declaration.initializer);
  return isArrow ? "method" : "property";
}

/** How it is made, called and indexed, as far as its own declarations say so. */
function own(checker: ts.TypeChecker, symbol: ts.Symbol): DocumentedMember[] {
  const made = symbol.members?.get(ts.InternalSymbolName.Constructor);
  const [constructor] = made?.declarations ?? [];
  const constructors: DocumentedMember[] = [];
  if (made && constructor && !isHidden(constructor)) {
    const signatures = checker.getTypeOfSymbolAtLocation(symbol, constructor).getConstructSignatures();
    const signature = signatureTexts(checker, signatures, { name: `new ${symbol.name}`, declaration: constructor });
    constructors.push({ name: "constructor", kind: "constructor", signature, ...commentOf(checker, made) });
  }
  const others = [
    [ts.InternalSymbolName.Call, "call"],
    [ts.InternalSymbolName.New, "new"],
    [ts.InternalSymbolName.Index, "index"],
  ] as const;
  return [
    ...constructors,
    ...others.flatMap(([internal, kind]) => {
      const member = symbol.members?.get(internal);
      return (member?.declarations ?? []).map((declaration) => ({
        name: kind,
        kind,
        signature: oneLine(declaration.getText().replace(/[;,]\s*$/, "")),
        ...(member && commentOf(checker, member, [declaration])),
      }));
    }),
  ];
}

function isHidden(declaration: ts.Declaration): boolean {
  const flags = ts.getCombinedModifierFlags(declaration);
  const name = ts.getNameOfDeclaration(declaration);
  return (flags & ts.ModifierFlags.Private) !== 0 || (name !== undefined && ts.isPrivateIdentifier(name));
}
