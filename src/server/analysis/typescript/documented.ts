import type { DocumentedMember, DocumentedModule, DocumentedName, ExportsAnswer, ExportsQuery } from "./answers.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { View } from "./engine.ts";
import { isGeneratedFile, ownFiles } from "./nameIndex.ts";
import { resolved } from "./nameUses.ts";
import { isTypeScriptOrJavaScript, slashed, ts } from "./ts.ts";

/** What the modules of a file or folder export, as the compiler knows it: names, signatures, comments, members. */
export function documentedExports(view: View, { path }: ExportsQuery): ExportsAnswer {
  const scope = path === undefined ? undefined : slashed(path);
  // Refuses another language, and a file that no project has.
  if (scope !== undefined && view.files.folders.kindOf(scope) === "file") view.projectOf(scope);
  const unread: Incomplete[] = [];
  const isInScope = (name: string) => scope === undefined || name === scope || name.startsWith(`${scope}/`);
  const files = [...ownFiles(view)]
    .filter(({ file: { fileName } }) => isInScope(fileName) && isTypeScriptOrJavaScript(fileName))
    .filter(({ file: { fileName } }) => !isGeneratedFile(view, fileName))
    .sort((a, b) => (a.file.fileName < b.file.fileName ? -1 : 1));
  const modules = files.flatMap(({ file, project }, done): DocumentedModule[] => {
    if (done % 20 === 0) view.context.progress({ done, total: files.length, message: "Reading exports" });
    const checker = project.program().getTypeChecker();
    const module = checker.getSymbolAtLocation(file);
    if (!module) {
      // What `module.exports` has is no module to the compiler's own question.
      const isCommonJs = "commonJsModuleIndicator" in file && file.commonJsModuleIndicator !== undefined;
      const reason = "It exports by CommonJS, which is not documented.";
      if (isCommonJs) unread.push({ path: view.displayPath(file.fileName), reason });
      return [];
    }
    const names = checker.getExportsOfModule(module).map((symbol) => nameOf(view, checker, symbol));
    const doc = moduleComment(file);
    const exports = names.flatMap((each) => (each ? [each] : [])).sort(byPosition(view.displayPath(file.fileName)));
    return [{ path: view.displayPath(file.fileName), ...(doc !== "" && { doc }), exports }];
  });
  return { modules, incomplete: [...view.incomplete, ...unread] };
}

/** A module's own declarations in their order, then what it passes on, by name. */
function byPosition(path: string): (a: DocumentedName, b: DocumentedName) => number {
  return (a, b) => {
    const [isOwn, isOwnToo] = [a.path === path, b.path === path];
    if (isOwn !== isOwnToo) return isOwn ? -1 : 1;
    return isOwn ? a.line - b.line : a.name < b.name ? -1 : 1;
  };
}

function nameOf(view: View, checker: ts.TypeChecker, symbol: ts.Symbol): DocumentedName | undefined {
  const target = resolved(checker, symbol);
  const declaration = target.declarations?.[0] ?? symbol.declarations?.[0];
  if (!declaration) return undefined;
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart(source));
  const name = symbol.name === "export=" ? "module.exports" : symbol.name;
  const doc = ts.displayPartsToString(target.getDocumentationComment(checker));
  const isDeprecated = target.getJsDocTags(checker).some((tag) => tag.name === "deprecated");
  const members = membersOf(checker, target);
  return {
    name,
    kind: kindOf(target),
    path: view.isOwn(source.fileName) ? view.displayPath(source.fileName) : "",
    line: line + 1,
    signature: signatureOf(checker, target, name),
    ...(doc !== "" && { doc }),
    ...(isDeprecated && { deprecated: true as const }),
    ...(members.length > 0 && { members }),
  };
}

