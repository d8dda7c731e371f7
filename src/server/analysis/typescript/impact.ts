import path from "node:path/posix";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Diagnostic, Impact, ImpactQuery } from "../types.ts";
import { diagnosticsOf, tokenOf } from "./diagnostics.ts";
import type { View } from "./engine.ts";
import type { After } from "./fileState.ts";
import { forkProgram, textsAfter } from "./fork.ts";
import type { Renamed } from "./fork.ts";
import type { CheckNames } from "./names.ts";
import type { Project } from "./project.ts";
import { importedFiles, isTypeScriptOrJavaScript, keyOf, slashed } from "./ts.ts";
import type { ts } from "./ts.ts";

interface Kept {
  readonly key: string;
  readonly timeoutMs: number;
  readonly impact: Impact;
}

const maxKept = 8;
/** The copies of an unfinished check are kept this long: they are as large as the projects. */
const keptForkMs = 60_000;

/** Remembers the last answers while no file changes: a plan that was previewed is mostly applied next. */
export function createImpactCache(checkNames: CheckNames): (view: View, query: ImpactQuery) => Impact {
  let kept: Kept[] = [];
  const forks = createForks();
  const keep = (one: Kept): Impact => {
    kept = [one, ...kept.filter(({ key }) => key !== one.key)].slice(0, maxKept);
    return one.impact;
  };
  return (view, query) => {
    const key = JSON.stringify([view.files.generation, query.scope, query.changes]);
    const known = kept.find((item) => item.key === key);
    // A check that ended too early goes on when it gets as much time again.
    if (known && (known.impact.late !== true || query.timeoutMs < known.timeoutMs)) return known.impact;
    const names = checkNames(view, query.changes);
    if (names?.sure) {
      const impact = { added: [], removed: [], scope: names.files, complete: true, byNames: true } as const;
      return keep({ key, timeoutMs: query.timeoutMs, impact });
    }
    const impact = impactOf(view, query, forks.of(view, query.changes));
    return keep({ key, timeoutMs: query.timeoutMs, impact });
  };
}

type Fork = typeof forkProgram;

/**
 * The copies for the last changes that were asked about. The compiler remembers what it found in a file, so that a check that
 * had no time for every file goes on where it ended.
 */
function createForks(): { of(view: View, changes: readonly FileChange[]): Fork } {
  let kept: { readonly key: string; readonly programs: Map<Project, ts.Program> } | undefined;
  let dropping: NodeJS.Timeout | undefined;
  return {
    of(view, changes) {
      const key = JSON.stringify([view.files.generation, changes]);
      if (kept?.key !== key) kept = { key, programs: new Map() };
      const { programs } = kept;
      clearTimeout(dropping);
      dropping = setTimeout(() => (kept = undefined), keptForkMs).unref();
      return (...args) => {
        const [, project] = args;
        const program = programs.get(project) ?? forkProgram(...args);
        programs.set(project, program);
        return program;
      };
    },
  };
}

/** Which diagnostics the changes would add and remove: the projects now against copies that have the changes. */
function impactOf(view: View, { changes, scope, timeoutMs }: ImpactQuery, forkOf: Fork): Impact {
  const deadline = Date.now() + timeoutMs;
  const after = textsAfter(view, changes);
  const renamed = new Map(
    changes.flatMap((change) => (change.kind === "rename" ? [[keyOf(slashed(change.path)), slashed(change.to)]] : [])),
  );
  const totals = createTotals((file) => renamed.get(keyOf(file)) ?? file);
  const isPlain = ![...after.keys()].some((file) => configures(view, file));
  let isLate = false;
  for (const { project, own } of touched(view, after)) {
    const isWhole =
      Date.now() <= deadline && compare({ view, project, own, after, renamed, scope, deadline, totals, forkOf });
    if (!isWhole) isLate = true;
  }
  return { ...totals.impact(), complete: isPlain && !isLate, ...(isLate && { late: true }) };
}

/** A diagnostic with the code that it is about, by which it is known again when the compiler words it differently. */
interface Found extends Diagnostic {
  readonly at: string;
  /** The same for an error with and without a proposal of another name. */
  readonly words: string;
  /** What it says of an import that another import of the same may say too. */
  readonly ofImport: string | undefined;
}

interface BothSides {
  readonly before: readonly Found[];
  readonly after: readonly Found[];
}

interface Totals {
  add(file: string, sides: BothSides): void;
  /** What is known by now. */
  impact(): Impact;
}

