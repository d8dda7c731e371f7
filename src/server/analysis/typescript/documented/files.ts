import type { View } from "../engine.ts";
import { isGeneratedFile, ownFiles } from "../nameIndex.ts";
import type { Project } from "../project.ts";
import { isTypeScriptOrJavaScript, slashed } from "../ts.ts";
import type { ts } from "../ts.ts";

/** The sources of a file or folder by their paths, without generated ones; refuses another language and a file that no project has. */
export function documentedFiles(view: View, path: string | undefined): { file: ts.SourceFile; project: Project }[] {
  const scope = path === undefined ? undefined : slashed(path);
  if (scope !== undefined && view.files.folders.kindOf(scope) === "file") view.projectOf(scope);
  const isInScope = (name: string) => scope === undefined || name === scope || name.startsWith(`${scope}/`);
  return [...ownFiles(view)]
    .filter(({ file: { fileName } }) => isInScope(fileName) && isTypeScriptOrJavaScript(fileName))
    .filter(({ file: { fileName } }) => !isGeneratedFile(view, fileName))
    .sort((a, b) => (a.file.fileName < b.file.fileName ? -1 : 1));
}
