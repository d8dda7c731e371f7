import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { Impact, ImpactQuery } from "../../types.ts";
import type { View } from "../engine.ts";
import { forkProgram } from "../fork.ts";
import type { CheckNames } from "../names.ts";
import type { Project } from "../project.ts";
import type { ts } from "../ts.ts";
import { checkMove } from "../sameNames/checkMove.ts";
import { isNameOfOthers } from "./farUses.ts";
import { impactOf } from "./impact.ts";
import type { Fork } from "./impact.ts";

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
    const forkOf = forks.of(view, query.changes);
    const move = checkMove(view, query.changes, forkOf);
    if (move) {
      const { complete, late, ...found } = impactOf(view, { ...query, scope: move.rewritten }, forkOf);
      const impact = { ...found, complete, ...(late && { late }), scope: move.files, byNames: true } as const;
      return keep({ key, timeoutMs: query.timeoutMs, impact });
    }
    const isWide = query.scope === "dependents" || (query.scope === "reached" && isNameOfOthers(view, query.changes));
    const scope = isWide ? "dependents" : "importers";
    const impact = impactOf(view, { ...query, scope }, forkOf);
    return keep({ key, timeoutMs: query.timeoutMs, impact });
  };
}

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
