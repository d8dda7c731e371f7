import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import { importedFiles, importsOf, keyOf, ts } from "../ts.ts";
import { isDirective } from "./spans.ts";

export interface Emptied {
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
}

/** Deletes the file that a move has left without code, or says that it is left, and why. */
export function withoutEmptySource(
  view: View,
  source: ts.SourceFile,
  { changes, isDeleted }: { readonly changes: readonly FileChange[]; readonly isDeleted: boolean },
): Emptied {
  const { fileName } = source;
  const after = new Map(changes.map((change) => [keyOf(change.path), textAfter(view, change)]));
  if (!isEmpty(after.get(keyOf(fileName)) ?? source.text)) return { changes, notes: [] };
  const name = view.displayPath(fileName);
  if (!isDeleted) return { changes, notes: [`${name} is left without code; emptyFile: "delete" deletes it.`] };
  const [user] = importersLeft(view, source, after);
  if (user !== undefined) return { changes, notes: [`${name} is left without code: ${user} still imports it.`] };
  const others = changes.filter((change) => keyOf(change.path) !== keyOf(fileName));
  return {
    changes: [...others, { kind: "delete", path: fileName }],
    notes: [`${name} is deleted: no code is left in it.`],
  };
}

function textAfter(view: View, change: FileChange): string {
  if (change.kind === "create") return change.text;
  return edited(view.files.text(change.path) ?? "", "edits" in change ? change.edits : []);
}

/** Comments, directives and `export {}` are no code; an import for its effect is some. */
function isEmpty(text: string): boolean {
  return parsed(text).statements.every(
    (statement) =>
      isDirective(statement) ||
      (ts.isExportDeclaration(statement) &&
        !statement.moduleSpecifier &&
        statement.exportClause !== undefined &&
        ts.isNamedExports(statement.exportClause) &&
        statement.exportClause.elements.length === 0),
  );
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("after.tsx", text, ts.ScriptTarget.Latest, true);
}

/** Files that go on importing the source by one of the specifiers that led to it. */
function* importersLeft(view: View, source: ts.SourceFile, after: ReadonlyMap<string, string>): Generator<string> {
  for (const project of view.projects) {
    const program = project.program();
    for (const file of program.getSourceFiles()) {
      if (file.fileName === source.fileName) continue;
      const leading = importsOf(file).filter((one) =>
        importedFiles(program, file, one).some((path) => keyOf(path) === keyOf(source.fileName)),
      );
      if (leading.length === 0) continue;
      const specifiers = new Set(leading.map(({ text }) => text));
      const { importedFiles: left } = ts.preProcessFile(after.get(keyOf(file.fileName)) ?? file.text, true, true);
      if (left.some((one) => specifiers.has(one.fileName))) yield view.displayPath(file.fileName);
    }
  }
}
