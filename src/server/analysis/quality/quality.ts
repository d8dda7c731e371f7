import type { CodeFile, Insight } from "../repository/insight.ts";
import type { SourceFile } from "../files/model.ts";
import type { FunctionFacts } from "../syntax/facts.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { Distribution, Finding, FunctionMetrics, Metrics, QualityAnswer } from "./answer.ts";
import { fileFindings, judged, onePerLine, worseFirst } from "./findings.ts";
import type { Weighed } from "./findings.ts";
import { linkFindings } from "./linkFindings.ts";
import type { Rule } from "../../../protocol/findings.ts";
import { newOnes, nothingKnown } from "./baseline.ts";
import type { KnownFindings } from "./baseline.ts";
import type { QualityRules } from "./config.ts";

/** More findings than this are counted and not listed. */
const maxFindings = 20_000;
const maxWorst = 10;

export interface Judged {
  readonly files: readonly CodeFile[];
  readonly incomplete: readonly Incomplete[];
  /** One file or piece of code. */
  readonly isSingle: boolean;
  /** What the whole repository shows; absent for a piece of code. */
  readonly insight?: Insight | undefined;
  /** Parsed files of the repository. */
  readonly known: number;
  readonly rules: QualityRules;
  readonly baseline?: KnownFindings;
}

/** Metrics and findings of some files, worst first. */
export function qualityOf({
  files,
  incomplete,
  isSingle,
  insight,
  known,
  rules,
  baseline = nothingKnown,
}: Judged): QualityAnswer {
  const byPath = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const all: Weighed[] = files.flatMap((file) => fileFindings(file, rules.of(file)));
  const drafts = insight ? linkFindings({ insight, files: byPath, total: known }) : [];
  for (const [path, own] of Map.groupBy(drafts, (draft) => draft.path)) {
    const file = byPath.get(path);
    if (file) all.push(...judged(own, rules.of(file)));
  }
  const found = onePerLine(all.sort(worseFirst));
  const fresh = [...rules.problems, ...baseline.problems, ...newOnes(found, baseline)];
  return {
    metrics: metricsOf(files, { isSingle, insight, found }),
    findings: fresh.slice(0, maxFindings).map(plain),
    inBaseline: found.length + rules.problems.length + baseline.problems.length - fresh.length,
    incomplete: [...incomplete, ...(insight?.copies().incomplete ?? []), ...leftOut(fresh.length)],
  };
}

function leftOut(total: number): Incomplete[] {
  if (total <= maxFindings) return [];
  return [
    { path: ".", reason: `The ${total - maxFindings} least findings are counted in the metrics and not listed.` },
  ];
}

function plain({ weight: _weight, ...finding }: Weighed): Finding {
  return finding;
}

interface Beside {
  readonly isSingle: boolean;
  readonly insight: Insight | undefined;
  readonly found: readonly Finding[];
}

function metricsOf(files: readonly CodeFile[], { isSingle, insight, found }: Beside): Metrics {
  const functions = files.flatMap(({ path, facts }) =>
    facts.functions.filter(({ kind }) => kind !== "field").map((one) => ({ path, one })),
  );
  const unsafeTypes: Record<string, number> = {};
  for (const { kind } of files.flatMap(({ facts }) => facts.unsafeTypes))
    unsafeTypes[kind] = (unsafeTypes[kind] ?? 0) + 1;
  const rules: Partial<Record<Rule, number>> = {};
  for (const { rule } of found) rules[rule] = (rules[rule] ?? 0) + 1;
  const copied = insight?.copies().linesOf;
  return {
    files: files.length,
    lines: files.reduce((sum, { lines }) => sum + lines, 0),
    functions: functions.length,
    cyclomatic: distribution(functions.map(({ one }) => one.cyclomatic)),
    cognitive: distribution(functions.map(({ one }) => one.cognitive)),
    nesting: functions.reduce((most, { one }) => Math.max(most, one.nesting), 0),
    ...(copied && { duplicatedLines: files.reduce((sum, { path }) => sum + (copied.get(path) ?? 0), 0) }),
    unsafeTypes: unsafeTypes,
    ...(isSingle && insight && coupling(files, insight)),
    worst: functions
      .sort((a, b) => b.one.cognitive - a.one.cognitive || b.one.cyclomatic - a.one.cyclomatic)
      .slice(0, isSingle ? maxWorst : maxWorst / 2)
      .map(({ path, one }) => functionMetrics(one, isSingle ? undefined : path)),
    findings: rules,
  };
}

function coupling(files: readonly CodeFile[], { graph }: Insight): Pick<Metrics, "imports" | "importedBy"> {
  const [file] = files;
  const ends = (from: "from" | "to", to: "from" | "to") =>
    new Set(graph.links.filter((link) => link[from] === file?.path).map((link) => link[to])).size;
  return { importedBy: ends("to", "from"), imports: ends("from", "to") };
}

function functionMetrics(one: FunctionFacts, path: string | undefined): FunctionMetrics {
  const { name, line, endLine, cyclomatic, cognitive, nesting, parameters } = one;
  const lines = endLine - line + 1;
  return { name, ...(path !== undefined && { path }), line, lines, cyclomatic, cognitive, nesting, parameters };
}

function distribution(values: readonly number[]): Distribution {
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    total,
    mean: values.length === 0 ? 0 : Math.round((100 * total) / values.length) / 100,
    max: values.reduce((most, value) => Math.max(most, value), 0),
  };
}
