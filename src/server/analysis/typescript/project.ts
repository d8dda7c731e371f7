import type { DiskFiles } from "./diskFiles.ts";
import type { FileState } from "./fileState.ts";
import { fileNameOf, isScriptName, scriptKind } from "./scriptFiles.ts";
import { cancelCompiler, isCaseSensitive, libFolder, slashed, ts } from "./ts.ts";
import type { HostInternals } from "./ts.ts";

/** What a project is made of: a tsconfig's, or what we choose for files that no tsconfig has. */
export interface ProjectSpec {
  /** Absolute path of the tsconfig, or of the folder of an inferred project. */
  readonly id: string;
  readonly folder: string;
  readonly fileNames: readonly string[];
  readonly options: ts.CompilerOptions;
  readonly references: readonly ts.ProjectReference[] | undefined;
}

export interface Project {
  readonly id: string;
  readonly spec: ProjectSpec;
  /** Up to date with the texts as of now. */
  readonly service: ts.LanguageService;
  /** The program for the texts as of now; throws when the call was cancelled. */
  program(): ts.Program;
  update(spec: ProjectSpec): void;
  dispose(): void;
}

export interface ProjectDeps {
  readonly files: DiskFiles;
  readonly registry: ts.DocumentRegistry;
  readonly parsed: (config: string) => ts.ParsedCommandLine | undefined;
  isCancelled(): boolean;
}

/** A warm language service over files that are checked for freshness once per question. */
export function createProject(first: ProjectSpec, { files, registry, parsed, isCancelled }: ProjectDeps): Project {
  let spec = first;
  let built: number | undefined;
  let revision = 0;
  const stale = () => built !== undefined && built !== files.structure;

  const host: ts.LanguageServiceHost & HostInternals = {
    getCompilationSettings: () => spec.options,
    getProjectReferences: () => spec.references,
    getScriptFileNames: () => [...spec.fileNames],
    getProjectVersion: () => `${revision}.${files.generation}`,
    getScriptVersion: (path) => files.version(path),
    getScriptSnapshot(path) {
      // Nothing else asks while a program is built for the first time, which is the longest part.
      if (isCancelled()) cancelCompiler();
      return files.snapshot(path);
    },
    getScriptKind: (path) =>
      isScriptName(path) ? scriptKind(path, files.text(fileNameOf(path)) ?? "") : ts.ScriptKind.Unknown,
    getCurrentDirectory: () => spec.folder,
    getDefaultLibFileName: (options) => `${libFolder}/${ts.getDefaultLibFileName(options)}`,
    getCancellationToken: () => ({ isCancellationRequested: isCancelled }),
    getParsedCommandLine: parsed,
    useCaseSensitiveFileNames: () => isCaseSensitive,
    fileExists: (path) => files.exists(path),
    readFile: (path) => files.text(path),
    directoryExists: (path) => path === libFolder || files.folders.kindOf(trimmed(path)) === "folder",
    getDirectories: (path) => [...files.list(trimmed(path)).folders],
    readDirectory: (...args) => readDirectory(files, ...args),
    realpath: (path) => files.realpath(path),
    useSourceOfProjectReferenceRedirect: () => true,
    hasInvalidatedResolutions: stale,
    hasChangedAutomaticTypeDirectiveNames: stale,
  };
  const service = ts.createLanguageService(host, registry);

  /** Until the program is built, imports count as unresolved: the service must not answer before it is. */
  function program(): ts.Program {
    const current = service.getProgram();
    if (!current) throw new Error("The language service has no program.");
    built = files.structure;
    return current;
  }

  return {
    id: spec.id,
    get spec() {
      return spec;
    },
    get service() {
      program();
      return service;
    },
    program,
    dispose: () => service.dispose(),
    update(next) {
      spec = next;
      revision++;
    },
  };
}

/** The compiler's own matching of include and exclude patterns, over our folders. */
export function readDirectory(
  files: FolderNames,
  folder: string,
  extensions?: readonly string[],
  exclude?: readonly string[],
  include?: readonly string[],
  depth?: number,
): string[] {
  return matchFiles({ files, folder, extensions, exclude, include, depth });
}

interface MatchInternals {
  matchFiles(
    path: string,
    extensions: readonly string[] | undefined,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    useCaseSensitiveFileNames: boolean,
    currentDirectory: string,
    depth: number | undefined,
    getFileSystemEntries: (path: string) => { files: readonly string[]; directories: readonly string[] },
    realpath: (path: string) => string,
  ): string[];
}

type FolderNames = Pick<FileState, "list" | "realpath">;

interface Match {
  readonly files: FolderNames;
  readonly folder: string;
  readonly extensions: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly depth: number | undefined;
}

function matchFiles({ files, folder, extensions, exclude, include, depth }: Match): string[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- there at run time, not in the declarations
  const inside = ts as unknown as MatchInternals;
  return inside.matchFiles(
    folder,
    extensions,
    exclude,
    include,
    isCaseSensitive,
    folder,
    depth,
    (path) => {
      const { files: names, folders: directories } = files.list(trimmed(path));
      return { files: names, directories };
    },
    (path) => files.realpath(path),
  );
}

/** Without a trailing slash, as folders are kept. */
function trimmed(path: string): string {
  const plain = slashed(path);
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}
