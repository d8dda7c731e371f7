/** A piece of a text: 1-based lines and columns, the end behind the last character. */
export interface Range {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What is known of one function. Lines are 1-based; `end` is the offset behind its last character. */
export interface FunctionFacts {
  readonly name: string;
  readonly kind: "function" | "method" | "constructor" | "getter" | "setter" | "field" | "static block" | "lambda";
  readonly line: number;
  readonly endLine: number;
  readonly end: number;
  /** As ESLint's `complexity` rule counts (TypeScript, JavaScript), as radon counts (Python). */
  readonly cyclomatic: number;
  /** As SonarSource's "Cognitive Complexity" paper counts. */
  readonly cognitive: number;
  /** How deep conditions, loops, switches and tries are nested in it. */
  readonly nesting: number;
  readonly parameters: number;
  /** The largest part that can become a function of its own; absent for a function that is easy to follow. */
  readonly extract?: Range;
}

export interface ImportFacts {
  readonly specifier: string;
  readonly line: number;
  /** When the module is needed: as soon as this one is loaded, once some code runs, or by the type checker only. */
  readonly when: "load" | "later" | "types";
  /** Exported names that are used of the module, or "*" when all may be. */
  readonly names: readonly string[] | "*";
}

export interface ExportFacts {
  readonly name: string;
  readonly line: number;
  /** The file itself uses the name besides exporting it. */
  readonly usedHere: boolean;
}

/** `export { original as name } from "specifier"`; name "*" stands for `export * from`. */
export interface ReexportFacts {
  readonly name: string;
  readonly original: string;
  readonly specifier: string;
  readonly line: number;
}

export type UnsafeTypeKind = "any" | "assertion" | "non-null" | "ignored error";

export interface UnsafeType {
  readonly kind: UnsafeTypeKind;
  readonly line: number;
}

/** SonarSource's copy detection: at least this many tokens alike. */
export const copyTokens = 100;

/** A file's tokens for finding copies: a hash and a line for each. None of a file with fewer than a copy has. */
export interface Tokens {
  readonly hashes: Uint32Array;
  readonly lines: Uint32Array;
}

export interface SyntaxProblem {
  readonly line: number;
  readonly message: string;
}

/** What links a file to others. */
export interface LinkFacts {
  readonly imports: readonly ImportFacts[];
  readonly exports: readonly ExportFacts[];
  readonly reexports: readonly ReexportFacts[];
}

/** Everything that metrics, graphs and findings need of one source file, without its tree. */
export interface CodeFacts extends LinkFacts {
  readonly functions: readonly FunctionFacts[];
  readonly unsafeTypes: readonly UnsafeType[];
  readonly tokens: Tokens;
  readonly problems: readonly SyntaxProblem[];
}

/** The same as a scan keeps them. Links are read only after some file changed, and are many. */
export interface KeptFacts extends Omit<CodeFacts, keyof LinkFacts> {
  readonly links: PackedLinks;
}

/** Rows of JSON: a quarter of the memory that objects take. */
export type PackedLinks = string & { readonly packed: "links" };

type LinkRows = readonly [
  imports: readonly (readonly [
    specifier: string,
    line: number,
    when: ImportFacts["when"],
    names: ImportFacts["names"],
  ])[],
  exports: readonly (readonly [name: string, line: number, usedHere: 0 | 1])[],
  reexports: readonly (readonly [name: string, original: string, specifier: string, line: number])[],
];

export function packLinks({ imports, exports, reexports }: LinkFacts): PackedLinks {
  const rows: LinkRows = [
    imports.map(({ specifier, line, when, names }) => [specifier, line, when, names]),
    exports.map(({ name, line, usedHere }) => [name, line, usedHere ? 1 : 0]),
    reexports.map(({ name, original, specifier, line }) => [name, original, specifier, line]),
  ];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the mark of what this function made
  return JSON.stringify(rows) as PackedLinks;
}

export function unpackLinks(packed: PackedLinks): LinkFacts {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what packLinks made
  const [imports, exports, reexports] = JSON.parse(packed) as LinkRows;
  return {
    imports: imports.map(([specifier, line, when, names]) => ({ specifier, line, when, names })),
    exports: exports.map(([name, line, usedHere]) => ({ name, line, usedHere: usedHere === 1 })),
    reexports: reexports.map(([name, original, specifier, line]) => ({ name, original, specifier, line })),
  };
}

/** The whole file's cyclomatic number: one path through it and every decision in its functions. */
export function totalComplexity(facts: Pick<CodeFacts, "functions">): number {
  return facts.functions.reduce((sum, one) => sum + one.cyclomatic - 1, 1);
}
