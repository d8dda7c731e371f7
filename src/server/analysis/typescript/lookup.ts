import type { View } from "./engine.ts";
import { exported } from "./exportedNames.ts";
import { fileIndex, nameIndex, preferred } from "./nameIndex.ts";
import type { NamedSymbol, NameIndex } from "./nameIndex.ts";
import { insideOf, namePath } from "./outline.ts";
import type { Project } from "./project.ts";
import { isScriptName } from "./scriptFiles.ts";
import { importedFiles, keyOf, ts } from "./ts.ts";

/** What a name means, however it is written. */
export interface Lookup {
  /** More than one when the name is ambiguous. */
  readonly found: readonly NamedSymbol[];
  /** Symbols of the same name in generated and vendored files, which are not meant. */
  readonly behind: number;
}

export interface InFile {
  readonly file: ts.SourceFile;
  readonly project: Project;
}

/**
 * By the exact name path or its end; then as people type it: `Class.method`, `Class#method`, `module.name` by a file's name or
 * a namespace import; at last in another case, if only one fits.
 */
export function lookUp(view: View, wanted: string, within?: InFile): Lookup {
  const index = within ? fileIndex(view, within.file, within.project) : nameIndex(view);
  const spellings = spellingsOf(wanted);
  for (const spelling of spellings) {
    const lookup = exactly(index, spelling);
    if (lookup.found.length > 0) return lookup;
  }
  for (const spelling of spellings) {
    const found = within ? exportedFrom(view, within, spelling) : inModules(view, spelling);
    if (found.length > 0) return chosen(found);
  }
  return inAnotherCase(index, spellings);
}

/** The shortest name by which others can ask for a symbol: its name path, with the file where another one has it too. */
export function shortName(view: View, symbol: NamedSymbol): string {
  const [only, ...others] = preferred(nameIndex(view).withPath(symbol.path));
  const isUnique = only?.label === symbol.label && others.length === 0;
  return isUnique && !looksLikeFile.test(symbol.path) ? symbol.path : symbol.label;
}

/** A name path that would be read as `file.ts#name`. */
const looksLikeFile = /\.[^./#]+#/;

function chosen(all: readonly NamedSymbol[]): Lookup {
  const found = preferred(all);
  const copies = found.some(({ generated }) => generated) ? [] : all.filter(({ generated }) => generated);
  return { found, behind: copies.length };
}

function exactly(index: NameIndex, wanted: string): Lookup {
  const whole = index.withPath(wanted);
  if (whole.length > 0) return chosen(whole);
  const ends = endsOf(wanted).flatMap((name) => index.named(name).filter(({ path }) => path.endsWith(`/${wanted}`)));
  return ends.length > 0 ? chosen(ends) : { found: insideFunctions(index, wanted), behind: 0 };
}

/** What can be the last name of a path: a name may have slashes in itself. */
function endsOf(path: string): string[] {
  const ends = [path];
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) ends.push(path.slice(at + 1));
  return ends;
}

/** `function/local`: what is declared inside of a body is in no index. */
function insideFunctions(index: NameIndex, wanted: string): NamedSymbol[] {
  const at = wanted.lastIndexOf("/");
  if (at <= 0) return [];
  const last = wanted.slice(at + 1);
  return exactly(index, wanted.slice(0, at)).found.flatMap((outer) => {
    const [first, ...more] = outer.declarations.flatMap(insideOf).filter(({ name }) => name === last);
    if (!first) return [];
    const path = namePath(first);
    return [{ ...outer, path, label: outer.label.slice(0, -outer.path.length) + path, declarations: [first, ...more] }];
  });
}

/** The name as it is given, then with what people write between a class and its member turned into slashes. */
function spellingsOf(wanted: string): string[] {
  const plain = wanted.trim().replace(/\(\)$/, "");
  const trimmed = plain.replaceAll(/^\/+|\/+$/g, "");
  // Brackets and quotes are parts of a computed name.
  const parts = trimmed.match(/\[[^\]]*\]|"[^"]*"|'[^']*'|[^.#/:[\]"']+/g) ?? [];
  const joined = parts.filter((part, at) => part !== "prototype" || at === 0 || at === parts.length - 1);
  const [last = ""] = joined.slice(-1);
  const isPrivate = /#[^#]*$/.test(trimmed);
  const withHash = isPrivate ? [[...joined.slice(0, -1), `#${last}`].join("/")] : [];
  return [...new Set([wanted, plain, trimmed, joined.join("/"), ...withHash])].filter((one) => one !== "");
}

