import path from "node:path/posix";
import type { FileState } from "./fileState.ts";
import { readDirectory } from "./project.ts";
import type { ProjectSpec } from "./project.ts";
import { compilerName, hasScript } from "./scriptFiles.ts";
import { isCaseSensitive, isTypeScriptOrJavaScript, keyOf, ts } from "./ts.ts";
import type { Incomplete } from "../../platform/call.ts";

/** Folders that contain no sources of the workspace's own, when no tsconfig says otherwise. */
export const skippedFolder = /^(?:\..*|node_modules|bower_components|jspm_packages|dist|build|out|coverage)$/;
const configName = /^[tj]sconfig\.json$/;
export const declarationFile = /\.d\.[cm]?ts$|\.d\.[^.]+\.ts$/;
export const minified = /[.-]min\.[cm]?js$/;

/** More than this many projects or loose files are not read; the answer says so. */
const maxConfigs = 200;
const maxLooseFiles = 5000;

/** For files that no tsconfig has: everything is allowed and nothing is required. */
export const inferredOptions: ts.CompilerOptions = {
  allowJs: true,
  allowSyntheticDefaultImports: true,
  allowNonTsExtensions: true,
  jsx: ts.JsxEmit.Preserve,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
};

/** A tsconfig of the workspace, also one that lists no file. */
export interface Config {
  readonly path: string;
  /** What it says that the compiler does not understand. */
  readonly errors: readonly ts.Diagnostic[];
  /** Keys of the files that it is made of: itself and what it extends. */
  readonly sources: ReadonlySet<string>;
}

export interface Discovery {
  readonly specs: readonly ProjectSpec[];
  readonly configs: readonly Config[];
  readonly incomplete: readonly Incomplete[];
}

export interface ConfigReader {
  /** Parses a tsconfig once per state of the files. */
  parsed(config: string): ts.ParsedCommandLine | undefined;
  discover(roots: readonly string[]): Discovery;
}

type ConfigFiles = Pick<FileState, "structure" | "exists" | "text" | "list" | "realpath">;

export function createConfigReader(files: ConfigFiles): ConfigReader {
  let structure = 0;
  const cache = new Map<string, Parsed>();

  const parseHost: ts.ParseConfigFileHost = {
    useCaseSensitiveFileNames: isCaseSensitive,
    getCurrentDirectory: () => "/",
    fileExists: (file) => files.exists(file),
    readFile: (file) => files.text(file),
    readDirectory: (...args) => readDirectory(files, ...args),
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  };

  function read(config: string): Parsed {
    if (structure !== files.structure) {
      cache.clear();
      structure = files.structure;
    }
    const key = keyOf(config);
    const known = cache.get(key);
    if (known) return known;
    // The compiler puts every file that is extended into this map, those that are not there too.
    const extended = new Map<string, ts.ExtendedConfigCacheEntry>();
    const line = ts.getParsedCommandLineOfConfigFile(config, {}, parseHost, extended);
    const made = { line, sources: new Set([key, ...extended.keys()]) };
    cache.set(key, made);
    return made;
  }

  function discover(roots: readonly string[]): Discovery {
    const incomplete: Incomplete[] = [];
    const specs = new Map<string, ProjectSpec>();
    const configs: Config[] = [];
    const outputs = new Set<string>();
    const waiting = roots.flatMap((root) => [...configsBelow(files, root)]);
    const seen = new Set<string>();
    for (let config = waiting.shift(); config !== undefined; config = waiting.shift()) {
      if (seen.has(keyOf(config))) continue;
      seen.add(keyOf(config));
      if (seen.size > maxConfigs) {
        incomplete.push({ path: config, reason: `more than ${maxConfigs} projects` });
        break;
      }
      const { line, sources } = read(config);
      if (!line) continue;
      configs.push({ path: config, errors: ts.getConfigFileParsingDiagnostics(line), sources });
      for (const reference of line.projectReferences ?? []) waiting.push(ts.resolveProjectReferencePath(reference));
      for (const folder of [line.options.outDir, line.options.declarationDir]) if (folder) outputs.add(folder);
      if (line.fileNames.length > 0) specs.set(keyOf(config), specOf(config, line));
    }
    const taken = new Set([...specs.values()].flatMap((spec) => spec.fileNames.map(keyOf)));
    for (const root of roots) {
      const found = [...looseBelow({ files, folder: root, taken, outputs })];
      const loose = found.filter((file) => !hasScript(file));
      if (loose.length > maxLooseFiles) {
        incomplete.push({ path: root, reason: `more than ${maxLooseFiles} files outside any tsconfig` });
        loose.length = maxLooseFiles;
      }
      const scripts = found.filter(hasScript).slice(0, maxLooseFiles);
      if (loose.length > 0 || scripts.length > 0) specs.set(keyOf(root), inferredSpec(root, loose));
      for (const file of scripts) addScript(specs, file);
    }
    return { specs: [...specs.values()], configs, incomplete };
  }

  return { parsed: (config) => read(config).line, discover };
}

interface Parsed {
  readonly line: ts.ParsedCommandLine | undefined;
  readonly sources: ReadonlySet<string>;
}

export function specOf(config: string, line: ts.ParsedCommandLine): ProjectSpec {
  return {
    id: config,
    folder: path.dirname(config),
    fileNames: line.fileNames,
    // As they are: a copy would lose the parsed file, by which the compiler says where a wrong option stands.
    options: line.options,
    references: line.projectReferences,
  };
}

export function inferredSpec(root: string, fileNames: readonly string[]): ProjectSpec {
  return { id: root, folder: root, fileNames, options: inferredOptions, references: undefined };
}

function* configsBelow(files: ConfigFiles, folder: string): Generator<string> {
  const found = files.list(folder);
  for (const name of found.files) if (configName.test(name)) yield path.join(folder, name);
  for (const name of found.folders) {
    if (!skippedFolder.test(name)) yield* configsBelow(files, path.join(folder, name));
  }
}

/** To the nearest project; of several in one folder, to the one that has most. */
function addScript(specs: Map<string, ProjectSpec>, file: string): void {
  const above = [...specs].filter(([, spec]) => file.startsWith(`${spec.folder}/`));
  const [nearest] = above.sort(
    ([, a], [, b]) => b.folder.length - a.folder.length || b.fileNames.length - a.fileNames.length,
  );
  if (!nearest) return;
  const [id, spec] = nearest;
  specs.set(id, { ...spec, fileNames: [...spec.fileNames, compilerName(file)] });
}

interface Below {
  readonly files: ConfigFiles;
  readonly folder: string;
  readonly taken: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
}

function isLanguage(name: string): boolean {
  if (hasScript(name)) return true;
  return isTypeScriptOrJavaScript(name) && !declarationFile.test(name) && !minified.test(name);
}

/** Source files that no project has, and components. */
function* looseBelow({ files, folder, taken, outputs }: Below): Generator<string> {
  const found = files.list(folder);
  for (const name of found.files) {
    if (!isLanguage(name)) continue;
    const file = path.join(folder, name);
    if (!taken.has(keyOf(file))) yield file;
  }
  for (const name of found.folders) {
    const below = path.join(folder, name);
    if (skippedFolder.test(name) || outputs.has(below)) continue;
    yield* looseBelow({ files, folder: below, taken, outputs });
  }
}
