import type { View } from "../engine.ts";
import type { After } from "../fileState.ts";
import type { Project } from "../project.ts";
import { importedFiles, isTypeScriptOrJavaScript, keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";

/** Projects that have a changed file, each with the files it answers for, so that none is counted twice. */
export function touched(view: View, after: After): { project: Project; own(file: string): boolean }[] {
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
export function* scopeOf({ base, fork, after, whole }: Scope): Generator<string> {
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
