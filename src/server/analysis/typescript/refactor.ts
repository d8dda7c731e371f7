import { ToolError } from "../../platform/errors.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import { runAction } from "./actions.ts";
import type { Spot } from "./actions.ts";
import type { Conflict, Mention, Range, RefactorAnswer, RefactorQuery, Target } from "./answers.ts";
import { diffsOf } from "./diff.ts";
import type { View } from "./engine.ts";
import { moveSymbols } from "./move/moveSymbols.ts";
import { mentionsOf } from "./mentions.ts";
import { movePath } from "./movePath/movePath.ts";
import type { CheckNames } from "./names.ts";
import { computedUses } from "./rename/computedUses.ts";
import { renameDeclarations } from "./rename/renameDeclarations.ts";
import { withFile } from "./rename/renameFile.ts";
import { inComponents, withMarkupNames } from "./scriptChanges.ts";
import { locate, sourceFile } from "./symbols.ts";
import type { Located } from "./symbols.ts";
import { changesOf, formatFor, preferences } from "./textChanges.ts";
import { keyOf, nodeAt, ts } from "./ts.ts";

/** Works a refactoring out without touching anything. */
export function refactor(view: View, query: RefactorQuery, checkNames: CheckNames): RefactorAnswer {
  const { title, changes: worked, names, conflicts = [], notes = [], mentions = [] } = planned(view, query);
  if (worked.length === 0) {
    throw new ToolError("INVALID_ARGUMENT", `${query.operation} would change nothing.`, "There is nothing to do.");
  }
  const sorted = byPath(inComponents(view, worked));
  const count = (change: FileChange) =>
    ("edits" in change ? change.edits.length : 0) + (change.kind === "edit" ? 0 : 1);
  return {
    title,
    changes: sorted,
    edits: sorted.reduce((sum, change) => sum + count(change), 0),
    conflicts: [...conflicts, ...(checkNames(view, names ? byPath(names) : sorted)?.conflicts ?? [])],
    notes: [...notes, ...halfRead(view)],
    mentions,
    diffs: diffsOf(view, sorted),
  };
}

/** Cannot read file, for one named by its path; File not found, for a package's. */
const notThere = new Set([5083, 6053]);

/** Without what it extends, a tsconfig may lead imports elsewhere or nowhere. */
function halfRead(view: View): string[] {
  const half = view.configs.filter(({ errors }) => errors.some(({ code }) => notThere.has(code)));
  const [first, ...others] = half.map(({ path }) => view.displayPath(path));
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return [`${first}${more} extends a file that is not there, so that uses in its files can be missed.`];
}

