import type { Impact, ImpactQuery } from "../../types.ts";
import { diagnosticsOf, tokenOf } from "../diagnostics.ts";
import type { View } from "../engine.ts";
import type { After } from "../fileState.ts";
import { forkProgram, textsAfter } from "../fork.ts";
import type { Renamed } from "../fork.ts";
import type { Project } from "../project.ts";
import { keyOf, slashed } from "../ts.ts";
import type { ts } from "../ts.ts";
import { difference, isOfGlobalType, recognizable } from "./sameErrors.ts";
import type { Found } from "./sameErrors.ts";
import { scopeOf, touched } from "./scope.ts";

/** Makes the copy of a project that has the changes. */
export type Fork = typeof forkProgram;

interface Comparing extends Omit<ImpactQuery, "scope"> {
  /** The changed files and what imports them, or all that depends on them; or the files of these keys. */
  readonly scope: "importers" | "dependents" | ReadonlySet<string>;
}

/** Which diagnostics the changes would add and remove: the projects now against copies that have the changes. */
export function impactOf(view: View, { changes, scope, timeoutMs }: Comparing, forkOf: Fork): Impact {
  const deadline = Date.now() + timeoutMs;
  const after = textsAfter(view, changes);
  const renamed = new Map(
    changes.flatMap((change) => (change.kind === "rename" ? [[keyOf(slashed(change.path)), slashed(change.to)]] : [])),
  );
  const isPlain = ![...after.keys()].some((file) => configures(view, file));

  function comparedWith(baseOf: (project: Project) => ts.Program): Impact {
    const totals = createTotals((file) => renamed.get(keyOf(file)) ?? file);
    let isLate = false;
    for (const { project, own } of touched(view, after)) {
      const comparison = { view, project, baseOf, own, after, renamed, scope, deadline, totals, forkOf };
      if (Date.now() > deadline || !compare(comparison)) isLate = true;
    }
    return { ...totals.impact(), complete: isPlain && !isLate, ...(isLate && { late: true }) };
  }

  const known = comparedWith((project) => project.program());
  if (known.added.length === 0 || known.late === true) return known;
  // Some errors depend on what the compiler was asked before: a copy without the changes is asked the same as the one with them.
  const again = comparedWith((project) => forkProgram(view, project, new Map()));
  return again.late === true ? known : again;
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
  /** The project as it is now. */
  readonly baseOf: (project: Project) => ts.Program;
  readonly own: (file: string) => boolean;
  readonly after: After;
  readonly renamed: Renamed;
  readonly scope: Comparing["scope"];
  readonly deadline: number;
  readonly totals: Totals;
  readonly forkOf: Fork;
}

/** Whether there was time for every file. */
function compare(comparison: Comparison): boolean {
  const { view, project, baseOf, own, after, renamed, scope, deadline, totals, forkOf } = comparison;
  const base = baseOf(project);
  const fork = forkOf(view, project, after, renamed);
  const token = tokenOf(view, deadline);
  const files = typeof scope === "string" ? scopeOf({ base, fork, after, whole: scope === "dependents" }) : scope;
  for (const file of files) {
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
  const found = (program: ts.Program, source: ts.SourceFile) =>
    diagnosticsOf(program, source, token)
      .filter((item) => !isOfGlobalType(item))
      .map((item) => recognizable(source, item, hasSameLines));
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
