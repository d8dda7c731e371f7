import path from "node:path/posix";
import type { View } from "../engine.ts";
import { filesAfter, filesNow } from "../fileState.ts";
import type { FileState } from "../fileState.ts";
import type { Project } from "../project.ts";
import { keyOf, ts } from "../ts.ts";
import { outputsFor } from "./outputs.ts";
import type { Outputs } from "./outputs.ts";
import { createResolver } from "./resolver.ts";

/** Who imports, and what its other specifiers look like. */
export interface Importer {
  readonly file: ts.SourceFile;
  readonly project: Project;
  /** A specifier that the new one shall look like. */
  readonly model?: string | undefined;
  /** Whether it is loaded as CommonJS or as a module, where that decides what is found. */
  readonly mode?: ts.ResolutionMode;
}

/** The specifier by which a file reaches a target, which need not exist yet; undefined when nothing reaches it. */
export function specifierTo(view: View, importer: Importer, target: string): string | undefined {
  const { file, project } = importer;
  const { options, folder } = project.spec;
  const files = stateWith(view, target);
  const model = importer.model ?? firstRelative(file);
  const asking = { from: file.fileName, files, options, folder, model, outputs: outputsFor(project, { view, files }) };
  return [...specifiersTo(asking, target)].find((specifier) => reaches(view, importer, specifier, target));
}

/** Whether a specifier leads to the target by the importer's own options. */
export function reaches(
  view: View,
  { file, project, mode = file.impliedNodeFormat }: Importer,
  specifier: string,
  target: string,
): boolean {
  const { options, folder } = project.spec;
  const files = stateWith(view, target);
  const resolver = createResolver({ files, options, folder, outputs: outputsFor(project, { view, files }) });
  const found = resolver.resolve(specifier, { from: file.fileName, mode });
  return found !== undefined && keyOf(found) === keyOf(target);
}

function stateWith({ files }: View, target: string): FileState {
  return files.exists(target) ? filesNow(files) : filesAfter(files, new Map([[target, ""]]));
}

/** A file that imports, as it is or as it will be. */
export interface Asking {
  readonly from: string;
  readonly files: FileState;
  readonly options: ts.CompilerOptions;
  /** Of the project. */
  readonly folder: string;
  /** A specifier that the new one shall look like. */
  readonly model?: string | undefined;
  /** Relative specifiers may lead to other packages, as the model did. */
  readonly crosses?: boolean;
  readonly outputs?: Outputs | undefined;
}

/** What may lead to a target, the fitting ones first; each is still to be resolved. */
export function* specifiersTo(asking: Asking, target: string): Generator<string> {
  const { model, files, from, crosses = false } = asking;
  const isRelative = model === undefined || model.startsWith(".");
  const own = packageOf(files, from);
  const its = packageOf(files, target);
  if (!isRelative) yield* mapped(asking, target, its, own);
  if (crosses || own?.folder === its?.folder) yield* relative(asking, target);
  if (isRelative) yield* mapped(asking, target, its, own);
}

/** By `paths` of the tsconfig, `exports` of the target's package, or `imports` of the own one. */
function* mapped(asking: Asking, target: string, its?: Package, own?: Package): Generator<string> {
  const { outputs } = asking;
  yield* byPaths(asking, target);
  if (!its) return;
  const built = outputs?.outputsOf(target) ?? [];
  // What is imported is what is built, unless the model leads to the sources.
  const [folder = ""] = path.relative(its.folder, target).split("/");
  const isOfSources = asking.model?.startsWith(`${path.join(its.name, folder)}/`) === true;
  for (const file of isOfSources ? [target, ...built] : [...built, target]) {
    if (its.folder === own?.folder) yield* byMap(its, its.imports, file);
    yield* byName(asking, file, its);
  }
}

function* byName(
  { model = "", options }: Asking,
  target: string,
  { name, folder, exports }: Package,
): Generator<string> {
  if (exports === undefined) {
    yield name;
    yield* withEndings(path.join(name, path.relative(folder, target)), model, options);
  } else for (const key of byMap({ folder }, exports, target)) yield path.join(name, key);
}

function* relative({ from, model = "", options }: Asking, target: string): Generator<string> {
  yield* withEndings(dotted(path.relative(path.dirname(from), target)), model, options);
}

/** A relative path as a specifier; a name may begin with a dot itself. */
export function dotted(relative: string): string {
  return /^\.\.?(?:\/|$)/.test(relative) ? relative : `./${relative}`;
}