function byPath(changes: readonly FileChange[]): FileChange[] {
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

interface Planned {
  readonly title: string;
  readonly changes: readonly FileChange[];
  /** Those that are a rename by themselves, where others come besides: what names mean is checked without the others. */
  readonly names?: readonly FileChange[];
  readonly conflicts?: readonly Conflict[];
  readonly notes?: readonly string[];
  readonly mentions?: readonly Mention[];
}

function planned(view: View, query: RefactorQuery): Planned {
  const { operation, target, file, newName, to } = query;
  switch (operation) {
    case "rename_symbol": {
      const located = locate(view, needed(target, operation, "symbol"));
      const name = needed(newName, operation, "newName");
      const { oldName, changes: everywhere, conflicts, notes } = renameDeclarations(view, located, name);
      const changes = withMarkupNames(view, everywhere, { oldName, newName: name });
      const title = `Rename ${oldName} to ${name}`;
      const computed = computedUses(view, located);
      if (query.renameFile !== true) {
        return { title, changes, conflicts, notes, mentions: [...computed, ...mentionsOf(view, oldName, changes)] };
      }
      const names = inComponents(view, changes);
      const whole = withFile(view, located, { oldName, newName: name, changes: names, leave: query.leave });
      const { moved } = whole;
      return {
        title: moved ? `${title}, and ${view.displayPath(moved.from)} to ${view.displayPath(moved.to)}` : title,
        changes: whole.changes,
        names,
        conflicts,
        notes: [...notes, ...whole.notes],
        mentions: allMentions([...computed, ...mentionsOf(view, oldName, whole.changes)], whole.mentions),
      };
    }
    case "move_path": {
      const from = needed(file, operation, "path");
      const goal = needed(to, operation, "to");
      return {
        title: `Move ${view.displayPath(from)} to ${view.displayPath(goal)}`,
        ...movePath(view, { from, to: goal, leave: query.leave }),
      };
    }
    case "organize_imports":
      return organizeImports(view, needed(file, operation, "path"));
    case "move_symbol":
      return moveCode(view, query, needed(to, operation, "to"));
    case "change_signature":
    case "safe_delete":
      throw new ToolError(
        "INVALID_ARGUMENT",
        `${operation} is not offered.`,
        "For parameters use convert_parameters_to_destructured_object; to delete, check find_references and edit_file.",
      );
    default:
      return runAction(view, spotOf(view, query), query);
  }
}

/** A line that has the old name and the old path is mentioned once. */
function allMentions(ofName: readonly Mention[], ofPath: readonly Mention[]): Mention[] {
  const known = new Set(ofName.map(({ path, line }) => `${path}:${line}`));
  return [...ofName, ...ofPath.filter(({ path, line }) => !known.has(`${path}:${line}`))];
}

function moveCode(view: View, query: RefactorQuery, to: string): Planned {
  const [spot, ...others] = query.targets ? spotsOf(view, query.targets) : [spotOf(view, query)];
  // Scripts and CommonJS export by assignments, which only the compiler's own move knows.
  if (!ts.isExternalModule(spot.file)) {
    if (others.length === 0) return runAction(view, spot, query);
    const message = `${view.displayPath(spot.file.fileName)} has neither imports nor exports: its symbols move one at a time.`;
    throw new ToolError("INVALID_ARGUMENT", message, "Move each by `symbol`.");
  }
  const { project, file } = spot;
  const ranges = [spot, ...others].map(({ range }) => range);
  const { names, changes, notes } = moveSymbols(view, {
    project,
    file,
    ranges,
    to,
    deletesEmpty: query.emptyFile === "delete",
  });
  return { title: `Move ${names.join(", ")} to ${view.displayPath(to)}`, changes, notes };
}

/** Where several symbols of one file are declared. */
function spotsOf(view: View, targets: readonly Target[]): [Spot, ...Spot[]] {
  const [first, ...others] = targets.map((target) => locate(view, target));
  if (!first) throw new ToolError("INVALID_ARGUMENT", "`symbols` is empty.", "Name at least two symbols.");
  const known = new Set([first.position]);
  for (const located of others) {
    if (keyOf(located.file.fileName) !== keyOf(first.file.fileName)) {
      const message = `${located.label} is in another file than ${first.label}.`;
      throw new ToolError(
        "INVALID_ARGUMENT",
        message,
        "Name symbols of one file, and move those of another in a second plan.",
      );
    }
    if (known.has(located.position)) {
      throw new ToolError("INVALID_ARGUMENT", `\`symbols\` names ${located.label} twice.`, "Name each symbol once.");
    }
    known.add(located.position);
  }
  return [spotOfSymbol(first, true), ...others.map((located) => spotOfSymbol(located, true))];
}

function organizeImports(view: View, path: string): Planned {
  const project = view.projectOf(path);
  const file = sourceFile(view, project, path);
  const args = { type: "file", fileName: file.fileName } as const;
  const edits = project.service.organizeImports(args, formatFor(file.text), preferences);
  return { title: `Organize the imports of ${view.displayPath(path)}`, changes: changesOf(view, edits) };
}

/** The range that was given, or the declaration that was named. */
function spotOf(view: View, query: RefactorQuery): Spot {
  const { file: path, range, operation, target } = query;
  if (path !== undefined && range !== undefined) {
    const project = view.projectOf(path);
    const file = sourceFile(view, project, path);
    return { project, file, range: trimmed(file, rangeIn(view, file, range)) };
  }
  const located = locate(view, needed(target, operation, "symbol, or path and range"));
  return spotOfSymbol(located, operation === "move_symbol");
}

function spotOfSymbol({ project, file, position }: Located, moves: boolean): Spot {
  if (!moves || ts.isExternalModule(file)) return { project, file, range: { pos: position, end: position } };
  const statement = ts.findAncestor(nodeAt(file, position), (node) => ts.isSourceFile(node.parent));
  return { project, file, range: { pos: statement?.getStart(file) ?? position, end: statement?.end ?? position } };
}

function rangeIn(view: View, file: ts.SourceFile, range: Range): ts.TextRange {
  const starts = file.getLineStarts();
  const offset = (line: number, column: number) => {
    const start = starts[line - 1];
    if (start === undefined || start + column - 1 > file.end) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        `${view.displayPath(file.fileName)} has no line ${line}, column ${column}.`,
        `The file has ${starts.length} lines.`,
      );
    }
    return start + column - 1;
  };
  const [pos, end] = [offset(range.startLine, range.startColumn), offset(range.endLine, range.endColumn)];
  if (end >= pos) return { pos, end };
  throw new ToolError("INVALID_ARGUMENT", "The range ends before it starts.", "Give the start first.");
}

/** Without blanks at its ends, which the compiler does not look past. */
function trimmed({ text }: ts.SourceFile, { pos, end }: ts.TextRange): ts.TextRange {
  const inner = text.slice(pos, end);
  if (inner.trim() === "") return { pos, end };
  return { pos: pos + inner.length - inner.trimStart().length, end: end - (inner.length - inner.trimEnd().length) };
}

function needed<T>(value: T | undefined, operation: string, name: string): T {
  if (value !== undefined) return value;
  throw new ToolError("INVALID_ARGUMENT", `${operation} needs ${name}.`, `Call again with ${name}.`);
}
