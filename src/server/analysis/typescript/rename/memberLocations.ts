import type { View } from "../engine.ts";
import type { Project } from "../project.ts";
import { search } from "../references.ts";
import type { Located } from "../symbols.ts";
import { preferences } from "../textChanges.ts";
import { nodeAt, ts } from "../ts.ts";
import type { Naming, RenameEdits } from "./edits.ts";

interface Start {
  readonly project: Project;
  readonly fileName: string;
  readonly position: number;
}

/** With `{ name }` as two names, of which only the property is renamed. */
const apart: ts.UserPreferences = { ...preferences, providePrefixAndSuffixTextForRename: true };

/**
 * Edits that rename a member wherever a type says that it is the one. What a class has from several interfaces and classes
 * is one member of them all, so that the search goes on from each declaration found.
 */
export function renameMember(view: View, located: Located, { oldName, newName, edits }: Naming): void {
  const first = { project: located.project, fileName: located.file.fileName, position: located.position };
  const queue: Start[] = view.projects.length === 1 ? [first] : search(view, located).starts;
  const asked = new Set<string>();
  for (const start of queue) {
    const key = `${start.project.id}:${start.fileName}:${start.position}`;
    if (asked.has(key)) continue;
    asked.add(key);
    const { project, fileName, position } = start;
    const found = project.service.findRenameLocations(fileName, position, false, false, apart) ?? [];
    for (const { fileName: path, textSpan, prefixText = "", suffixText = "" } of found) {
      const file = project.program().getSourceFile(path);
      const end = textSpan.start + textSpan.length;
      if (file?.text.slice(textSpan.start, end) !== oldName) continue;
      edits.add(path, { start: textSpan.start, end, newText: prefixText + newName + suffixText });
      if (isInherited(nodeAt(file, textSpan.start))) queue.push({ project, fileName: path, position: textSpan.start });
    }
  }
}

/** Whether a node declares a member of something that extends or implements. */
function isInherited(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isClassElement(parent) && !ts.isTypeElement(parent)) return false;
  return parent.name === node && hasHeritage(parent.parent);
}

/** The file outside of the workspace that declares the member first: the compiler's search leaves its own library out. */
export function inheritedFrom(view: View, { project }: Located, name: string, edits: RenameEdits): string | undefined {
  for (const [path, starts] of edits.positions()) {
    const program = [project, ...view.projectsWith(path)]
      .map((one) => one.program())
      .find((one) => one.getSourceFile(path));
    const file = program?.getSourceFile(path);
    if (!program || !file) continue;
    for (const start of starts) {
      const node = nodeAt(file, start);
      if (!isInherited(node)) continue;
      const declared = basesOf(program.getTypeChecker(), node.parent.parent).flatMap(
        (base) => base.getProperty(name)?.declarations ?? [],
      );
      const outside = declared.map((one) => one.getSourceFile().fileName).find((one) => !view.isOwn(one));
      if (outside !== undefined) return outside;
    }
  }
  return undefined;
}

function basesOf(checker: ts.TypeChecker, owner: ts.Node): ts.Type[] {
  if (!ts.isClassLike(owner) && !ts.isInterfaceDeclaration(owner)) return [];
  return (owner.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => checker.getTypeAtLocation(type)));
}

export function hasHeritage(owner: ts.Node): boolean {
  return (ts.isClassLike(owner) || ts.isInterfaceDeclaration(owner)) && (owner.heritageClauses?.length ?? 0) > 0;
}
