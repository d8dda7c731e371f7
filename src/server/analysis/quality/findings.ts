import { severities } from "../../../protocol/findings.ts";
import type { FunctionFacts, KeptFacts, UnsafeTypeKind, Range } from "../syntax/facts.ts";
import type { SourceFile } from "../files/model.ts";
import type { Finding } from "./answer.ts";
import { ruleOfUnsafeType } from "./rules.ts";
import type { RuleSettings } from "./rules.ts";
import type { Rule } from "../../../protocol/findings.ts";

/** How bad: 1 is right at the limit. Findings of different rules are ranked by it. */
export interface Weighed extends Finding {
  readonly weight: number;
}

/** A finding before its file's rules have judged it. */
export interface Draft extends Omit<Weighed, "severity"> {
  /** What the rule's limit is compared with, where the rule is not judged yet. */
  readonly size?: number;
}

/** Each draft with the severity that the rules of its file give it; without those that are switched off. */
export function judged(drafts: readonly Draft[], settings: RuleSettings): Weighed[] {
  return drafts.flatMap(({ size = Infinity, ...draft }) => {
    const { severity, limit } = settings(draft.rule);
    return severity === "off" || size < limit ? [] : [{ ...draft, severity }];
  });
}

export function worseFirst(a: Weighed, b: Weighed): number {
  const bySeverity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return bySeverity || b.weight - a.weight || compare(a.path, b.path) || a.line - b.line;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The worst one of each rule and line, in the order given. */
export function onePerLine(found: readonly Weighed[]): Weighed[] {
  const seen = new Set<string>();
  return found.filter(({ rule, path, line }) => {
    const key = `${rule}\0${path}\0${line}`;
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

/** What one file by itself shows. */
export function fileFindings(file: SourceFile & { readonly facts: KeptFacts }, settings: RuleSettings): Weighed[] {
  const { path, facts } = file;
  // A piece of code has no file that could be changed.
  const isFile = file.root !== undefined;
  const found: readonly FileDraft[] = [
    ...facts.problems.slice(0, 5).map(({ line, message }) => ({
      rule: "syntax-error" as const,
      line,
      message: `The code does not parse: ${message}`,
      fix: "Fix the syntax; the numbers of this file count only what was understood.",
      about: message,
      weight: 10,
    })),
    ...functionFindings(facts.functions, settings),
    ...longFile(file, settings("max-lines").limit),
    ...unsafeTypes(facts),
  ];
  return judged(
    found.map(({ extract, ...one }) => ({ ...one, path, ...(extract && isFile && previewOf(path, extract)) })),
    settings,
  );
}

interface FileDraft extends Omit<Draft, "path" | "preview"> {
  readonly extract?: Range | undefined;
}

function previewOf(path: string, range: Range): Pick<Draft, "preview"> {
  return { preview: { operation: "extract_function", path, range } };
}

interface Measure {
  readonly rule: Rule;
  value(one: FunctionFacts): number;
  says(value: number, limit: number): string;
  readonly fix: string;
  /** The number of a function contains those of the functions in it: one finding covers them. */
  readonly containsInner?: true;
}

const measures: readonly Measure[] = [
  {
    rule: "cognitive-complexity",
    value: ({ cognitive }) => cognitive,
    says: (value, limit) => `has cognitive complexity ${value} (limit ${limit}).`,
    fix: "Extract the inner branches into functions (extract_function).",
    containsInner: true,
  },
  {
    rule: "complexity",
    value: ({ cyclomatic }) => cyclomatic,
    says: (value, limit) => `has cyclomatic complexity ${value} (limit ${limit}).`,
    fix: "Extract the branches into functions (extract_function).",
  },
  {
    rule: "max-depth",
    value: ({ nesting }) => nesting,
    says: (value, limit) => `nests blocks ${value} deep (limit ${limit}).`,
    fix: "Return early, or extract the inner blocks (extract_function).",
  },
  {
    rule: "max-lines-per-function",
    value: ({ line, endLine }) => endLine - line + 1,
    says: (value, limit) => `has ${value} lines (limit ${limit}).`,
    fix: "Extract its steps into functions (extract_function).",
    containsInner: true,
  },
  {
    rule: "max-params",
    value: ({ parameters }) => parameters,
    says: (value, limit) => `takes ${value} parameters (limit ${limit}).`,
    fix: "Take one object, or split the function.",
  },
];

function functionFindings(functions: readonly FunctionFacts[], settings: RuleSettings): FileDraft[] {
  return measures.flatMap(({ rule, value, says, fix, containsInner = false }) => {
    const { limit } = settings(rule);
    const over = functions.filter((one) => value(one) > limit);
    return over
      .filter((one) => !containsInner || !over.some((outer) => encloses(outer, one)))
      .map((one) => ({
        rule,
        line: one.line,
        message: `${title(one.name)} ${says(value(one), limit)}`,
        fix,
        about: one.name,
        // Fewer parameters need another design, not another function.
        extract: rule === "max-params" ? undefined : one.extract,
        weight: value(one) / Math.max(1, limit),
      }));
  });
}

function encloses(outer: FunctionFacts, inner: FunctionFacts): boolean {
  if (outer === inner || outer.line > inner.line || outer.end < inner.end) return false;
  return outer.line < inner.line || outer.end > inner.end;
}

function title(name: string): string {
  if (name === "(anonymous)") return "A function";
  return name.startsWith("callback") ? `A ${name}` : name;
}

function longFile({ lines }: SourceFile, limit: number): FileDraft[] {
  if (lines <= limit) return [];
  const message = `The file has ${lines} lines (limit ${limit}).`;
  const fix = "Move declarations that belong together to another file (move_symbol).";
  return [{ rule: "max-lines", line: 1, message, fix, about: "", weight: lines / Math.max(1, limit) / 2 }];
}

const unsafe: Readonly<Record<UnsafeTypeKind, { what: string; fix: string; weight: number }>> = {
  any: {
    what: "Unsafe type: `any` switches type checking off",
    fix: "Name the type, or use unknown and narrow it.",
    weight: 0.3,
  },
  assertion: {
    what: "Type assertion that nothing checks",
    fix: "Narrow the value by a check, or give it that type.",
    weight: 0.1,
  },
  "non-null": { what: "Non-null assertion", fix: "Handle null and undefined.", weight: 0.15 },
  "ignored error": { what: "Suppressed type error", fix: "Fix the error that the comment suppresses.", weight: 0.5 },
};

function unsafeTypes({ unsafeTypes, functions }: KeptFacts): FileDraft[] {
  return unsafeTypes.map(({ kind, line }) => {
    const { what, fix, weight } = unsafe[kind];
    return { rule: ruleOfUnsafeType[kind], line, message: `${what}.`, fix, about: around(line, functions), weight };
  });
}

/** The innermost function around a line; "" outside of functions. */
function around(line: number, functions: readonly FunctionFacts[]): string {
  return functions.findLast((one) => one.line <= line && line <= one.endLine)?.name ?? "";
}
