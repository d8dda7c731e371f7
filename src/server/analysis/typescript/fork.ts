import path from "node:path/posix";
import { edited } from "../../platform/unifiedDiff.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import { createConfigReader, specOf } from "./configs.ts";
import type { View } from "./engine.ts";
import { filesAfter } from "./fileState.ts";
import type { After, FileState } from "./fileState.ts";
import type { Project, ProjectSpec } from "./project.ts";
import { readDirectory } from "./project.ts";
import { compilerName, fileNameOf, hasScript, isScriptName, scriptKind, scriptText } from "./scriptFiles.ts";
import { isCaseSensitive, isTypeScriptOrJavaScript, keyOf, libFolder, slashed, ts } from "./ts.ts";
import type { HostInternals } from "./ts.ts";

/** The texts after the changes; a component is there with its script too. */
export function textsAfter(view: View, changes: readonly FileChange[]): Map<string, string | undefined> {
  const after = new Map<string, string | undefined>();
  const now = (file: string) => (after.has(file) ? after.get(file) : view.files.text(file)) ?? "";
  for (const change of changes) {
    const file = slashed(change.path);
    if (change.kind === "create") after.set(file, change.text);
    else if (change.kind === "delete") after.set(file, undefined);
    else if (change.kind === "edit") after.set(file, edited(now(file), change.edits));
    else {
      after.set(slashed(change.to), edited(now(file), change.edits));
      after.set(file, undefined);
    }
  }
  for (const [file, text] of [...after].filter(([path]) => hasScript(path))) {
    after.set(compilerName(file), text === undefined ? undefined : scriptText(file, text));
  }
  return after;
}

/** Keys of files that go elsewhere → where. */
export type Renamed = ReadonlyMap<string, string>;

/** The project's program as it would be after the changes. Nothing of the project itself is touched. */
export function forkProgram(view: View, project: Project, after: After, renamed: Renamed = new Map()): ts.Program {
  const base = project.program();
  const state = filesAfter(view.files, after, (folder) => packageAfter(folder, renamed));
  const config = renamed.get(keyOf(project.id)) ?? project.id;
  const changed = new Set([...after.keys()].map(keyOf));
  const moved = movesFiles(view, after);
  const spec = moved ? specAfter(view, project, { after, state, config }) : project.spec;

  const host: ts.CompilerHost & HostInternals = {
    getSourceFile(fileName, options) {
      const key = keyOf(fileName);
      if (!changed.has(key)) {
        const same = base.getSourceFile(fileName);
        if (same) return same;
      }
      const text = state.text(fileName);
      // The binder sets the parents.
      const kind = isScriptName(fileName) ? scriptKind(fileName, state.text(fileNameOf(fileName)) ?? "") : undefined;
      return text === undefined ? undefined : ts.createSourceFile(fileName, text, options, undefined, kind);
    },
    getDefaultLibFileName: (options) => `${libFolder}/${ts.getDefaultLibFileName(options)}`,
    writeFile: () => undefined,
    getCurrentDirectory: () => spec.folder,
    getCanonicalFileName: keyOf,
    useCaseSensitiveFileNames: () => isCaseSensitive,
    getNewLine: () => "\n",
    fileExists: state.exists,
    readFile: state.text,
    directoryExists: (folder) => folder === libFolder || state.isFolder(folder),
    getDirectories: (folder) => [...state.list(folder).folders],
    readDirectory: (...args) => readDirectory(state, ...args),
    realpath: state.realpath,
    useSourceOfProjectReferenceRedirect: () => true,
    hasInvalidatedResolutions: () => moved,
    hasChangedAutomaticTypeDirectiveNames: () => false,
  };
  return ts.createProgram({
    rootNames: spec.fileNames,
    options: spec.options,
    ...(spec.references && { projectReferences: spec.references }),
    host,
    oldProgram: base,
  });
}

/** Where a folder will be of whose package the manifest goes elsewhere. */
function packageAfter(folder: string, renamed: Renamed): string {
  if (renamed.size === 0) return folder;
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    const manifest = renamed.get(keyOf(path.join(at, "package.json")));
    if (manifest !== undefined) return path.join(path.dirname(manifest), path.relative(at, folder));
  }
  return folder;
}

/** Whether files come or go, or what says how they are found changes. */
function movesFiles(view: View, after: After): boolean {
  return [...after].some(
    ([file, text]) => text === undefined || !view.files.exists(file) || isConfiguration(view, file),
  );
}

function isConfiguration({ configs }: View, file: string): boolean {
  return file.endsWith("/package.json") || configs.some(({ sources }) => sources.has(keyOf(file)));
}

interface Future {
  readonly after: After;
  readonly state: FileState;
  readonly config: string;
}

/** What a project will be made of. */
export function specAfter({ files }: View, { spec }: Project, { after, state, config }: Future): ProjectSpec {
  const line = state.exists(config) ? createConfigReader(state).parsed(config) : undefined;
  const folder = line ? path.dirname(config) : spec.folder;
  const kept = spec.fileNames.filter((file) => !after.has(file) || after.get(file) !== undefined);
  const added = [...after].flatMap(([file, text]) =>
    text !== undefined && !files.exists(fileNameOf(file)) ? [file] : [],
  );
  const joined = added.filter((file) => isTypeScriptOrJavaScript(file) && file.startsWith(`${folder}/`));
  const all = [...kept, ...joined];
  if (!line) return { ...spec, fileNames: all };
  // No tsconfig lists the scripts of components.
  return { ...specOf(config, line), fileNames: [...line.fileNames, ...all.filter(isScriptName)] };
}
