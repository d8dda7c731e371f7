import path from "node:path/posix";
import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { View } from "./engine.ts";
import type { Project } from "./project.ts";
import { readDirectory } from "./project.ts";
import { compilerName, fileNameOf, hasScript, isScriptName, scriptKind, scriptText } from "./scriptFiles.ts";
import { isCaseSensitive, isTypeScriptOrJavaScript, keyOf, libFolder, libText, slashed, ts } from "./ts.ts";
import type { HostInternals } from "./ts.ts";

/**
 * Texts after some changes: what differs from now, by absolute path; undefined is a file that is gone. A component is there
 * with its script too.
 */
export type After = ReadonlyMap<string, string | undefined>;

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

export function edited(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const { start, end, newText } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, start) + newText + result.slice(end);
  }
  return result;
}

/** The project's program as it would be after the changes. Nothing of the project itself is touched. */
export function forkProgram(view: View, project: Project, after: After): ts.Program {
  const { spec } = project;
  const base = project.program();
  const { files } = view;
  const changed = new Map([...after].map(([file, text]) => [keyOf(file), text]));
  const added = [...after.keys()].filter((file) => after.get(file) !== undefined && !files.exists(file));
  const addedFolders = new Set(added.flatMap((file) => ancestors(file)).map(keyOf));
  const moved = added.length > 0 || [...after.values()].includes(undefined);

  const textOf = (file: string) => (changed.has(keyOf(file)) ? changed.get(keyOf(file)) : files.text(file));
  const host: ts.CompilerHost & HostInternals = {
    getSourceFile(fileName, options) {
      const key = keyOf(fileName);
      if (!changed.has(key)) {
        const same = base.getSourceFile(fileName);
        if (same) return same;
      }
      const text = textOf(fileName);
      // The binder sets the parents.
      const kind = isScriptName(fileName) ? scriptKind(fileName, textOf(fileNameOf(fileName)) ?? "") : undefined;
      return text === undefined ? undefined : ts.createSourceFile(fileName, text, options, undefined, kind);
    },
    getDefaultLibFileName: (options) => `${libFolder}/${ts.getDefaultLibFileName(options)}`,
    writeFile: () => undefined,
    getCurrentDirectory: () => spec.folder,
    getCanonicalFileName: keyOf,
    useCaseSensitiveFileNames: () => isCaseSensitive,
    getNewLine: () => "\n",
    fileExists: (file) => (changed.has(keyOf(file)) ? changed.get(keyOf(file)) !== undefined : files.exists(file)),
    readFile: (file) => libText(file) ?? textOf(file),
    directoryExists: (folder) =>
      folder === libFolder || addedFolders.has(keyOf(folder)) || files.folders.kindOf(folder) === "folder",
    getDirectories: (folder) => [...files.list(folder).folders],
    readDirectory: (...args) => readDirectory(files, ...args),
    realpath: (file) => (changed.has(keyOf(file)) ? file : files.realpath(file)),
    useSourceOfProjectReferenceRedirect: () => true,
    hasInvalidatedResolutions: () => moved,
    hasChangedAutomaticTypeDirectiveNames: () => false,
  };
  return ts.createProgram({
    rootNames: rootNames(project, after, added),
    options: spec.options,
    ...(spec.references && { projectReferences: spec.references }),
    host,
    oldProgram: base,
  });
}

function rootNames({ spec }: Project, after: After, added: readonly string[]): string[] {
  const kept = spec.fileNames.filter((file) => !after.has(file) || after.get(file) !== undefined);
  const joined = added.filter((file) => isTypeScriptOrJavaScript(file) && file.startsWith(`${spec.folder}/`));
  return [...kept, ...joined];
}

function ancestors(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...ancestors(folder)];
}
