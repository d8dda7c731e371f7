import { lstatSync } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import { git, gitBytes, gitProgram } from "../../platform/git.ts";
import type { GitAnswer, GitOptions } from "../../platform/git.ts";
import { isInside, outsideWorkspace } from "../paths/paths.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import type { Root } from "../paths/roots.ts";
import { ownPrograms } from "./programs.ts";

export type RunOptions = Omit<GitOptions, "cwd">;

/** A repository whose work tree is in the workspace, or contains it. */
export interface Repository {
  readonly root: Root;
  /** Real absolute path of the folder with `.git`. */
  readonly workTree: string;
  /** The part of the work tree that is in the workspace, with "/"; "" for all of it. */
  readonly scope: string;
  /** Settings of the repository's own that name a filter or a merge driver; these are not run. */
  readonly filters: readonly string[];
  /** The folder with its hooks; none of them is ever run. */
  readonly hooks: string;
  /** Runs git with every program switched off that the repository's own settings name. */
  run(args: readonly string[], options: RunOptions): Promise<GitAnswer>;
  bytes(args: readonly string[], options: RunOptions): Promise<Omit<GitAnswer, "stdout"> & { readonly bytes: Buffer }>;
}

/** What every question of git says of where it looks. */
export interface GitRequest {
  /** Callers' paths of one repository; without one, the repository of the only root and everything in it. */
  readonly paths: readonly string[];
  readonly signal: AbortSignal;
}

/** A repository with the part of it that a caller asked about. */
export interface Scoped {
  readonly repository: Repository;
  /** Behind `--`; never empty, so that nothing outside of the workspace is in an answer. */
  readonly pathspec: readonly string[];
}

interface Found {
  readonly workTree: string;
  readonly gitDir: string;
}

/** Finds the repository that contains a location, without asking git: what git would follow can be planted. */
export async function openRepository(
  roots: readonly Root[],
  location: WorkspacePath,
  options: RunOptions,
): Promise<Repository> {
  if (gitProgram() === undefined) {
    throw new ToolError("NOT_READY", "git is not installed.", "Install git, and start the server again.");
  }
  const { root, absolute } = location;
  const found = await find(roots, root, (await isFolder(absolute)) ? absolute : path.dirname(absolute));
  if (!found) {
    throw new ToolError(
      "NOT_FOUND",
      `${location.displayPath} is in no git repository.`,
      "Give the path of a folder in a repository, or call git init in a terminal first.",
    );
  }
  const { workTree, gitDir } = found;
  const programs = await ownPrograms(gitDir, options);
  if (!programs) {
    throw new ToolError(
      "NOT_READY",
      `git cannot read the settings of the repository at ${location.displayPath}.`,
      "Call git status in a terminal, which says what is wrong with it.",
    );
  }
  const first = [`--git-dir=${gitDir}`, `--work-tree=${workTree}`, ...programs.off];
  return {
    root,
    workTree,
    scope: isInside(root.path, workTree) ? "" : path.relative(workTree, root.path).split(path.sep).join("/"),
    filters: programs.ofContent,
    hooks:
      programs.hooks === undefined
        ? path.join(await commonDir(gitDir), "hooks")
        : path.resolve(workTree, programs.hooks),
    run: async (args, each) => answered(await git([...first, ...args], { ...each, cwd: workTree })),
    bytes: async (args, each) => answered(await gitBytes([...first, ...args], { ...each, cwd: workTree })),
  };
}

async function find(roots: readonly Root[], root: Root, folder: string): Promise<Found | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const gitDir = await gitDirAt(roots, at);
    if (gitDir !== undefined) return { workTree: at, gitDir };
    // A folder of a larger repository may be the workspace: git looks upwards as well.
    if (path.dirname(at) === at) return undefined;
    if (!isInside(root.path, at) && !isInside(at, root.path)) return undefined;
  }
}

async function gitDirAt(roots: readonly Root[], folder: string): Promise<string | undefined> {
  const entry = path.join(folder, ".git");
  const found = await lstat(entry).catch(() => undefined);
  if (!found) return undefined;
  if (found.isDirectory()) return (await looksLikeGitDir(entry)) ? entry : undefined;
  // A link or a file says where the rest is. Planted, it would show another repository of the user.
  const target = found.isFile() ? await linkedGitDir(folder, entry) : await realpath(entry).catch(() => undefined);
  if (target === undefined || !(await looksLikeGitDir(target))) return undefined;
  if (roots.some((root) => isInside(root.path, target)) || (await pointsBack(target, entry))) return target;
  throw outsideWorkspace();
}

