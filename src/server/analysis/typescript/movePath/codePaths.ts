import { importsOf, ts } from "../ts.ts";

/** A path that code names in a way that is understood. */
export interface CodePath {
  /** Of the text without its quotes. */
  readonly range: ts.TextRange;
  readonly text: string;
  /**
   * `module`: found as an import is; `file`: from the file's folder, always relative; `url`: the same, where `./` may be
   * missing; `joined`: several arguments that are one path.
   */
  readonly kind: "module" | "file" | "url" | "joined";
  readonly mode: ts.ResolutionMode;
  /** The text for the range, where it is not the path as it is. */
  write?(path: string): string;
}

/** The specifiers that the compiler knows: imports of every kind, and the modules that are augmented. */
export function specifierNodes(file: ts.SourceFile): ts.StringLiteralLike[] {
  return [...importsOf(file), ...augmentationsOf(file)].filter((node) => node.pos >= 0);
}

export function specifierPath(program: ts.Program, file: ts.SourceFile, node: ts.StringLiteralLike): CodePath {
  return pathOf(file, node, program.getModeForUsageLocation(file, node));
}

interface AugmentationInternals {
  readonly moduleAugmentations: readonly (ts.StringLiteral | ts.Identifier)[] | undefined;
}

/** Those of `declare module "…"` in a module; not in the compiler's public types. */
function augmentationsOf(file: ts.SourceFile): ts.StringLiteral[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see AugmentationInternals
  const found = (file as ts.SourceFile & AugmentationInternals).moduleAugmentations ?? [];
  return found.filter((name) => ts.isStringLiteral(name));
}

function pathOf(file: ts.SourceFile, node: ts.StringLiteralLike, mode: ts.ResolutionMode): CodePath {
  return { range: insideOf(file, node), text: node.text, kind: "module", mode };
}

function insideOf(file: ts.SourceFile, node: ts.Node): ts.TextRange {
  return { pos: node.getStart(file) + 1, end: node.end - 1 };
}

/** Paths of triple-slash references. */
export function referencesOf(file: ts.SourceFile): CodePath[] {
  const paths = file.referencedFiles.map(({ pos, end, fileName }) => ({ pos, end, fileName }));
  const types = file.typeReferenceDirectives.filter(({ fileName }) => fileName.startsWith("."));
  return [...paths, ...types].map(({ pos, end, fileName }) => ({
    range: { pos, end },
    text: fileName,
    kind: "url",
    mode: undefined,
  }));
}

/** What is understood besides: the paths that known functions take. */
export function calledPaths(file: ts.SourceFile): CodePath[] {
  const found: CodePath[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) found.push(...pathsIn(file, node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const mocks = new Set([
  ...["mock", "doMock", "unmock", "dontMock", "doUnmock", "deepUnmock", "setMock", "createMockFromModule"],
  ...["genMockFromModule", "requireActual", "requireMock", "importActual", "importMock", "unstable_mockModule"],
  ...["unstable_unmockModule"],
]);
const mockers = new Set(["jest", "vi", "vitest", "import.meta.jest"]);
const loaders = new Set(["require", "require.resolve", "import.meta.resolve", "mock.module", "module.require"]);
const joiners = new Set(["join", "resolve", "path.join", "path.resolve", "posix.join", "path.posix.join"]);

function pathsIn(file: ts.SourceFile, node: ts.CallExpression | ts.NewExpression): CodePath[] {
  const [first, second] = node.arguments ?? [];
  const name = node.expression.getText(file);
  if (ts.isNewExpression(node)) {
    const isUrl = name === "URL" && second?.getText(file) === "import.meta.url";
    if (!first || !ts.isStringLiteralLike(first) || !(isUrl || /^(?:Shared)?Worker$/.test(name))) return [];
    return [{ range: insideOf(file, first), text: first.text, kind: isUrl ? "url" : "module", mode: undefined }];
  }
  if (joiners.has(name)) return joinedPath(file, node.arguments);
  if (!first) return [];
  if (/^import\.meta\.glob(?:Eager)?$/.test(name)) return plainPatterns(file, first);
  const [, owner = "", member = ""] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  if (!loaders.has(name) && !(mocks.has(member) && mockers.has(owner))) return [];
  if (!ts.isStringLiteralLike(first)) return [];
  const isRequire = /require/i.test(name) && file.impliedNodeFormat !== undefined;
  return [pathOf(file, first, isRequire ? ts.ModuleKind.CommonJS : file.impliedNodeFormat)];
}

/** Patterns that are plain paths. */
function plainPatterns(file: ts.SourceFile, patterns: ts.Expression): CodePath[] {
  const all = ts.isArrayLiteralExpression(patterns) ? patterns.elements : [patterns];
  return all
    .flatMap((one) => (ts.isStringLiteralLike(one) ? [one] : []))
    .filter(({ text }) => /^\.{1,2}\/[^*?{}[\]()!]+$/.test(text))
    .map((one) => ({ ...pathOf(file, one, undefined), kind: "file" }));
}

/** `path.join(__dirname, "a", "b")`: its literal arguments behind the folder of the file. */
function joinedPath(file: ts.SourceFile, [base, ...parts]: readonly ts.Expression[]): CodePath[] {
  const isFolder = base && /^(?:__dirname|import\.meta\.dirname)$/.test(base.getText(file));
  const literals = parts.filter((part) => ts.isStringLiteralLike(part));
  const [first] = literals;
  const last = literals.at(-1);
  const isAbsolute = literals.some(({ text }) => text.startsWith("/"));
  if (!isFolder || !first || !last || isAbsolute || literals.length !== parts.length) return [];
  const texts = literals.map(({ text }) => text);
  const quote = first.getText(file).charAt(0);
  return [
    {
      range: { pos: first.getStart(file), end: last.end },
      text: texts.join("/"),
      kind: "joined",
      mode: undefined,
      write: (to) =>
        argumentsLike(texts, to)
          .map((part) => `${quote}${part}${quote}`)
          .join(", "),
    },
  ];
}

/** A path in as many arguments as the old one has reason for. */
function argumentsLike(texts: readonly string[], to: string): string[] {
  if (texts.length === 1) return [to];
  const steps = to.split("/");
  if (texts.every((text) => !text.includes("/"))) return steps;
  const last = steps.pop() ?? "";
  return [...(steps.length > 0 ? [steps.join("/")] : []), last];
}