function createTotals(pathAfter: (file: string) => string): Totals {
  const before: Found[] = [];
  const after: Found[] = [];
  const files = new Set<string>();
  let changed: Pick<Impact, "added" | "removed"> | undefined;
  return {
    add(file, sides) {
      files.add(keyOf(file));
      before.push(...sides.before.map((item) => ({ ...item, path: pathAfter(item.path) })));
      after.push(...sides.after);
      if (sides.before.length + sides.after.length > 0) changed = undefined;
    },
    impact() {
      changed ??= difference(before, after);
      return { ...changed, scope: files.size, complete: false };
    },
  };
}

interface Comparison {
  readonly view: View;
  readonly project: Project;
  readonly own: (file: string) => boolean;
  readonly after: After;
  readonly renamed: Renamed;
  readonly scope: ImpactQuery["scope"];
  readonly deadline: number;
  readonly totals: Totals;
  readonly forkOf: Fork;
}

/** Whether there was time for every file. */
function compare(comparison: Comparison): boolean {
  const { view, project, own, after, renamed, scope, deadline, totals, forkOf } = comparison;
  const base = project.program();
  const fork = forkOf(view, project, after, renamed);
  const token = tokenOf(view, deadline);
  for (const file of scopeOf({ base, fork, after, whole: scope === "dependents" })) {
    // Another project may have changed files that this one has not.
    if (!base.getSourceFile(file) && !fork.getSourceFile(file)) continue;
    if (!own(file)) continue;
    // A file that another project has may come into this one, with the errors that it had there.
    const was = base.getSourceFile(file) ? base : (view.projectsWith(file)[0]?.program() ?? base);
    const sides = Date.now() > deadline ? undefined : bothSides({ base: was, fork, file, renamed, token, deadline });
    if (!sides) return false;
    totals.add(file, sides);
    view.context.partial(totals.impact());
  }
  return true;
}

interface Sides {
  readonly base: ts.Program;
  readonly fork: ts.Program;
  readonly file: string;
  readonly renamed: Renamed;
  readonly token: ts.CancellationToken;
  readonly deadline: number;
}

/** A file's diagnostics before and after, or undefined when the time is over: half of it would look like a change. */
function bothSides({ base, fork, file, renamed, token, deadline }: Sides): BothSides | undefined {
  const was = base.getSourceFile(file);
  const is = fork.getSourceFile(file);
  const old = was ?? base.getSourceFile([...renamed].find(([, to]) => keyOf(to) === file)?.[0] ?? file);
  const fresh = is ?? fork.getSourceFile(renamed.get(file) ?? file);
  // A rename changes the text of lines, other edits their numbers.
  const hasSameLines = old !== undefined && old.getLineStarts().length === fresh?.getLineStarts().length;
  const placed = (source: ts.SourceFile, item: Diagnostic): Found => ({
    ...item,
    at: hasSameLines ? String(item.line) : lineText(source, item.line),
    words: plainWords(item),
    ofImport: errorOfImport(source.fileName, item),
  });
  const found = (program: ts.Program, source: ts.SourceFile) =>
    diagnosticsOf(program, source, token)
      .filter(({ code }) => !globalTypeCodes.has(code))
      .map((item) => placed(source, item));
  try {
    return { after: is ? found(fork, is) : [], before: was ? found(base, was) : [] };
  } catch (error) {
    if (Date.now() > deadline) return undefined;
    throw error;
  }
}

/** Says how other files are read, so that a change of it can reach every one of them: a copy does not show that. */
function configures({ projects, configs }: View, file: string): boolean {
  if (projects.length === 0) return false;
  return /\/(?:package|[jt]sconfig)\.json$/.test(file) || configs.some(({ sources }) => sources.has(keyOf(file)));
}

/** Projects that have a changed file, each with the files it answers for, so that none is counted twice. */
function touched(view: View, after: After): { project: Project; own(file: string): boolean }[] {
  const paths = [...after.keys()];
  const projects = view.projects.filter((project) => {
    const program = project.program();
    return paths.some(
      (file) =>
        program.getSourceFile(file) !== undefined ||
        (canBeImported(file) && !view.files.exists(file) && isNearest(view, project, file)),
    );
  });
  // The one that lists a file: to those that refer to its project it is as if it were built, and not checked.
  const taken = new Map<string, Project>();
  for (const project of projects) {
    for (const file of project.spec.fileNames) if (!taken.has(keyOf(file))) taken.set(keyOf(file), project);
  }
  return projects.map((project) => ({
    project,
    own(file) {
      if (!view.isOwn(file)) return false;
      const first = taken.get(keyOf(file)) ?? project;
      taken.set(keyOf(file), first);
      return first === project;
    },
  }));
}

function canBeImported(file: string): boolean {
  return isTypeScriptOrJavaScript(file) || file.endsWith(".json");
}