function firstRelative(file: ts.SourceFile): string | undefined {
  for (const at of file.statements) {
    if ((ts.isImportDeclaration(at) || ts.isExportDeclaration(at)) && at.moduleSpecifier) {
      const text = ts.isStringLiteral(at.moduleSpecifier) ? at.moduleSpecifier.text : "";
      if (text.startsWith(".")) return text;
    }
  }
  return undefined;
}

const sourceEnding = /(?:\.d)?\.[cm]?tsx?$|\.[cm]?jsx?$/;

/** A path to a source file as the model is written: without extension, with the one it is built to, or with its own. */
function* withEndings(file: string, model: string, options: ts.CompilerOptions): Generator<string> {
  const bare = file.replace(sourceEnding, "");
  const folder = path.basename(bare) === "index" ? path.dirname(bare).replace(/^(?!\.)/, "./") : undefined;
  const own = file.slice(bare.length).replace(/^\.d/, "");
  const built = bare + own.replace(/tsx?$/, "js");
  const ending = sourceEnding.exec(model)?.[0] ?? "";
  const short = folder === undefined || model.endsWith("/index") ? [bare] : [folder, bare];
  if (/\.[cm]?tsx?$/.test(ending)) yield file;
  else if (ending === ".jsx" && own === ".tsx") yield bare + ending;
  else if (ending !== "") yield built;
  else yield* short;
  yield* short;
  yield built;
  if (options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true) yield file;
}

function* byPaths({ options, folder, model = "" }: Asking, target: string): Generator<string> {
  const base = baseOf(options) ?? pathsBase(options) ?? folder;
  // The alias that the model has comes first: several may lead to the target.
  const fits = (pattern: string) => model.startsWith(pattern.split("*")[0] ?? pattern);
  const aliases = Object.entries(options.paths ?? {});
  for (const [pattern, targets] of [...aliases].sort((a, b) => Number(fits(b[0])) - Number(fits(a[0])))) {
    for (const one of targets) {
      const [head = "", tail] = path.resolve(base, one).split("*");
      if (tail === undefined || !target.startsWith(head)) continue;
      for (const end of withEndings(target.slice(head.length), model, options)) {
        if (end.endsWith(tail)) yield pattern.replace("*", end.slice(0, end.length - tail.length).replace(/^\.\//, ""));
      }
    }
  }
  const root = baseOf(options);
  if (root !== undefined && target.startsWith(`${root}/`)) {
    yield* withEndings(target.slice(root.length + 1), model, options);
  }
}

function baseOf(options: ts.CompilerOptions): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- many a tsconfig has it all the same
  return options.baseUrl;
}

/** The folder of the tsconfig that says `paths`; not in the compiler's public types. */
function pathsBase(options: ts.CompilerOptions): string | undefined {
  const base = options["pathsBasePath"];
  return typeof base === "string" ? base : undefined;
}

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly exports: unknown;
  readonly imports: unknown;
}

/** The package that a file is in; a package.json without a name only says how a folder's files are read. */
export function packageOf(files: FileState, file: string): Package | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const text = files.text(path.join(folder, "package.json"));
    if (text !== undefined) {
      const read: unknown = ts.parseConfigFileTextToJson("package.json", text).config;
      const json: Readonly<Record<string, unknown>> = typeof read === "object" && read !== null ? { ...read } : {};
      const { name, exports, imports } = json;
      if (typeof name === "string") return { folder, name, exports, imports };
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The keys of an `exports` or `imports` map whose value leads to the file, patterns filled in. */
function* byMap({ folder }: Pick<Package, "folder">, map: unknown, target: string): Generator<string> {
  if (typeof map === "string") yield* byMap({ folder }, { ".": map }, target);
  if (typeof map !== "object" || map === null) return;
  const position = `./${path.relative(folder, target)}`;
  const entries: (readonly [string, unknown])[] = Object.entries(map);
  const isConditions = entries.every(([key]) => !/^[.#]/.test(key));
  for (const [key, value] of isConditions ? ([[".", map]] as const) : entries) {
    for (const to of stringsIn(value)) {
      const [head = "", tail] = to.split("*");
      if (tail === undefined ? to === position : position.startsWith(head) && position.endsWith(tail)) {
        yield key.replace("*", tail === undefined ? "" : position.slice(head.length, position.length - tail.length));
      }
    }
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
