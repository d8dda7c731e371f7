import path from "node:path";
import { ToolError, throwIfCancelled } from "../../../platform/errors.ts";
import type { ApplyOptions, Edits } from "../../edits/edits.ts";
import type { Workspace } from "../../workspace.ts";
import { output } from "../repository.ts";
import type { GitRequest, Repository, Scoped } from "../repository.ts";

/** Arguments of the call that takes a change back: of `git_operations`, or of the tool that it names. */
export type GitUndo = Readonly<Record<string, string | readonly string[]>>;

export interface GitChanged {
  /** Of the new commit, stash or branch. */
  readonly commit?: string;
  /** Absent where no call takes it back. */
  readonly undo?: GitUndo;
  /** What was done differently than git alone would have done it, and what is kept. */
  readonly notes?: readonly string[];
}

export type ChangeRequest = GitRequest & { readonly options: ApplyOptions };

export interface ChangeDeps {
  readonly workspace: Workspace;
  readonly edits: Edits;
  open(request: GitRequest): Promise<Scoped>;
}

interface Change {
  /** What the user reads who is asked, such as "Delete the branch fix". */
  readonly title: string;
  /** Files of the work tree that it writes, as git names them. */
  readonly files?: readonly string[];
  /** No call takes it back. */
  readonly lasting?: boolean;
}

/** git is not stopped in the middle of a change: it would leave the half of it, and its lock. */
const changeMs = 300_000;

/**
 * A change by git: refused, asked about and in turn like every edit of files. `work` gets what runs git to its end.
 */
export function makeChange(
  { edits }: ChangeDeps,
  { repository, options }: { readonly repository: Repository; readonly options: ApplyOptions },
  { title, files = [], lasting = false }: Change,
  work: (run: (args: readonly string[], input?: string) => Promise<string>) => Promise<GitChanged>,
): Promise<GitChanged> {
  const absolute = files.map((name) => absoluteOf(repository, name));
  return edits.perform({ title, files: absolute, lasting }, options, async ({ signal }) => {
    throwIfCancelled(signal);
    const unstoppable = new AbortController().signal;
    return work((args, input) =>
      output(repository, args, {
        signal: unstoppable,
        timeoutMs: changeMs,
        ...(input !== undefined && { input: Buffer.from(input) }),
      }),
    );
  });
}

export function absoluteOf({ workTree }: Repository, name: string): string {
  return path.join(workTree, ...name.split("/"));
}

export function displayOf(workspace: Workspace, repository: Repository, name: string): string {
  return workspace.displayPath(absoluteOf(repository, name));
}

/** Names that git prints with `-z`. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split("\0").filter((name) => name !== ""))];
}

/** Files that differ: between two commits, or of the work tree from one. */
export async function changedFiles(
  repository: Repository,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const args = ["diff", "--name-only", "--no-renames", "--ignore-submodules=dirty", "-z", ...commits, "--"];
  return namesIn(await output(repository, args, { signal }));
}

/** Refuses what would take a part of the repository along that nobody sees here. */
export function refuseLarger({ scope }: Repository, why: string): void {
  if (scope === "") return;
  throw new ToolError(
    "PROTECTED_PATH",
    `The repository is larger than the workspace, and ${why}; nothing was changed.`,
    "Open the folder of the whole repository, or do it in a terminal.",
  );
}

/** A filter or merge driver of the repository's own is not run; without it, git would store or write other bytes. */
export async function refuseFilters(
  workspace: Workspace,
  repository: Repository,
  { names, signal }: { readonly names: readonly string[]; readonly signal: AbortSignal },
): Promise<void> {
  if (repository.filters.length === 0 || names.length === 0) return;
  const own = new Set(repository.filters.map((setting) => setting.replace(/\.[^.]*$/, "")));
  const input = Buffer.from(names.map((name) => `${name}\0`).join(""));
  const fields = (
    await output(repository, ["check-attr", "-z", "--stdin", "filter", "merge"], { signal, input })
  ).split("\0");
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name = "", attribute = "", value = ""] = fields.slice(at, at + 3);
    if (!own.has(`${attribute}.${value}`)) continue;
    throw new ToolError(
      "PROTECTED_PATH",
      `${displayOf(workspace, repository, name)} goes through ${attribute}.${value}, a program that the repository's own settings name. It was not run, and nothing was changed.`,
      "The user can do this in a terminal, or name the program in their own git settings.",
    );
  }
}

/** Text that is typed and not saved would be lost, or would later be saved over what git writes. */
export function refuseUnsaved(workspace: Workspace, repository: Repository, names: readonly string[]): void {
  const unsaved = workspace.documents.unsaved();
  const touched = names.filter((name) => unsaved.has(absoluteOf(repository, name)));
  const [first] = touched;
  if (first === undefined) return;
  throw new ToolError(
    "CONFLICT",
    `${displayOf(workspace, repository, first)} has text that is not saved; nothing was changed.`,
    "Ask the user to save it or to undo it, then call again.",
    { unsaved: touched.slice(0, 20).map((name) => displayOf(workspace, repository, name)) },
  );
}

/** What has to be right before git writes files of the work tree. */
export async function checkFiles(
  workspace: Workspace,
  repository: Repository,
  work: { readonly names: readonly string[]; readonly signal: AbortSignal },
): Promise<void> {
  await refuseFilters(workspace, repository, work);
  refuseUnsaved(workspace, repository, work.names);
}

export function needPaths(paths: readonly string[], operation: string): void {
  if (paths.length > 0) return;
  throw new ToolError("INVALID_ARGUMENT", `${operation} needs paths.`, 'Name the files, or "." for all of them.');
}

export function files(count: number): string {
  return `${String(count)} file${count === 1 ? "" : "s"}`;
}
