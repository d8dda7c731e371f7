import path from "node:path/posix";
import type { Incomplete } from "../../../platform/call.ts";
import { isDeclarationOfTypeScript } from "../../../platform/fileKinds.ts";
import { declarationFile, minified } from "../configs.ts";
import type { View } from "../engine.ts";
import { isGeneratedSource, ownFiles } from "../nameIndex.ts";
import type { Project } from "../project.ts";
import { isTypeScriptOrJavaScript, keyOf, slashed } from "../ts.ts";
import type { ts } from "../ts.ts";
import { createFolderWalk } from "./folderWalk.ts";
import { grouped } from "./grouped.ts";

export interface DocumentedFile {
  readonly file: ts.SourceFile;
  readonly project: Project;
}

export interface DocumentedFiles {
  /** By path. */
  readonly files: readonly DocumentedFile[];
  /** What else of the language is there, and why it is not among them. */
  readonly leftOut: readonly Incomplete[];
}

/** More declaration files than this that no project has are not read. */
const maxDeclarations = 5000;

const reasons = {
  generated: "Generated and vendored code is left out. Name a file as `path` for its page.",
  minified: "Minified code is left out, since its names say nothing. Name its source instead.",
  unread: "No project compiles it. Include it in a tsconfig.json (a .js file also needs `allowJs`) for its page.",
  many: `More than ${String(maxDeclarations)} declaration files are outside of any tsconfig.json. Name a folder as \`path\`.`,
};

/**
 * The sources of a file or folder by their paths, and declaration files that no project has. Generated ones are left out, unless
 * the file itself is asked for; a declaration file beside a source in TypeScript says nothing more, and neither does output.
 * Refuses another language and a file that no project has.
 */
export function documentedFiles(view: View, asked: string | undefined): DocumentedFiles {
  const scope = asked === undefined ? undefined : slashed(asked);
  if (scope !== undefined && view.files.folders.kindOf(scope) === "file") return oneFile(view, scope);
  const walk = createFolderWalk(view);
  const known = new Map<string, DocumentedFile>();
  for (const each of ownFiles(view)) {
    const { fileName } = each.file;
    const isInScope = scope === undefined || fileName.startsWith(`${scope}/`);
    if (isInScope && isTypeScriptOrJavaScript(fileName)) known.set(keyOf(fileName), each);
  }
  const left = {
    generated: new Set<string>(),
    minified: new Set<string>(),
    unread: new Set<string>(),
    many: new Set<string>(),
  };
  const loose: string[] = [];
  for (const file of (scope === undefined ? view.roots : [scope]).flatMap((folder) => [...walk.below(folder)])) {
    if (known.has(keyOf(file)) || isDeclarationOf(view, file)) continue;
    if (minified.test(file)) left.minified.add(file);
    else if (!declarationFile.test(file)) left.unread.add(file);
    else if (isGeneratedSource(view, file)) left.generated.add(file);
    else if (loose.length < maxDeclarations) loose.push(file);
    else left.many.add(file);
  }
  const files: DocumentedFile[] = [];
  for (const each of [...known.values(), ...declarationsOf(view, loose)]) {
    const { fileName } = each.file;
    if (isDeclarationOf(view, fileName)) continue;
    if (!isGeneratedSource(view, fileName)) files.push(each);
    else if (!walk.isOutput(fileName, scope)) left.generated.add(fileName);
  }
  return {
    files: files.sort((a, b) => (a.file.fileName < b.file.fileName ? -1 : 1)),
    leftOut: grouped(view, [
      { reason: reasons.generated, files: left.generated },
      { reason: reasons.minified, files: left.minified },
      { reason: reasons.unread, files: left.unread },
      { reason: reasons.many, files: left.many },
    ]),
  };
}

function oneFile(view: View, fileName: string): DocumentedFiles {
  const key = keyOf(fileName);
  const found = [...ownFiles(view)].find(({ file }) => keyOf(file.fileName) === key);
  if (found && isTypeScriptOrJavaScript(fileName)) return { files: [found], leftOut: [] };
  if (declarationFile.test(fileName) && view.isOwn(fileName))
    return { files: declarationsOf(view, [fileName]), leftOut: [] };
  const project = view.projectOf(fileName);
  const file = project.program().getSourceFile(fileName);
  const leftOut = file ? [] : [{ path: view.displayPath(fileName), reason: reasons.unread }];
  return { files: file ? [{ file, project }] : [], leftOut };
}

/** Declaration files that no project has, each in a project over those of its root. */
function declarationsOf(view: View, fileNames: readonly string[]): DocumentedFile[] {
  const roots = new Map<string, string[]>();
  for (const fileName of fileNames) {
    const root = view.roots.find((each) => fileName.startsWith(`${each}/`)) ?? path.dirname(fileName);
    roots.set(root, [...(roots.get(root) ?? []), fileName]);
  }
  return [...roots].flatMap(([root, names]) => {
    const project = view.projectOver(root, names);
    return names.flatMap((name) => {
      const file = project.program().getSourceFile(name);
      return file ? [{ file, project }] : [];
    });
  });
}

function isDeclarationOf(view: View, fileName: string): boolean {
  return isDeclarationOfTypeScript(fileName, (name) => view.files.folders.kindOf(name) === "file");
}
