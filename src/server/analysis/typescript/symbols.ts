import { ToolError } from "../../platform/errors.ts";
import type { Target } from "./answers.ts";
import { closestTo } from "./closest.ts";
import type { View } from "./engine.ts";
import { lookUp } from "./lookup.ts";
import type { InFile } from "./lookup.ts";
import { fileIndex, nameIndex } from "./nameIndex.ts";
import type { Named } from "./outline.ts";
import type { Project } from "./project.ts";
import { slashed, ts } from "./ts.ts";

/** A symbol of the workspace with where its name stands. */
export interface Located {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly position: number;
  /** Where each of its declarations has its name: overloads, merged ones, a function and its export. */
  readonly positions: readonly number[];
  /** Where a CommonJS file hands it on: `exports.name = name`. */
  readonly handedOn?: number | undefined;
  /** `file.ts#Class/method`, or `file.ts:line:column` for what has no name path. */
  readonly label: string;
  /** Symbols of the same name in generated and vendored files. */
  readonly behind: number;
}

const maxCandidates = 10;

/** Finds what a caller means; AMBIGUOUS lists the candidates, NOT_FOUND the closest names. */
export function locate(view: View, target: Target): Located {
  if (target.kind === "position") return locatePosition(view, target);
  const within = target.file === undefined ? undefined : fileOf(view, target.file);
  const { found, behind } = lookUp(view, target.namePath, within);
  const [only, ...others] = found;
  if (!only) throw missing(view, target.namePath, within);
  if (others.length > 0) {
    const candidates = found.slice(0, maxCandidates).map(({ label }) => label);
    throw new ToolError(
      "AMBIGUOUS",
      `${found.length} symbols are called ${target.namePath}.`,
      "Name one of `candidates`.",
      { candidates, left: found.length - candidates.length },
    );
  }
  const { file, project, label, declarations } = only;
  const [position = 0, ...more] = new Set(declarations.map(({ nameNode }) => nameNode.getStart(file)));
  const handedOn = declarations.find(isHandedOnByAssignment)?.nameNode.getStart(file);
  return { file, project, position, positions: [position, ...more], handedOn, label, behind };
}

/** The other aliases are `export { name as other }`, which the compiler follows. */
function isHandedOnByAssignment({ kind, nameNode: { parent } }: Named): boolean {
  return kind === "alias" && !ts.isExportSpecifier(parent) && !ts.isNamespaceExport(parent);
}

function fileOf(view: View, path: string) {
  const project = view.projectOf(path);
  return { project, file: sourceFile(view, project, path) };
}

function locatePosition(view: View, { file: path, line, column }: Target & { kind: "position" }): Located {
  const project = view.projectOf(path);
  const file = sourceFile(view, project, path);
  const starts = file.getLineStarts();
  const start = starts[line - 1];
  const end = starts[line] ?? file.end + 1;
  if (start === undefined || start + column - 1 >= end) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${view.displayPath(file.fileName)} has no line ${line}, column ${column}.`,
      `Lines and columns are 1-based; the file has ${starts.length} lines.`,
    );
  }
  const position = start + column - 1;
  const label = `${view.displayPath(file.fileName)}:${line}:${column}`;
  return { file, project, position, positions: [position], label, behind: 0 };
}

export function sourceFile(view: View, project: Project, path: string): ts.SourceFile {
  const file = project.program().getSourceFile(slashed(path));
  if (file) return file;
  throw new ToolError(
    "NOT_FOUND",
    `${view.displayPath(path)} does not exist.`,
    "Use list_directory to see what exists.",
  );
}

function missing(view: View, wanted: string, within: InFile | undefined): ToolError {
  const index = within ? fileIndex(view, within.file, within.project) : nameIndex(view);
  const closest = closestTo(index, wanted);
  return new ToolError(
    "NOT_FOUND",
    `There is no symbol ${wanted}${within ? ` in ${view.displayPath(within.file.fileName)}` : ""}.`,
    closest.length > 0 ? "Did you mean one of `closest`?" : "Use find_symbol to see what exists.",
    closest.length > 0 ? { closest } : {},
  );
}
