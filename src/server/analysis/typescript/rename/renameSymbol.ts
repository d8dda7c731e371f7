import { ToolError } from "../../../platform/errors.ts";
import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { Conflict } from "../answers.ts";
import type { View } from "../engine.ts";
import type { Located } from "../symbols.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { allNamed, outlineOf } from "../outline.ts";
import { preferences } from "../textChanges.ts";
import { symbolOf } from "../nameUses.ts";
import { libFolder, nodeAt, ts } from "../ts.ts";
import { createRenameEdits } from "./edits.ts";
import type { Naming } from "./edits.ts";
import { followLiterals } from "./literals.ts";
import { inheritedFrom, renameMember } from "./memberLocations.ts";
import { followMocks } from "./mocks.ts";
import { checkName } from "./newName.ts";
import { occurrencesOf } from "./occurrences.ts";
import type { Occurrence, Occurrences } from "./occurrences.ts";
import { membersTaken } from "./taken.ts";

export interface Renamed {
  readonly oldName: string;
  readonly changes: FileChange[];
  readonly conflicts: Conflict[];
}

/** Edits that give a symbol another name everywhere, across re-exports too. */
export function renameSymbol(view: View, located: Located, newName: string): Renamed {
  const oldName = nameOf(located);
  checkName(newName, oldName);
  const edits = createRenameEdits();
  const naming = { oldName, newName, edits };
  if (isMemberName(located)) {
    renameMember(view, located, naming);
    refuseOutside(view, located, naming);
    followLiterals(view, naming);
    return { oldName, changes: edits.changes(), conflicts: membersTaken(view, located, edits, newName) };
  }
  const found = occurrencesOf(view, located, oldName);
  for (const [path, all] of found.byFile) for (const one of all) addOccurrence(one, { path, oldName, newName, edits });
  followAsProperty(view, found, naming);
  return { oldName, changes: edits.changes(), conflicts: [] };
}

/** The strings and keys that name an export where its module is used as an object. */
function followAsProperty(view: View, found: Occurrences, naming: Naming): void {
  if (found.modules.size === 0) return;
  followMocks(view, found, naming);
  if (found.isProperty) followLiterals(view, naming);
}

function addOccurrence({ start, part }: Occurrence, at: Naming & { readonly path: string }): void {
  const { path, oldName, newName, edits } = at;
  const newText =
    part === undefined ? newName : part === "property" ? `${newName}: ${oldName}` : `${oldName}: ${newName}`;
  edits.add(path, { start, end: start + oldName.length, newText });
}

/** A member that overrides one of the library or of a package has its name from there. */
function refuseOutside(view: View, located: Located, { oldName, edits }: Naming): void {
  const outside =
    edits.positions().find(([path]) => !view.isOwn(path))?.[0] ?? inheritedFrom(view, located, oldName, edits);
  if (outside === undefined) return;
  const path = outside.split("/node_modules/").at(-1)?.replace(`${libFolder}/`, "") ?? "";
  throw new ToolError(
    "DECLARED_OUTSIDE",
    `${located.label} has its name from a type outside of the workspace, declared in ${path}.`,
    "Keep the name, or end the relation to that type first.",
  );
}

function nameOf({ project, file, position, label }: Located): string {
  if (isGivenInLoop(nodeAt(file, position), label)) {
    throw new ToolError(
      "NAMED_IN_LOOP",
      `${label} gets its name when a loop runs, and no type says where it is used.`,
      "Change the list that the loop goes through and the uses of the name by hand: search_code finds them.",
    );
  }
  const info = project.service.getRenameInfo(file.fileName, position, preferences);
  if (!info.canRename && isAssignedName(nodeAt(file, position))) {
    throw new ToolError(
      "NOT_TYPED",
      `${label} is set on a value of unknown type, and no type says where it is used.`,
      "Change it and its uses by hand: search_code finds them.",
    );
  }
  if (!info.canRename) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${label} cannot be renamed: ${info.localizedErrorMessage}`,
      "Name a symbol that is declared in the workspace.",
    );
  }
  if (info.fileToRename !== undefined) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${label} is the path of an import.`,
      "Move the file or folder with move_path, which updates the imports of it.",
    );
  }
  return info.displayName;
}

/** `app[method] = …` asked for by its name path, or the string in a list that such a loop goes through. */
function isGivenInLoop(node: ts.Node, label: string): boolean {
  const { parent } = node;
  if (label.endsWith("]")) return ts.findAncestor(node, ts.isElementAccessExpression) !== undefined;
  if (!ts.isStringLiteralLike(node)) return false;
  return (ts.isArrayLiteralExpression(parent) || isConcat(parent)) && isAssignedName(node);
}

/** Whether JavaScript gives a name here that the outline has, known to the compiler or not. */
function isAssignedName(node: ts.Node): boolean {
  const file = node.getSourceFile();
  return isJavaScript(file.fileName) && [...allNamed(outlineOf(file))].some(({ nameNode }) => nameNode === node);
}

function isConcat(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "concat"
  );
}

const memberFlags =
  ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor | ts.SymbolFlags.EnumMember;

/** Whether a type decides where a name is used: it is one of a member, of a parameter that is one, a label, a string. */
function isMemberName({ project, file, position }: Located): boolean {
  const node = nodeAt(file, position);
  if (!ts.isIdentifier(node)) return true;
  const checker = project.program().getTypeChecker();
  const symbol = symbolOf(checker, node);
  if (!symbol || symbol.flags & memberFlags) return true;
  return (symbol.declarations ?? []).some((one) => ts.isParameterPropertyDeclaration(one, one.parent));
}