/** A file that does not exist yet belongs to the deepest project folder above it. */
function isNearest(view: View, project: Project, file: string): boolean {
  const above = view.projects.filter(({ spec }) => file.startsWith(`${spec.folder}/`));
  const deepest = Math.max(...above.map(({ spec }) => spec.folder.length));
  return above.find(({ spec }) => spec.folder.length === deepest) === project;
}

interface Scope {
  readonly base: ts.Program;
  readonly fork: ts.Program;
  readonly after: After;
  /** Everything that depends on a changed file, however far; else only what imports one directly. */
  readonly whole: boolean;
}

/** The changed files, then what imports them, nearest first. */
function* scopeOf({ base, fork, after, whole }: Scope): Generator<string> {
  const importers = importersIn([base, fork]);
  const seen = new Set([...after.keys()].map(keyOf));
  let level = [...seen];
  yield* level;
  for (let depth = 0; level.length > 0 && (whole || depth === 0); depth++) {
    level = level
      .flatMap((file) => [...(importers.get(file) ?? [])])
      .filter((file) => !seen.has(file) && seen.add(file));
    yield* level;
  }
}

function importersIn(programs: readonly ts.Program[]): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  for (const program of programs) {
    for (const file of program.getSourceFiles()) {
      if (program.isSourceFileFromExternalLibrary(file)) continue;
      for (const imported of importedFiles(program, file)) {
        const key = keyOf(imported);
        const known = importers.get(key);
        if (known) known.add(keyOf(file.fileName));
        else importers.set(key, new Set([keyOf(file.fileName)]));
      }
    }
  }
  return importers;
}

function lineText(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts();
  return file.text.slice(starts[line - 1] ?? 0, starts[line]).trim();
}

type KeyOf = (item: Found) => string;

/** Each takes away what the one before it left: lines move with every edit, so they are not part of the first. */
const sameness: readonly KeyOf[] = [
  ({ path, words }) => JSON.stringify([path, words]),
  // An error that goes from one file to another with its code is no new one.
  ({ words }) => words,
  // The compiler may call the same type by an alias or not, as the order of its questions is.
  ({ path, words, at }) => JSON.stringify([path, words.slice(0, words.indexOf(" ")), at]),
];

function difference(before: readonly Found[], after: readonly Found[]): Pick<Impact, "added" | "removed"> {
  let [removed, added] = [before, after];
  for (const keyOfItem of sameness) {
    [removed, added] = [minus(removed, added, keyOfItem), minus(added, removed, keyOfItem)];
  }
  // One import more of what is not there, because two files need it now, is no other error.
  const known = new Set(before.map(({ ofImport }) => ofImport));
  added = added.filter(({ ofImport }) => ofImport === undefined || !known.has(ofImport));
  return { added: added.map(plain), removed: removed.map(plain) };
}

function plain({ path: file, line, column, code, message, severity }: Found): Diagnostic {
  return { path: file, line, column, code, message, severity };
}

/** The codes of errors with a proposal, and what they are without. */
const withoutProposal: Readonly<Record<number, number>> = {
  2551: 2339,
  2552: 2304,
  2561: 2353,
  2576: 2339,
  2662: 2304,
  2663: 2304,
  2724: 2305,
  2820: 2322,
  2833: 2503,
};

/** The code and the message, without the name that the compiler proposes: that depends on what else is in scope. */
function plainWords({ code, message }: Diagnostic): string {
  const known = withoutProposal[code];
  return known === undefined ? `${code} ${message}` : `${known} ${message.replace(/ (?:Did|did) you mean .*$/s, "")}`;
}

/** A global type is not there, or not as it must be: said once, with whatever file is the first to need it. */
const globalTypeCodes = new Set([2316, 2317, 2318]);

/** Cannot find module, its declarations, or it as JSON. */
const missingModuleCodes = new Set([2307, 2732, 2792, 7016]);
/** The ending of a relative import does not fit the configuration, or JSX has no module to import. */
const configurationCodes = new Set([2691, 2834, 2835, 2875, 5097]);

function errorOfImport(file: string, { code, message }: Diagnostic): string | undefined {
  if (configurationCodes.has(code)) return String(code);
  const specifier = missingModuleCodes.has(code) ? /'([^']+)'/.exec(message)?.[1] : undefined;
  // A relative specifier is written otherwise in another folder.
  return specifier?.startsWith(".") ? path.join(path.dirname(file), specifier) : specifier;
}

/** Multiset difference. */
function minus(all: readonly Found[], less: readonly Found[], keyOfItem: KeyOf): Found[] {
  const left = new Map<string, number>();
  for (const item of less) left.set(keyOfItem(item), (left.get(keyOfItem(item)) ?? 0) + 1);
  return all.filter((item) => {
    const count = left.get(keyOfItem(item)) ?? 0;
    if (count > 0) left.set(keyOfItem(item), count - 1);
    return count === 0;
  });
}