async function linkedGitDir(folder: string, file: string): Promise<string | undefined> {
  const named = /^gitdir: (.+?)\s*$/.exec(await textOf(file))?.[1];
  return named === undefined ? undefined : realpath(path.resolve(folder, named)).catch(() => undefined);
}

/** A repository knows its worktrees: only one that names this folder as its own has made it. */
async function pointsBack(gitDir: string, entry: string): Promise<boolean> {
  const back = (await textOf(path.join(gitDir, "gitdir"))).trim();
  if (back === "") return false;
  const real = await realpath(path.resolve(gitDir, back)).catch(() => undefined);
  return real !== undefined && real === (await realpath(entry));
}

/** Worktrees share all but their index with the repository that they belong to. */
async function commonDir(gitDir: string): Promise<string> {
  return path.resolve(gitDir, (await textOf(path.join(gitDir, "commondir"))).trim() || ".");
}

async function looksLikeGitDir(folder: string): Promise<boolean> {
  return (await textOf(path.join(folder, "HEAD"))) !== "";
}

/** Longer than any of git's own files of one line. */
const maxBytes = 16 * 1024;

async function textOf(file: string): Promise<string> {
  const found = await lstat(file).catch(() => undefined);
  if (!found || found.size > maxBytes || !(found.isFile() || found.isSymbolicLink())) return "";
  // HEAD of an old repository may be a link to its branch.
  if (found.isSymbolicLink()) return "link";
  return readFile(file, "utf8").catch(() => "");
}

async function isFolder(absolute: string): Promise<boolean> {
  return (await lstat(absolute).catch(() => undefined))?.isDirectory() ?? false;
}

/** A location relative to the work tree, with "/", as git has it; "." for the work tree itself. */
export function inWorkTree({ workTree }: Repository, location: WorkspacePath): string {
  if (!isInside(workTree, location.absolute)) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${location.displayPath} is in another repository than the first path.`,
      "Give paths of one repository in one call.",
    );
  }
  return path.relative(workTree, location.absolute).split(path.sep).join("/") || ".";
}

/** What git said when a command failed, as one sentence for a message. */
export function gitSays({ stderr, cut }: Pick<GitAnswer, "stderr" | "cut">): string {
  if (cut === "late") return "git did not end in time";
  if (cut === "long") return "git's answer is too long";
  const line = stderr.split("\n").find((each) => /^(fatal|error): /.test(each)) ?? stderr.split("\n")[0] ?? "";
  return line.replace(/^(fatal|error): /, "").slice(0, 300) || "git failed without a word";
}

/** A git that was killed has answered nothing: that is no "no", as an exit code is. */
function answered<Answer extends Pick<GitAnswer, "ok" | "code" | "cut">>(answer: Answer): Answer {
  if (answer.ok || answer.code !== undefined || answer.cut !== undefined) return answer;
  throw new ToolError(
    "CONFLICT",
    "git ended before it answered: it was killed, or could not be started.",
    "Look at the status, and call again.",
  );
}

/** The output of a command that has to end well. */
export async function output(repository: Repository, args: readonly string[], options: RunOptions): Promise<string> {
  const answer = await repository.run(args, options);
  if (!answer.ok) throw gitFailed(answer);
  return answer.stdout;
}

/** A lock does not say whose it is: it is never removed here, since its git may be at work. */
function locked(file: string): ToolError {
  const name = path.basename(file);
  const seconds = Math.max(
    0,
    (Date.now() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 1000,
  );
  return new ToolError(
    "CONFLICT",
    `${name} in the .git folder, ${seconds.toFixed(0)} s old, is the lock of a git that is at work, or was killed; nothing was changed.`,
    `Call again in a moment. When no git runs and ${name} stays, the user removes that file; nothing else of the repository is lost.`,
  );
}

export function gitFailed(answer: Pick<GitAnswer, "stderr" | "cut">): ToolError {
  if (answer.cut === "long") {
    return new ToolError("TOO_LARGE", "git's answer is too long.", "Ask for less: name paths, or a smaller range.");
  }
  const lock = /Unable to create '(.+\.lock)': File exists/.exec(answer.stderr)?.[1];
  if (lock !== undefined) return locked(lock);
  return new ToolError("CONFLICT", `git refused: ${gitSays(answer)}.`, "Correct what it says, and call again.");
}
