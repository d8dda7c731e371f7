import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { ToolError, systemCode } from "../platform/errors.ts";
import type { Root } from "./roots.ts";

export interface WorkspacePath {
  readonly root: Root;
  /** Absolute path with every symbolic link resolved, inside the root. */
  readonly absolute: string;
  /** As callers see it: relative to the root with "/", the root's name first when there are several roots. */
  readonly shown: string;
  readonly exists: boolean;
}

/** Turns a caller's path into a place inside the roots, or refuses it without telling what is outside. */
export async function resolvePath(roots: readonly Root[], input: string): Promise<WorkspacePath> {
  const { root, relative } = splitRoot(roots, checkedInput(input));
  const wanted = path.resolve(root.path, relative);
  if (!isInside(root.path, wanted)) throw outside();
  const { absolute, exists } = await realPlace(wanted);
  if (!isInside(root.path, absolute)) throw outside();
  return { root, absolute, shown: shownPath(roots, root, absolute), exists };
}

/** The name callers use for an absolute path inside a root. */
export function shownPath(roots: readonly Root[], root: Root, absolute: string): string {
  const relative = path.relative(root.path, absolute).split(path.sep).join("/");
  if (roots.length === 1) return relative === "" ? "." : relative;
  return relative === "" ? root.name : `${root.name}/${relative}`;
}

export function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function checkedInput(input: string): string {
  if (input.includes("\0")) {
    throw new ToolError("INVALID_ARGUMENT", "The path holds a NUL character.", "Give a plain relative path.");
  }
  if (path.isAbsolute(input)) throw outside();
  return input;
}

function splitRoot(roots: readonly Root[], input: string): { root: Root; relative: string } {
  const [first] = roots;
  if (first && roots.length === 1) return { root: first, relative: input };
  const [head = "", ...rest] = input.split("/");
  const root = roots.find((candidate) => candidate.name === head);
  if (root) return { root, relative: rest.join("/") || "." };
  throw new ToolError(
    "NOT_FOUND",
    "The path does not start with the name of a root.",
    `Start the path with one of: ${roots.map((candidate) => candidate.name).join(", ")}.`,
  );
}

/** The real path of the deepest existing ancestor, with what does not exist yet behind it. */
async function realPlace(wanted: string): Promise<{ absolute: string; exists: boolean }> {
  const missing: string[] = [];
  for (let at = wanted; ; at = path.dirname(at)) {
    try {
      const real = await realpath(at);
      return { absolute: path.join(real, ...missing), exists: missing.length === 0 };
    } catch (error) {
      // A dangling or looping link has an entry but no real path: following it later could leave the root.
      if (
        await lstat(at).then(
          () => true,
          () => false,
        )
      )
        throw outside();
      if (systemCode(error) !== "ENOENT" && systemCode(error) !== "ENOTDIR") throw outside();
      if (path.dirname(at) === at) throw outside();
      missing.unshift(path.basename(at));
    }
  }
}

function outside(): ToolError {
  return new ToolError(
    "PATH_OUTSIDE_WORKSPACE",
    "The path is not inside the workspace.",
    "Use a path relative to the workspace root, as list_directory shows it.",
  );
}
