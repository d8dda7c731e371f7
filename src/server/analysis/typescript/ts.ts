import { getLibFiles } from "@ts-morph/common";
import { ts } from "ts-morph";

// The one entry to the compiler, and the few functions of it that work but are not in its public types.

export { ts };

/** What the compiler's objects have at run time beyond their declarations; each use is covered by a test. */
interface ProgramInternals {
  getResolvedModuleFromModuleSpecifier(
    specifier: ts.StringLiteralLike,
    file: ts.SourceFile,
  ): { readonly resolvedModule?: ts.ResolvedModuleFull } | undefined;
  getSemanticDiagnostics(
    file: ts.SourceFile,
    token: ts.CancellationToken,
    nodes: readonly ts.Node[],
  ): readonly ts.Diagnostic[];
}

interface SourceFileInternals {
  readonly imports: readonly ts.StringLiteralLike[] | undefined;
  readonly commentDirectives: readonly { readonly range: ts.TextRange }[] | undefined;
}

/** Host members that the language service reads and its public type leaves out. */
export interface HostInternals {
  useSourceOfProjectReferenceRedirect(): boolean;
  hasInvalidatedResolutions(): boolean;
  hasChangedAutomaticTypeDirectiveNames(): boolean;
}

/** The specifiers of a file's imports, exports and requires; those that the compiler adds by itself have no position. */
export function importsOf(file: ts.SourceFile): readonly ts.StringLiteralLike[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see SourceFileInternals
  return (file as ts.SourceFile & SourceFileInternals).imports ?? [];
}

/** Absolute paths of the files that a file imports, exports from or requires; or that one specifier of it leads to. */
export function importedFiles(program: ts.Program, file: ts.SourceFile, one?: ts.StringLiteralLike): string[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see ProgramInternals
  const inside = program as ts.Program & ProgramInternals;
  return (one ? [one] : importsOf(file)).flatMap((specifier) => {
    const resolved = inside.getResolvedModuleFromModuleSpecifier(specifier, file)?.resolvedModule;
    return resolved ? [resolved.resolvedFileName] : [];
  });
}

/** What the compiler says about these statements of a file alone, and about names that are declared twice in it. */
export function diagnosticsOfStatements(
  program: ts.Program,
  statements: readonly ts.Statement[],
  token: ts.CancellationToken,
): readonly ts.Diagnostic[] {
  const [file] = statements.map((statement) => statement.getSourceFile());
  if (!file) return [];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see ProgramInternals
  const inside = program as ts.Program & ProgramInternals;
  return inside
    .getSemanticDiagnostics(file, token, statements)
    .filter(({ start = 0 }) => statements.some((at) => at.pos <= start && start < at.end));
}

/** Comments such as `@ts-expect-error`. */
export function commentDirectives(file: ts.SourceFile): readonly ts.TextRange[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see SourceFileInternals
  return ((file as ts.SourceFile & SourceFileInternals).commentDirectives ?? []).map(({ range }) => range);
}

/** Where the library files seem to be. They come with the bundle, without comments. */
export const libFolder = "/lfc-typescript-lib";
const libTexts = new Map(getLibFiles().map((file) => [`${libFolder}/${file.fileName}`, file.text]));

export function libText(path: string): string | undefined {
  return libTexts.get(path);
}

export const isCaseSensitive = ts.sys.useCaseSensitiveFileNames;

/** The compiler's spelling of a path: forward slashes on every system. */
export function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Key of a path in maps: equal for two spellings of one file. */
export function keyOf(path: string): string {
  return isCaseSensitive ? path : path.toLowerCase();
}

const languageExtension = /\.(?:[cm]?[jt]s|[jt]sx)$/i;

export function isTypeScriptOrJavaScript(path: string): boolean {
  return languageExtension.test(path);
}

interface NamespaceInternals {
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
}

/** The name, keyword or literal at a position, inside documentation comments too. */
export function nodeAt(file: ts.SourceFile, position: number): ts.Node {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- there at run time, not in the declarations
  return (ts as unknown as NamespaceInternals).getTouchingPropertyName(file, position);
}

/** Ends what the compiler is doing; the engine turns it into CANCELLED. */
export function cancelCompiler(): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the compiler's own signal, which is no Error
  throw new ts.OperationCanceledException();
}

interface CheckerInternals {
  resolveName(
    name: string,
    location: ts.Node | undefined,
    meaning: number,
    excludeGlobals: boolean,
  ): ts.Symbol | undefined;
}

/** What a name means at a position by the rules of scope; without a position, among the globals. */
export function resolvedIn(checker: ts.TypeChecker, name: string, location?: ts.Node): ts.Symbol | undefined {
  const inside = checker as ts.TypeChecker & CheckerInternals;
  const meaning = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
  return inside.resolveName(name, location, meaning, false);
}

interface AliasInternals {
  getTypeOnlyAliasDeclaration(alias: ts.Symbol): ts.Node | undefined;
}

/** The `import type` or `export type` by which a name is reached, if there is one. */
export function typeOnlyDeclaration(checker: ts.TypeChecker, alias: ts.Symbol): ts.Node | undefined {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- there at run time, not in the declarations
  const inside = checker as ts.TypeChecker & AliasInternals;
  return alias.flags & ts.SymbolFlags.Alias ? inside.getTypeOnlyAliasDeclaration(alias) : undefined;
}
