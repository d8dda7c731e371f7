import { ruleTable } from "../quality/rules.ts";
import { isComplex } from "../quality/thresholds.ts";
import { totalComplexity } from "../syntax/facts.ts";
import type { RepositoryAnswer } from "./answer.ts";
import type { Churn } from "./churn.ts";
import type { Dependency } from "./dependency.ts";
import { modulesOf } from "./graph.ts";
import { healthOf } from "./health.ts";
import { codeOf } from "./insight.ts";
import type { CodeFile, Insight } from "./insight.ts";
import { untestedOf } from "./untested.ts";
import { isTest } from "../../platform/fileKinds.ts";
import { isProgramming } from "../files/languages.ts";
import type { Snapshot, SourceFile } from "../files/model.ts";

export interface Overview {
  readonly snapshot: Snapshot;
  readonly insight: Insight;
  readonly dependencies: readonly Dependency[];
  readonly churn: Churn;
  /** Start of the paths that are wanted: "" or a folder with "/" behind it. */
  readonly prefix: string;
}

/** The overview of a repository or of a folder in it. Lists are whole; cutting them to a budget is the tool's part. */
export function overviewOf({ snapshot, insight, churn, prefix, ...declared }: Overview): RepositoryAnswer {
  const files = snapshot.files.filter(({ path }) => path.startsWith(prefix));
  const isHere = (path: string) => path.startsWith(prefix);
  const dependencies = declared.dependencies.filter(({ manifest }) => isHere(manifest));
  const code = codeOf(files);
  const cycles = insight.cycles.filter(({ path }) => path.some(isHere));
  const functions = code.flatMap(({ facts }) => facts.functions.filter(({ kind }) => kind !== "field"));
  const written = files.filter(({ generated, language }) => !generated && isProgramming(language));
  const testFiles = written.filter(({ name }) => isTest(name));
  const sourceLines = linesOf(written) - linesOf(testFiles);
  const copies = insight.copies();
  const judged = new Set(code.map(({ path }) => path));
  const top = new Set(files.map(({ name }) => name.toLowerCase()));
  const health = healthOf({
    codeFiles: code.length,
    codeLines: linesOf(code),
    testLines: linesOf(testFiles),
    functions: functions.length,
    complexFunctions: functions.filter(isComplex).length,
    cyclicFiles: cycles.reduce((sum, { files: count, kind }) => sum + (kind === "load" ? count : 0), 0),
    linesInLongFiles: linesOf(code.filter(({ lines }) => lines > ruleTable["max-lines"].limit)),
    duplicatedLines: [...copies.linesOf].reduce((sum, [path, lines]) => sum + (judged.has(path) ? lines : 0), 0),
    unsafeTypes: code.reduce((sum, { facts }) => sum + facts.unsafeTypes.length, 0),
    typedLines: linesOf(code.filter(({ language }) => language !== "JavaScript")),
    hasReadme: prefix !== "" || [...top].some((name) => /^(?:[^/]+\/)?readme(?:\.[a-z]+)?$/.test(name)),
    hasLicence:
      prefix !== "" || [...top].some((name) => /^(?:[^/]+\/)?(?:licen[cs]e|copying)(?:[.-][\w.]+)?$/.test(name)),
  });
  return {
    files: files.length,
    lines: linesOf(files),
    languages: languagesOf(files),
    code: {
      files: written.length - testFiles.length,
      lines: sourceLines,
      functions: functions.length,
      complexity: functions.reduce((sum, { cyclomatic }) => sum + cyclomatic, 0),
    },
    tests: {
      files: testFiles.length,
      lines: linesOf(testFiles),
      ratio: sourceLines === 0 ? 0 : Math.round((100 * linesOf(testFiles)) / sourceLines) / 100,
    },
    generated: sumOf(files.filter(({ generated }) => generated)),
    ...(prefix === "" && { leftOut: snapshot.leftOut }),
    modules: modulesOf(
      files,
      insight.graph.links.filter(({ from, to }) => isHere(from) && isHere(to)),
      prefix,
    ),
    cycles,
    hotSpots: hotSpotsOf(code, churn),
    churn: churn.known ? "git" : "none",
    dependencies,
    licences: licencesOf(dependencies),
    entryPoints: insight.entryPoints.filter(({ path }) => isHere(path)),
    untested: untestedOf(snapshot, insight).filter(({ path }) => isHere(path)),
    health,
    incomplete: [...snapshot.incomplete.filter(({ path }) => isHere(path)), ...copies.incomplete],
  };
}

function linesOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { lines }) => sum + lines, 0);
}

function sumOf(files: readonly SourceFile[]): { files: number; lines: number } {
  return { files: files.length, lines: linesOf(files) };
}

function languagesOf(files: readonly SourceFile[]): RepositoryAnswer["languages"] {
  const totals = Map.groupBy(
    files.filter(({ isText }) => isText),
    ({ language }) => language,
  );
  return [...totals]
    .map(([language, own]) => ({ language, ...sumOf(own) }))
    .sort((a, b) => b.lines - a.lines || a.language.localeCompare(b.language));
}

/** Where changes are frequent and hard: commits × cyclomatic number of the file; without git the number alone. */
function hotSpotsOf(code: readonly CodeFile[], churn: Churn): RepositoryAnswer["hotSpots"] {
  return code
    .map(({ path, facts, lines }) => {
      const complexity = totalComplexity(facts);
      const commits = churn.changes.get(path) ?? 0;
      return {
        path,
        ...(churn.known && { commits }),
        complexity,
        lines,
        score: churn.known ? commits * complexity : complexity,
      };
    })
    .filter(({ complexity, score }) => complexity > 1 && score > 0)
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function licencesOf(dependencies: readonly Dependency[]): RepositoryAnswer["licences"] {
  const groups = Map.groupBy(dependencies, ({ licence }) => licence ?? "unknown");
  return [...groups]
    .map(([licence, own]) => ({ licence, dependencies: own.length }))
    .sort((a, b) => b.dependencies - a.dependencies);
}
