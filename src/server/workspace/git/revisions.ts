import { ToolError } from "../../platform/errors.ts";
import type { Repository, RunOptions } from "./repository.ts";

/** One commit, or two with what is between them. */
export interface Range {
  /** Undefined for the empty start of a single commit's history. */
  readonly from?: string;
  readonly to: string;
  /** `A...B`: from where both were the same last. */
  readonly isFromFork: boolean;
}

const maxLength = 300;

/** The id of the commit that a name stands for. What goes on to git is the id, so that no name is taken for an option. */
export async function commitOf(repository: Repository, name: string, options: RunOptions): Promise<string> {
  return idOf(repository, `${checked(name)}^{commit}`, name, options);
}

/** The same for whatever has files: a commit, a tag, or a tree. */
export async function treeOf(repository: Repository, name: string, options: RunOptions): Promise<string> {
  return idOf(repository, `${checked(name)}^{tree}`, name, options);
}

/** `A..B`, `A...B` or one name; what is left out of a range is HEAD. */
export async function rangeOf(repository: Repository, name: string, options: RunOptions): Promise<Range> {
  const [, from, dots, to] = /^(.+?)??(\.{2,3})(.+)?$/.exec(checked(name)) ?? [];
  if (dots === undefined) return { to: await commitOf(repository, name, options), isFromFork: false };
  return {
    from: await commitOf(repository, from ?? "HEAD", options),
    to: await commitOf(repository, to ?? "HEAD", options),
    isFromFork: dots === "...",
  };
}

/** HEAD's commit; undefined before the first one. */
export async function headOf(repository: Repository, options: RunOptions): Promise<string | undefined> {
  const { ok, stdout } = await repository.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], options);
  return ok ? stdout.trim() : undefined;
}

/** The branch that is checked out; undefined when it is a commit. */
export async function branchOf(repository: Repository, options: RunOptions): Promise<string | undefined> {
  const { ok, stdout } = await repository.run(["symbolic-ref", "--quiet", "--short", "HEAD"], options);
  return ok ? stdout.trim() : undefined;
}

/** Refuses a name that no branch can have. */
export async function checkBranchName(repository: Repository, name: string, options: RunOptions): Promise<void> {
  const { ok } = name.startsWith("-")
    ? { ok: false }
    : await repository.run(["check-ref-format", "--branch", name], options);
  // `@{-1}` is the branch before this one, and so an allowed name for git.
  if (ok && !name.includes("@{")) return;
  throw new ToolError("INVALID_ARGUMENT", "No branch can have this name.", "Choose one such as fix/login.");
}

async function idOf(repository: Repository, spec: string, name: string, options: RunOptions): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", spec];
  const { ok, stdout } = await repository.run(args, options);
  if (ok) return stdout.trim();
  throw new ToolError(
    "NOT_FOUND",
    `There is no commit ${JSON.stringify(name.slice(0, 100))}.`,
    "Give a branch, a tag or the id of a commit; branches and log list them.",
  );
}

function checked(name: string): string {
  if (name.length > maxLength || name.startsWith("-") || /\p{Cc}/u.test(name)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "This is no name of a commit.",
      "Give a branch, a tag, the id of a commit, or two of them with .. between.",
    );
  }
  return name;
}
