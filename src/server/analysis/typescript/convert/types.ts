import { edited } from "../../../platform/unifiedDiff.ts";
import { nodesIn } from "../move/identifiers.ts";
import { nodeAt, resolvedIn, ts } from "../ts.ts";
import { editsIn, positionOf, refusal, withEdits } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { refuseWithoutBlock } from "./functions.ts";

/** A type gets a declaration of its own in front of the statement that it is in. */
export function refuseType({ view, file, range: { pos, end } }: Conversion): void {
  const node = nodeAt(file, pos);
  const self = [...nodesIn(file)].find((at) => ts.isThisTypeNode(at) && at.getStart(file) >= pos && at.end <= end);
  if (self) {
    const message = `\`this\` at ${positionOf(view, self)} is the type of the class or interface around it, and would be none.`;
    throw refusal("THIS_DIFFERS", message, "Extract a part without `this`.");
  }
  const statement = ts.findAncestor(node, ts.isStatement);
  if (statement && !ts.findAncestor(node, ts.isJSDoc)) refuseWithoutBlock(statement);
}

/** A script's types are global, and interfaces of one name become one. */
export function checkedType({ view, project, file, newName }: Conversion, converted: Converted): Converted {
  if (ts.isExternalModule(file)) return converted;
  const text = edited(file.text, editsIn(converted, file));
  const made = ts.createSourceFile(file.fileName, text, ts.ScriptTarget.ESNext, true);
  const before = new Set(file.statements.map((at) => nameOf(at)));
  const generated = made.statements.map(nameOf).find((name) => name !== undefined && !before.has(name));
  if (generated === undefined) return converted;
  const name = newName ?? generated;
  const taken = resolvedIn(project.program().getTypeChecker(), name)?.declarations?.[0];
  if (!taken) return converted;
  const message = `${name} is a global already, declared at ${positionOf(view, taken)}, and this file is no module.`;
  throw refusal("NAME_TAKEN", message, "Choose another newName.");
}

function nameOf(statement: ts.Statement): string | undefined {
  const isType = ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement);
  return isType ? statement.name.text : undefined;
}

/** The compiler puts the new comment between another one and its code, which then has no type. */
export function movedTypedef({ file, range }: Conversion, converted: Converted): Converted {
  const comment = ts.findAncestor(nodeAt(file, range.pos), ts.isJSDoc);
  if (!comment) return converted;
  const start = comment.getStart(file);
  const edits = editsIn(converted, file).map((edit) => {
    const isBehind = edit.start === edit.end && edit.start >= comment.end;
    return isBehind ? { ...edit, start, end: start } : edit;
  });
  return withEdits(
    converted,
    file,
    [...edits].sort((a, b) => a.start - b.start),
  );
}
