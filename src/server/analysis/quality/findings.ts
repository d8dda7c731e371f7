import type { Insight } from "../repository/insight.ts";
import { isTest } from "../files/kinds.ts";
import type { SourceFile } from "../files/model.ts";
import type { CodeFacts, FunctionFacts, HoleKind } from "../syntax/facts.ts";
import type { Finding, Rule } from "./answer.ts";
import { isComplex, thresholds } from "./thresholds.ts";

/** How bad: 1 is right at the threshold. Findings of different rules are ranked by it. */
export interface Weighed extends Finding {
  readonly weight: number;
}

type Found = Omit<Weighed, "path">;

const lineText = (lines: readonly number[]) =>
  `${lines.slice(0, 8).join(", ")}${lines.length > 8 ? `, and ${lines.length - 8} more` : ""}`;

/** What can be said of a file by itself. `each`: every hole in the types is a finding, instead of one for each kind. */
export function fileFindings(file: SourceFile & { readonly facts: CodeFacts }, each: boolean): Weighed[] {
  const found: Found[] = [
    ...file.facts.problems.slice(0, 5).map(({ line, message }) => ({
      rule: "syntax-error" as const,
      line,
      message: `The code does not parse: ${message}`,
      fix: "Mend the syntax; the numbers of this file hold only for what was understood.",
      weight: 10,
    })),
    ...file.facts.functions.flatMap(functionFindings),
    ...longFile(file),
    ...holeFindings(file.facts, each),
  ];
  const factor = isTest(file.name) ? 0.5 : 1;
  return found.map((one) => ({ ...one, path: file.path, weight: one.weight * factor }));
}

function functionFindings(one: FunctionFacts): Found[] {
  const { line, cyclomatic, cognitive, nesting, parameters } = one;
  const name = one.name.startsWith("callback") ? `A ${one.name}` : one.name === "(anonymous)" ? "A function" : one.name;
  const lines = one.endLine - line + 1;
  const found: Found[] = [];
  const add = (rule: Rule, weight: number, message: string, fix: string) =>
    found.push({ rule, line, message: `${name} ${message}`, fix, weight });
  if (isComplex(one)) {
    const numbers = `cyclomatic complexity ${cyclomatic} (limit ${thresholds.cyclomatic}) and cognitive complexity ${cognitive} (limit ${thresholds.cognitive}).`;
    const weight = Math.max(cyclomatic / thresholds.cyclomatic, cognitive / thresholds.cognitive);
    add("complexity", weight, `has ${numbers}`, "Extract the branches into functions of their own (extract_function).");
  }
  if (nesting > thresholds.nesting) {
    const fix = "Return early, or extract the inner blocks.";
    add(
      "deep-nesting",
      nesting / thresholds.nesting,
      `nests blocks ${nesting} deep (limit ${thresholds.nesting}).`,
      fix,
    );
  }
  if (lines > thresholds.functionLines) {
    const fix = "Split it by its steps.";
    add(
      "long-function",
      lines / thresholds.functionLines,
      `has ${lines} lines (limit ${thresholds.functionLines}).`,
      fix,
    );
  }
  if (parameters > thresholds.parameters) {
    const fix = "Take one object, or split the function.";
    const weight = parameters / thresholds.parameters;
    add("too-many-parameters", weight, `takes ${parameters} parameters (limit ${thresholds.parameters}).`, fix);
  }
  return found;
}

function longFile({ lines }: SourceFile): Found[] {
  if (lines <= thresholds.fileLines) return [];
  const message = `The file has ${lines} lines (limit ${thresholds.fileLines}).`;
  const fix = "Move what belongs together to files of its own (move_symbol).";
  return [{ rule: "long-file", line: 1, message, fix, weight: lines / thresholds.fileLines / 2 }];
}