const kinds: readonly (readonly [flag: ts.SymbolFlags, kind: string])[] = [
  [ts.SymbolFlags.Class, "class"],
  [ts.SymbolFlags.Interface, "interface"],
  [ts.SymbolFlags.Function, "function"],
  [ts.SymbolFlags.Enum, "enum"],
  [ts.SymbolFlags.TypeAlias, "type"],
  [ts.SymbolFlags.Variable, "variable"],
  [ts.SymbolFlags.Module, "namespace"],
  [ts.SymbolFlags.Method, "method"],
  [ts.SymbolFlags.Accessor, "accessor"],
];

function kindOf({ flags }: ts.Symbol): string {
  return kinds.find(([flag]) => (flags & flag) !== 0)?.[1] ?? "property";
}

const format = ts.TypeFormatFlags.NoTruncation;

/** One line for each way to call it; of a type what it stands for; of a variable its type. */
function signatureOf(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): string {
  // Types are named as they are where it is declared.
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (!declaration) return name;
  if (symbol.flags & ts.SymbolFlags.TypeAlias) {
    const alias = symbol.declarations?.find((one) => ts.isTypeAliasDeclaration(one));
    return alias ? oneLine(alias.getText().replace(/^(export |declare )*/, "")) : `type ${name}`;
  }
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.Enum | ts.SymbolFlags.Module)) {
    const text = declaration.getText();
    const end = text.indexOf("{");
    return oneLine((end < 0 ? text : text.slice(0, end)).replace(/^(@\S+\s+|export |default |declare )*/, ""));
  }
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const calls = type.getCallSignatures();
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Method) && calls.length > 0) {
    return calls.map((call) => `${name}${oneLine(checker.signatureToString(call, declaration, format))}`).join("\n");
  }
  return `${name}: ${oneLine(checker.typeToString(type, declaration, format))}`;
}

const longestSignature = 500;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longestSignature ? `${line.slice(0, longestSignature)}…` : line;
}

/** What a class or an interface itself declares and everybody may use, in its order. */
function membersOf(checker: ts.TypeChecker, symbol: ts.Symbol): DocumentedMember[] {
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.Enum))) return [];
  const own = [
    ...(symbol.members?.values() ?? []),
    ...(symbol.flags & ts.SymbolFlags.Enum ? (symbol.exports?.values() ?? []) : []),
  ];
  return own.flatMap((member) => {
    const declaration = member.declarations?.[0];
    const isPlain =
      member.flags &
      (ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor | ts.SymbolFlags.EnumMember);
    if (!declaration || isPlain === 0 || isHidden(declaration)) return [];
    const doc = ts.displayPartsToString(member.getDocumentationComment(checker));
    const name = member.name.startsWith("__@") ? `[${member.name.replace(/^__@|@\d+$/g, "")}]` : member.name;
    return [
      {
        name,
        kind: kindOf(member),
        signature: signatureOf(checker, member, name),
        ...(doc !== "" && { doc }),
      },
    ];
  });
}

function isHidden(declaration: ts.Declaration): boolean {
  const flags = ts.getCombinedModifierFlags(declaration);
  const name = ts.getNameOfDeclaration(declaration);
  return (flags & ts.ModifierFlags.Private) !== 0 || (name !== undefined && ts.isPrivateIdentifier(name));
}

/** The comment at the top of a file that says what the file is for: one with `@module`, `@file` or `@packageDocumentation`. */
function moduleComment(file: ts.SourceFile): string {
  const [first] = file.statements;
  const ranges = ts.getLeadingCommentRanges(file.text, first?.getFullStart() ?? 0) ?? [];
  for (const { pos, end } of ranges) {
    const text = file.text.slice(pos, end);
    if (!text.startsWith("/**") || !/@(module|file|fileoverview|packageDocumentation)\b/.test(text)) continue;
    return text
      .slice(3, -2)
      .split("\n")
      .map((line) => line.replace(/^\s*\*? ?/, ""))
      .filter((line) => !/^@(module|packageDocumentation)\b/.test(line))
      .map((line) => line.replace(/^@(file|fileoverview)\s*/, ""))
      .join("\n")
      .trim();
  }
  return "";
}
