import path from "node:path/posix";
import type { View } from "../engine.ts";
import type { FileState } from "../fileState.ts";
import type { Project, ProjectSpec } from "../project.ts";
import { keyOf, ts } from "../ts.ts";

/** What referenced projects are built to. The compiler takes an import of that for one of the source, built or not. */
export interface Outputs {
  /** The source of a file that is or would be built. */
  sourceOf(output: string): string | undefined;
  /** What a source is built to, declarations first. */
  outputsOf(source: string): string[];
}

interface Tree {
  readonly sources: string;
  readonly outputs: string;
}

export interface OutputsDeps {
  readonly view: View;
  readonly files: FileState;
  /** Where a folder will be. */
  after?(folder: string): string;
}

const declaration = /\.d\.([cm]?)ts$/;
const script = /\.([cm]?)jsx?$/;
const source = /\.([cm]?)tsx?$/;

/** Of the projects that one refers to; undefined when that is none. */
export function outputsFor(project: Project, { view, files, after }: OutputsDeps): Outputs | undefined {
  const trees = referenced(view, project).flatMap(treesOf);
  return trees.length === 0 ? undefined : outputsIn(trees, files, after);
}

/** Of every project. */
export function allOutputs({ projects }: View, files: FileState): Outputs {
  return outputsIn(
    projects.flatMap(({ spec }) => treesOf(spec)),
    files,
  );
}

function outputsIn(trees: readonly Tree[], files: FileState, after = (folder: string) => folder): Outputs {
  const moved = trees.map(({ sources, outputs }) => ({ sources: after(sources), outputs: after(outputs) }));
  return {
    sourceOf(output) {
      const ending = declaration.test(output) ? declaration : script;
      const letter = ending.exec(output)?.[1];
      const tree = moved.find(({ outputs }) => output.startsWith(`${outputs}/`));
      if (letter === undefined || !tree) return undefined;
      const bare = path.join(tree.sources, output.slice(tree.outputs.length).replace(ending, ""));
      return [`.${letter}ts`, ".tsx"].map((one) => bare + one).find(files.exists);
    },
    outputsOf(file) {
      const letter = declaration.test(file) ? undefined : source.exec(file)?.[1];
      const tree = moved.find(({ sources }) => file.startsWith(`${sources}/`));
      if (letter === undefined || !tree) return [];
      const bare = path.join(tree.outputs, file.slice(tree.sources.length).replace(source, ""));
      return [`${bare}.d.${letter}ts`, `${bare}.${letter}js`];
    },
  };
}

/** The projects that one refers to, also by others. */
function referenced(view: View, project: Project): ProjectSpec[] {
  const found = new Map<string, ProjectSpec>();
  const waiting = [...(project.spec.references ?? [])];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const key = keyOf(ts.resolveProjectReferencePath(next));
    const spec = view.projects.find(({ id }) => keyOf(id) === key)?.spec;
    if (!spec || found.has(key)) continue;
    found.set(key, spec);
    waiting.push(...(spec.references ?? []));
  }
  return [...found.values()];
}

function treesOf({ folder, options }: ProjectSpec): Tree[] {
  const sources = options.rootDir ?? folder;
  const folders = new Set([options.declarationDir, options.outDir]);
  return [...folders].flatMap((outputs) =>
    outputs === undefined || outputs === sources ? [] : [{ sources, outputs }],
  );
}