const holeRules: Readonly<Record<HoleKind, { rule: Rule; what: string; fix: string; weight: number }>> = {
  any: {
    rule: "any-type",
    what: "`any` switches type checking off",
    fix: "Say the type, or use unknown and narrow it.",
    weight: 0.3,
  },
  assertion: {
    rule: "type-assertion",
    what: "a type is asserted and not checked",
    fix: "Narrow it by a check, or let the value have that type.",
    weight: 0.1,
  },
  "non-null": {
    rule: "non-null-assertion",
    what: "a value is claimed to be there",
    fix: "Handle null and undefined.",
    weight: 0.15,
  },
  "ignored error": {
    rule: "ignored-type-error",
    what: "a type error is hidden",
    fix: "Mend the error that the comment hides.",
    weight: 0.5,
  },
};

function holeFindings({ holes }: CodeFacts, each: boolean): Found[] {
  return [...Map.groupBy(holes, ({ kind }) => kind)].flatMap(([kind, own]) => {
    const { rule, what, fix, weight } = holeRules[kind];
    const sentence = what.charAt(0).toUpperCase() + what.slice(1);
    if (each) return own.map(({ line }) => ({ rule, line, message: `${sentence}.`, fix, weight }));
    const lines = own.map(({ line }) => line);
    const message = own.length === 1 ? `${sentence}.` : `${sentence} ${own.length} times (lines ${lineText(lines)}).`;
    // Twenty of them in one file are as bad as a function at its limit; more do not outdo a hard one.
    return [{ rule, line: lines[0] ?? 1, message, fix, weight: Math.min(2, weight * Math.sqrt(own.length)) }];
  });
}

/** What only the whole repository can tell of these files. */
export function linkFindings(insight: Insight, files: ReadonlyMap<string, SourceFile>, total: number): Weighed[] {
  const found: Weighed[] = [];
  for (const { tokens, lines, first, second } of insight.copies().found) {
    for (const [here, there] of [
      [second, first],
      [first, second],
    ] as const) {
      if (!files.has(here.path)) continue;
      const message = `Lines ${here.line} to ${here.endLine} are the same as ${there.path}:${there.line}.`;
      const fix = "Move the common part to one place and use it from both.";
      const weight = Math.min(3, Math.sqrt(tokens / thresholds.copyTokens)) * (lines > 30 ? 1 : 0.7);
      found.push({ rule: "duplicate-code", path: here.path, line: here.line, message, fix, weight });
      break;
    }
  }
  for (const { kind, path, files: count } of insight.cycles) {
    // Told from a file that was asked for.
    const start = path.findIndex((one) => files.has(one));
    const round = [...path.slice(start), ...path.slice(0, start)];
    const [first, second] = round;
    if (kind !== "load" || start < 0 || first === undefined) continue;
    const line = insight.graph.links.find(({ from, to }) => from === first && to === second)?.line ?? 1;
    const message = `${count} files import each other in a circle: ${[...round, first].join(" → ")}.`;
    const fix = "Move what both need to a file of its own, or import the type only.";
    found.push({ rule: "import-cycle", path: first, line, message, fix, weight: 1.2 + count / 20 });
  }
  const evidence = `none of the other ${total - 1} files imports it`;
  for (const { path, line, name, usedHere, onlyTests } of insight.unused.exports) {
    if (!files.has(path)) continue;
    const why = onlyTests ? "only tests import it" : evidence;
    const message = `${name} is exported, but ${why}${usedHere ? "; this file uses it itself" : ""}.`;
    const fix = usedHere
      ? "Drop `export` if nothing outside needs it."
      : "Remove it if nothing outside needs it (safe_delete).";
    found.push({ rule: "unused-export", path, line, message, fix, weight: usedHere ? 0.35 : 0.6 });
  }
  for (const path of insight.unused.files) {
    if (!files.has(path)) continue;
    const message = `The file is no entry point, and ${evidence}.`;
    found.push({
      rule: "unused-file",
      path,
      line: 1,
      message,
      fix: "Remove it if no tool finds it by name.",
      weight: 0.8,
    });
  }
  return found;
}