function inAnotherCase(index: NameIndex, spellings: readonly string[]): Lookup {
  const whole: NamedSymbol[] = [];
  const ends: NamedSymbol[] = [];
  for (const wanted of new Set(spellings.map((one) => one.toLowerCase()))) {
    for (const symbol of endsOf(wanted).flatMap((name) => index.inAnyCase(name))) {
      const path = symbol.path.toLowerCase();
      if (path === wanted) whole.push(symbol);
      else if (path.endsWith(`/${wanted}`)) ends.push(symbol);
    }
  }
  const lookup = chosen([...new Set(whole.length > 0 ? whole : ends)]);
  return lookup.found.length === 1 ? lookup : { found: [], behind: 0 };
}

/** `module/name`: a file by its name, or what somewhere is imported or exported as a namespace of that name. */
function inModules(view: View, wanted: string): NamedSymbol[] {
  const at = wanted.indexOf("/");
  if (at <= 0) return [];
  const [module, name] = [wanted.slice(0, at), wanted.slice(at + 1)];
  const found = new Map<string, NamedSymbol>();
  for (const within of modulesCalled(view, module)) {
    for (const one of inModule(view, within, name)) found.set(one.label, one);
  }
  return [...found.values()];
}

function inModule(view: View, within: InFile, name: string): readonly NamedSymbol[] {
  const own = exactly(fileIndex(view, within.file, within.project), name).found;
  return own.length > 0 ? own : exportedFrom(view, within, name);
}

function modulesCalled(view: View, name: string): InFile[] {
  const found = new Map<string, InFile>();
  const add = (file: ts.SourceFile | undefined, project: Project) => {
    if (file && view.isOwn(file.fileName)) found.set(keyOf(file.fileName), { file, project });
  };
  for (const project of view.projects) {
    const program = project.program();
    for (const file of program.getSourceFiles()) {
      if (!view.isOwn(file.fileName) || isScriptName(file.fileName)) continue;
      if (moduleName(file.fileName) === name) add(file, project);
      if (!file.text.includes(name)) continue;
      for (const specifier of namespacesCalled(file, name)) {
        for (const target of importedFiles(program, file, specifier)) add(program.getSourceFile(target), project);
      }
    }
  }
  return [...found.values()];
}

/** `hex` of `src/hex.ts` and of `src/hex/index.ts`. */
function moduleName(fileName: string): string {
  const parts = fileName.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "").split("/");
  return (parts.at(-1) === "index" ? parts.at(-2) : parts.at(-1)) ?? "";
}

/** The modules that a file imports or exports as a namespace of a name, or requires as a whole. */
function namespacesCalled({ statements }: ts.SourceFile, name: string): ts.StringLiteralLike[] {
  return statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap((one) =>
        ts.isIdentifier(one.name) && one.name.text === name ? required(one.initializer) : [],
      );
    }
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    const isCalled = namespaceName(statement)?.text === name;
    return isCalled && moduleSpecifier && ts.isStringLiteralLike(moduleSpecifier) ? [moduleSpecifier] : [];
  });
}

function namespaceName(statement: ts.ImportDeclaration | ts.ExportDeclaration): ts.ModuleExportName | undefined {
  const names = ts.isExportDeclaration(statement) ? statement.exportClause : statement.importClause?.namedBindings;
  return names && (ts.isNamespaceExport(names) || ts.isNamespaceImport(names)) ? names.name : undefined;
}

function required(value: ts.Expression | undefined): ts.StringLiteralLike[] {
  if (!value || !ts.isCallExpression(value) || !ts.isIdentifier(value.expression)) return [];
  const [path] = value.arguments;
  return value.expression.text === "require" && path && ts.isStringLiteralLike(path) ? [path] : [];
}

/** What a module hands on from others, and members of it. */
function exportedFrom(view: View, { file, project }: InFile, wanted: string): readonly NamedSymbol[] {
  const at = wanted.indexOf("/");
  const name = at > 0 ? wanted.slice(0, at) : wanted;
  const [, target] = exported(project.program().getTypeChecker(), file, name);
  for (const declaration of target?.declarations ?? []) {
    const declaring = declaration.getSourceFile();
    if (!view.isOwn(declaring.fileName)) continue;
    const index = fileIndex(view, declaring, project);
    if (ts.isSourceFile(declaration)) return at > 0 ? exactly(index, wanted.slice(at + 1)).found : [];
    const nameNode = ts.getNameOfDeclaration(declaration);
    const owner = index.all.find(({ declarations }) => declarations.some((one) => one.nameNode === nameNode));
    if (owner) return at > 0 ? exactly(index, owner.path + wanted.slice(at)).found : [owner];
  }
  return [];
}
