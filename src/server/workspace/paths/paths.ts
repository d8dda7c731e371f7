import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { nameProblem, newNameProblem } from "./names.ts";
import type { Root } from "./roots.ts";

export interface WorkspacePath {
  readonly root: Root;
  /** Absolute path with every symbolic link resolved, inside the root. */
  readonly absolute: string;
  /** Relative to its root, with "/"; "" for the root itself. */
  readonly relative: string;
  /** As callers see it: relative to the root with "/", the root's name first when there are several roots. */
  readonly displayPath: string;
  readonly exists: boolean;
  /** The path names a symbolic link; `absolute` is what it leads to. */
  readonly isLink: boolean;
  /** The last names of `absolute` that are not there yet, outermost first. */
  readonly missing: readonly string[];
}

/** Turns a caller's path into a location inside the roots, or refuses it without showing what is outside. */
export async function resolvePath(roots: readonly Root[], input: string): Promise<WorkspacePath> {
  checkInput(input);
  const { root, relative } = path.isAbsolute(input) ? rootOfAbsolute(roots, input) : splitRoot(roots, input);
  await (path.isAbsolute(input)
    ? refuseUpFromLink(path.parse(input).root, input)
    : refuseUpFromLink(root.path, relative));
  const wanted = path.resolve(root.path, relative);
  if (!isInside(root.path, wanted)) throw outsideWorkspace();
  const { absolute, missing } = await realLocation(wanted);
  if (!isInside(root.path, absolute)) throw outsideWorkspace();
  const exists = missing.length === 0;
  if (!exists) refuseExpansion(input);
  return {
    root,
    absolute,
    relative: relativeTo(root, absolute),
    displayPath: displayPathIn(root, absolute),
    exists,
    isLink: exists && wanted !== absolute && (await isLinkAt(wanted)),
    missing,
  };
}

/** Refuses names that a new file or folder must not have; what is there already keeps its name. */
export function checkNewNames(location: WorkspacePath): void {
  for (const name of location.missing) {
    const problem = newNameProblem(name);
    if (problem !== undefined) throw badName(problem);
  }
}

/** The root that an absolute path is in, the innermost when roots lie in each other. */
export function rootOf(roots: readonly Root[], absolute: string): Root | undefined {
  const containing = roots.filter((root) => isInside(root.path, absolute));
  return containing.sort((a, b) => b.path.length - a.path.length)[0];
}

/** The name callers use for an absolute path inside a root. */
export function displayPathIn(root: Root, absolute: string): string {
  const relative = relativeTo(root, absolute);
  if (root.prefix === "") return relative === "" ? "." : relative;
  return relative === "" ? root.prefix : `${root.prefix}/${relative}`;
}

export function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** A path inside a root relative to it, with "/"; "" for the root itself. */
export function relativeTo(root: Root, absolute: string): string {
  return path.relative(root.path, absolute).split(path.sep).join("/");
}

function checkInput(input: string): void {
  // "c:/" is a Windows drive and has one letter; whatever else has a scheme is an address, not a path.
  if (/^[a-z][a-z0-9+.-]+:[/\\]/i.test(input)) {
    throw new ToolError("INVALID_ARGUMENT", "This is an address, not a path.", "Give a plain relative path.");
  }
  if (/\p{Surrogate}/u.test(input)) throw badName("contains half of a surrogate pair");
  for (const name of input.split("/")) {
    const problem = nameProblem(name);
    if (problem !== undefined) throw badName(problem);
  }
}

/** `~/x` and `$HOME/x` name nothing here. Made as literal folders they would look like what they are not. */
function refuseExpansion(input: string): void {
  if (!/^(~[^/]*|\$\{?[A-Z_][A-Z0-9_]*\}?|%[A-Za-z_]+%)(\/|\\|$)/.test(input)) return;
  throw new ToolError(
    "INVALID_ARGUMENT",
    "Paths are taken as they are; nothing is expanded.",
    "Give a plain relative path.",
  );
}

function badName(problem: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", `The path ${problem}.`, "Give a plain relative path.");
}

function rootOfAbsolute(roots: readonly Root[], input: string): { root: Root; relative: string } {
  const root = rootOf(roots, path.resolve(input));
  if (!root) throw outsideWorkspace();
  return { root, relative: path.relative(root.path, path.resolve(input)) || "." };
}

function splitRoot(roots: readonly Root[], input: string): { root: Root; relative: string } {
  const [first] = roots;
  if (first?.prefix === "") return { root: first, relative: input };
  if (/^(\.\/+)*\.\.(\/|$)/.test(input)) throw outsideWorkspace();
  const [head = "", ...rest] = input.replace(/^(\.\/+)+/, "").split("/");
  const root = roots.find((candidate) => candidate.prefix === head);
  if (root) return { root, relative: rest.join("/") || "." };
  throw new ToolError(
    "NOT_FOUND",
    "The path does not start with the name of a root.",
    `Start the path with one of: ${roots.map((candidate) => candidate.prefix).join(", ")}.`,
  );
}

/**
 * Refuses `link/../name`: for the file system ".." leaves the folder that the link leads to, which may be anywhere, and
 * not the folder that the link is in.
 */
async function refuseUpFromLink(folder: string, relative: string): Promise<void> {
  const names = relative.split(/[\\/]/);
  for (const [index, name] of names.entries()) {
    if (name === ".." && (await isLinkAt(path.resolve(folder, ...names.slice(0, index))))) throw outsideWorkspace();
  }
}

/** The real path of the deepest existing ancestor, with what does not exist yet behind it. */
async function realLocation(wanted: string): Promise<{ absolute: string; missing: string[] }> {
  const missing: string[] = [];
  for (let at = wanted; ; at = path.dirname(at)) {
    try {
      const real = await realpath(at);
      return { absolute: path.join(real, ...missing), missing };
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENAMETOOLONG") throw badName("is too long");
      // A dangling or looping link has an entry but no real path: following it later could leave the root.
      if ((code !== "ENOENT" && code !== "ENOTDIR") || (await hasEntry(at)) || path.dirname(at) === at)
        throw outsideWorkspace();
      missing.unshift(path.basename(at));
    }
  }
}

async function isLinkAt(at: string): Promise<boolean> {
  try {
    return (await lstat(at)).isSymbolicLink();
  } catch {
    // Gone since its real path was found.
    return false;
  }
}

async function hasEntry(at: string): Promise<boolean> {
  try {
    await lstat(at);
    return true;
  } catch {
    return false;
  }
}

export function outsideWorkspace(): ToolError {
  return new ToolError(
    "PATH_OUTSIDE_WORKSPACE",
    "The path is not inside the workspace.",
    "Use a path relative to the workspace root, as list_directory shows it.",
  );
}
