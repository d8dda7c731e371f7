import path from "node:path/posix";
import type { View } from "../engine.ts";
import type { Project } from "../project.ts";
import { isCaseSensitive, keyOf, ts } from "../ts.ts";

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
  return [...candidates(view, importer, target)].find((specifier) => reaches(view, importer, specifier, target));
}

/** Whether a specifier leads to the target by the importer's own options. */
export function reaches(
  view: View,
  { file, project, mode = file.impliedNodeFormat }: Importer,
  specifier: string,
  target: string,
): boolean {
  const { files } = view;
  const isTarget = (name: string) => keyOf(name) === keyOf(target);
  const targetFolders = foldersAbove(target);
  const host: ts.ModuleResolutionHost = {
    fileExists: (name) => isTarget(name) || files.exists(name) || isTarget(realpathOfNew(view, name)),
    readFile: (name) => files.text(name),
    directoryExists: (name) => files.folders.kindOf(name) === "folder" || targetFolders.has(keyOf(name)),
    // A file that is not there yet is reached by the real path of its folder.
    realpath: (name) => (files.exists(name) ? files.realpath(name) : realpathOfNew(view, name)),
    getCurrentDirectory: () => project.spec.folder,
    useCaseSensitiveFileNames: isCaseSensitive,
  };
  const { options } = project.spec;
  const resolution = ts.resolveModuleName(specifier, file.fileName, options, host, undefined, undefined, mode);
  const found = resolution.resolvedModule?.resolvedFileName;
  return found !== undefined && isTarget(found);
}

function realpathOfNew(view: View, name: string): string {
  const folder = path.dirname(name);
  return folder === name ? name : path.join(view.files.realpath(folder), path.basename(name));
}

function foldersAbove(file: string): Set<string> {
  const found = new Set<string>();
  for (let at = path.dirname(file); !found.has(keyOf(at)); at = path.dirname(at)) found.add(keyOf(at));
  return found;
}

function* candidates(view: View, importer: Importer, target: string): Generator<string> {
  const { model } = importer;
  const isRelative = model === undefined || model.startsWith(".");
  const own = packageOf(view, importer.file.fileName);
  const its = packageOf(view, target);
  if (!isRelative) yield* mapped(view, importer, target, its, own);
  if (own?.folder === its?.folder) yield* relative(importer, target);
  if (isRelative) yield* mapped(view, importer, target, its, own);
}

/** By `paths` of the tsconfig, `exports` of the target's package, or `imports` of the own one. */
function* mapped(view: View, importer: Importer, target: string, its?: Package, own?: Package): Generator<string> {
  yield* byPaths(importer, target);
  if (its && its.folder === own?.folder) yield* byMap(its, its.imports, target);
  if (!its) return;
  if (its.exports !== undefined) {
    for (const key of byMap(its, its.exports, target)) yield path.join(its.name, key);
  } else {
    const inside = path.join(its.name, path.relative(its.folder, target));
    yield* withEndings(inside, importer.model ?? "", importer.project.spec.options);
  }
}

function* relative({ file, model, project }: Importer, target: string): Generator<string> {
  const plain = path.relative(path.dirname(file.fileName), target);
  const dotted = plain.startsWith(".") ? plain : `./${plain}`;
  yield* withEndings(dotted, model ?? firstRelative(file) ?? "", project.spec.options);
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
  else if (ending !== "") yield built;
  else yield* short;
  yield* short;
  yield built;
  if (options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true) yield file;
}

function* byPaths({ project, model }: Importer, target: string): Generator<string> {
  const { options } = project.spec;
  const base = baseOf(options) ?? pathsBase(options) ?? project.spec.folder;
  for (const [pattern, targets] of Object.entries(options.paths ?? {})) {
    for (const one of targets) {
      const [head = "", tail] = path.resolve(base, one).split("*");
      if (tail === undefined || !target.startsWith(head)) continue;
      for (const end of withEndings(target.slice(head.length), model ?? "", options)) {
        if (end.endsWith(tail)) yield pattern.replace("*", end.slice(0, end.length - tail.length).replace(/^\.\//, ""));
      }
    }
  }
  const root = baseOf(options);
  if (root !== undefined && target.startsWith(`${root}/`)) {
    yield* withEndings(target.slice(root.length + 1), model ?? "", options);
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
function packageOf(view: View, file: string): Package | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const text = view.files.text(path.join(folder, "package.json"));
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
