import { throwIfCancelled, ToolError, cancelled } from "../../platform/errors.ts";
import type { CallContext } from "../answerCalls.ts";
import type { NamedRoot } from "../messages.ts";
import type { Incomplete } from "../../platform/call.ts";
import { createAnswerMemory } from "./answerMemory.ts";
import { createConfigReader, inferredSpec } from "./configs.ts";
import type { Config } from "./configs.ts";
import { createDiskFiles } from "./diskFiles.ts";
import type { DiskFiles } from "./diskFiles.ts";
import { createProject } from "./project.ts";
import type { Project, ProjectSpec } from "./project.ts";
import { createSharedLibraryRegistry } from "./registry.ts";
import { fileNameOf } from "./scriptFiles.ts";
import { isTypeScriptOrJavaScript, keyOf, slashed, ts } from "./ts.ts";

/** The workspace's projects, fresh for the question at hand. */
export interface View {
  /** Folders of the workspace. */
  readonly roots: readonly string[];
  readonly files: DiskFiles;
  /** Configured projects first, then the ones for loose files. */
  readonly projects: readonly Project[];
  readonly configs: readonly Config[];
  readonly incomplete: readonly Incomplete[];
  readonly context: CallContext;
  /** The project that answers for a file: the nearest tsconfig that has it. */
  projectOf(file: string): Project;
  /** A project of these files alone, which no other question sees; the same one while they stay the same. */
  projectOver(folder: string, fileNames: readonly string[]): Project;
  /** Every project whose program has the file. */
  projectsWith(file: string): Project[];
  /** The name callers use for an absolute path. */
  displayPath(file: string): string;
  /** Relative to the root that the file is in. */
  nameInRoot(file: string): string;
  isOwn(file: string): boolean;
}

export interface Engine {
  /** Runs one question on fresh projects; a cancel in the middle of it becomes CANCELLED. */
  ask<Answer>(context: CallContext, question: (view: View) => Answer): Answer;
  /** The same for a question whose answer depends on its query and the texts alone: asked again, it is remembered. */
  remembering<Query, Answer>(
    question: (view: View, query: Query) => Answer,
  ): (query: Query, context: CallContext) => Answer;
}

export function createEngine(namedRoots: readonly NamedRoot[]): Engine {
  const roots = namedRoots.map(({ prefix, path }) => ({ prefix, path: slashed(path) }));
  const files = createDiskFiles();
  const configs = createConfigReader(files);
  const registry = createSharedLibraryRegistry();
  const projects = new Map<string, Project>();
  const asides = new Map<string, Project>();
  let structure = 0;
  let configurations: readonly Config[] = [];
  let incomplete: Incomplete[] = [];
  let context: CallContext | undefined;
  const isCancelled = () => context?.isCancelled() ?? false;
  const displayPath = (file: string) => displayPathIn(roots, fileNameOf(slashed(file)));

  function discover(): void {
    if (structure === files.structure) return;
    const found = configs.discover(roots.map((root) => root.path));
    incomplete = found.incomplete.map(({ path, reason }) => ({ path: displayPath(path), reason }));
    configurations = found.configs;
    const wanted = new Set(found.specs.map((spec) => spec.id));
    for (const [id, project] of projects) {
      if (wanted.has(id)) continue;
      project.dispose();
      projects.delete(id);
    }
    for (const spec of found.specs) {
      const known = projects.get(spec.id);
      if (known) known.update(spec);
      else projects.set(spec.id, created(spec));
    }
    structure = files.structure;
  }

  function created(spec: ProjectSpec): Project {
    return createProject(spec, { files, registry, parsed: (config) => configs.parsed(config), isCancelled });
  }

  function projectOver(folder: string, fileNames: readonly string[]): Project {
    const spec = inferredSpec(folder, fileNames);
    const known = asides.get(folder);
    if (known?.spec.fileNames.join("\n") === fileNames.join("\n")) return known;
    if (known) known.update(spec);
    const project = known ?? created(spec);
    asides.set(folder, project);
    return project;
  }

  function view(current: CallContext): View {
    const all = [...projects.values()];
    return {
      roots: roots.map((root) => root.path),
      files,
      projects: all,
      configs: configurations,
      incomplete,
      context: current,
      displayPath,
      nameInRoot: (file) => relativeTo(rootOf(roots, file), file),
      isOwn: (file) => !file.includes("/node_modules/") && roots.some((root) => isBelow(root.path, file)),
      projectOf: (file) => projectOf(all, slashed(file)),
      projectOver,
      projectsWith: (file) => all.filter((project) => project.program().getSourceFile(file) !== undefined),
    };
  }

  function ask<Answer>(current: CallContext, question: (view: View) => Answer): Answer {
    if (current.isCancelled()) throw cancelled();
    throwIfCancelled(current.signal);
    context = current;
    try {
      files.refresh(current.overlays);
      discover();
      return question(view(current));
    } catch (error) {
      throw error instanceof ts.OperationCanceledException ? cancelled() : error;
    } finally {
      context = undefined;
    }
  }

  function remembering<Query, Answer>(question: (view: View, query: Query) => Answer) {
    const answers = createAnswerMemory<Answer>();
    return (query: Query, current: CallContext) =>
      ask(current, (fresh) => answers.get(files.generation, JSON.stringify(query), () => question(fresh, query)));
  }

  return { ask, remembering };
}

function projectOf(projects: readonly Project[], file: string): Project {
  if (!isTypeScriptOrJavaScript(file)) {
    throw new ToolError(
      "UNSUPPORTED_LANGUAGE",
      "Symbols, references and refactorings are available for TypeScript and JavaScript only.",
      "Use search_code or extract_code_components for this file.",
    );
  }
  const key = keyOf(file);
  const listed = projects.filter(({ spec }) => spec.fileNames.some((name) => keyOf(name) === key));
  const nearest = listed.sort((a, b) => b.spec.folder.length - a.spec.folder.length)[0];
  const found = nearest ?? projects.find((project) => project.program().getSourceFile(file) !== undefined);
  if (found) return found;
  throw new ToolError(
    "NOT_FOUND",
    "No project of the workspace has this file: it is excluded, generated or too many are loose.",
    "Include it in a tsconfig.json, or use search_code.",
  );
}

function rootOf(roots: readonly NamedRoot[], file: string): NamedRoot | undefined {
  return roots.find(({ path }) => isBelow(path, file));
}

function relativeTo(root: NamedRoot | undefined, file: string): string {
  return root ? file.slice(root.path.length + 1) : file;
}

function displayPathIn(roots: readonly NamedRoot[], file: string): string {
  const root = rootOf(roots, file);
  if (!root) return file;
  const relative = relativeTo(root, file);
  return [root.prefix, relative].filter(Boolean).join("/") || ".";
}

function isBelow(folder: string, file: string): boolean {
  const [at, within] = [keyOf(folder), keyOf(file)];
  return within === at || within.startsWith(at.endsWith("/") ? at : `${at}/`);
}
