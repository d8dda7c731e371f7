import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import type { Conflict } from "../answers.ts";
import { commonJsUses } from "../commonJsUses.ts";
import type { CommonJsUse } from "../commonJsUses.ts";
import type { View } from "../engine.ts";
import { fileIndex } from "../nameIndex.ts";
import { declaredApart } from "./declaredApart.ts";
import { renameSymbol } from "./renameSymbol.ts";
import type { Renamed } from "./renameSymbol.ts";
import type { Located } from "../symbols.ts";
import type { ts } from "../ts.ts";
import { untypedUses } from "./untypedUses.ts";
import type { UntypedUses } from "./untypedUses.ts";

export interface RenamedWhole extends Renamed {
  readonly notes: readonly string[];
}

const maxConflicts = 20;

/**
 * Renames a symbol, and with a function of a CommonJS file the `exports.name = name` or `module.exports = { name }` that hands
 * it on: to whoever names it they are one, and to the compiler two.
 */
export function renameDeclarations(view: View, located: Located, newName: string): RenamedWhole {
  const renamed = renameKnown(view, located, newName);
  const uses = commonJsUses(view, located);
  const untyped = untypedUses(view, located);
  if (uses.length + untyped.uses.length === 0) return { ...renamed, notes: [] };
  const { oldName, changes, conflicts } = renamed;
  const edits = new Map(changes.map((change) => [change.path, editsOf(change)]));
  for (const { file, start, as } of uses) {
    if (as === "local") continue;
    const inFile = edits.get(file.fileName) ?? new Map<number, TextEdit>();
    edits.set(file.fileName, inFile);
    inFile.set(start, { start, end: start + oldName.length, newText: textFor(as, oldName, newName) });
  }
  const uncertain: Conflict[] = [];
  for (const { file, start } of untyped.uses) {
    const inFile = edits.get(file.fileName) ?? new Map<number, TextEdit>();
    if (inFile.has(start)) continue;
    edits.set(file.fileName, inFile);
    if (untyped.are === "meant") inFile.set(start, { start, end: start + oldName.length, newText: newName });
    else if (untyped.are === "perhaps meant")
      uncertain.push(conflictAt(view, file, start, `${oldName} of a value of unknown type can be the renamed one.`));
  }
  const all = [...edits]
    .filter(([, inFile]) => inFile.size > 0)
    .map(([path, inFile]): FileChange => {
      return { kind: "edit", path, edits: [...inFile.values()].sort((a, b) => a.start - b.start) };
    });
  return {
    oldName,
    changes: all,
    conflicts: [
      ...conflicts,
      ...(uses.length > 0 ? taken(view, located, newName) : []),
      ...uncertain.slice(0, maxConflicts),
    ],
    notes: notesOf(untyped, oldName),
  };
}

/** What the compiler knows of the symbol, and where it has a second one for the same code. */
function renameKnown(view: View, located: Located, newName: string): Renamed {
  const renamed = renameSymbol(view, located, newName);
  return { ...renamed, conflicts: [...renamed.conflicts, ...declaredApart(view, located, renamed.oldName)] };
}

function notesOf({ uses, are }: UntypedUses, name: string): string[] {
  if (uses.length === 0 || are === "perhaps meant") return [];
  const count = `${uses.length} ${uses.length === 1 ? "use" : "uses"} of ${name} on values of unknown type`;
  return [
    are === "meant" ? `${count} follow, since nothing else is called so.` : `${count} stay as they are: look at them.`,
  ];
}

function editsOf(change: FileChange): Map<number, TextEdit> {
  return new Map(change.kind === "edit" ? change.edits.map((edit) => [edit.start, edit]) : []);
}

function textFor(as: CommonJsUse["as"], oldName: string, newName: string): string {
  if (as === "property") return `${newName}: ${oldName}`;
  if (as === "variable") return `${oldName}: ${newName}`;
  return as === "specifier" ? `${newName} as ${oldName}` : newName;
}

/** Whether the module has the new name already. */
function taken(view: View, { file, project }: Located, newName: string): Conflict[] {
  return fileIndex(view, file, project)
    .withPath(newName)
    .map(({ declarations: [{ nameNode }] }) =>
      conflictAt(view, file, nameNode.getStart(file), `${newName} already means something else here.`),
    );
}

function conflictAt(view: View, file: ts.SourceFile, start: number, message: string): Conflict {
  return { path: view.displayPath(file.fileName), line: file.getLineAndCharacterOfPosition(start).line + 1, message };
}
