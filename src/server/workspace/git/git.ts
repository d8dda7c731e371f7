import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { Edits } from "../edits/edits.ts";
import { isInside, relativeTo, rootOf } from "../paths/paths.ts";
import { isSecretFile } from "../paths/secrets.ts";
import type { Workspace } from "../workspace.ts";
import { parseBlame } from "./commits.ts";
import type { Blamed, Commit } from "./commits.ts";
import { diffFlags, parseDiff, partsOf } from "./diff.ts";
import type { FileDiff, HunkPart } from "./diff.ts";
import { commitsOf, createHistory, shortIds } from "./history.ts";
import type { HistoryFilter } from "./history.ts";
import { branchesOf, stashesOf, worktreesOf } from "./listings.ts";
import type { Branch, Stash, Worktree } from "./listings.ts";
import { gitFailed, inWorkTree, openRepository, output } from "./repository.ts";
import type { GitRequest, Repository, Scoped } from "./repository.ts";
import { commitOf, headOf, rangeOf } from "./revisions.ts";
import { parseStatus, statusArgs } from "./status.ts";
import type { Status } from "./status.ts";
import { createBranchChanges } from "./changes/branchChanges.ts";
import type { BranchChanges } from "./changes/branchChanges.ts";
import { createIndexChanges } from "./changes/indexChanges.ts";
import type { IndexChanges } from "./changes/indexChanges.ts";
import { createTreeChanges } from "./changes/treeChanges.ts";
import type { TreeChanges } from "./changes/treeChanges.ts";

export interface Diff {
  readonly files: readonly FileDiff[];
  /** Files whose lines are not shown, and why. */
  readonly incomplete: readonly Incomplete[];
}

export interface LogRequest extends GitRequest, HistoryFilter {
  /** A commit or a range; HEAD when left out. */
  readonly ref?: string | undefined;
}

/** The repository of the workspace, asked by the git program. Paths are as callers see them. */
export interface Git {
  status(request: GitRequest): Promise<Status & Filtered>;
  /** Work tree against index; index against HEAD when `staged`; otherwise against or between commits. */
  diff(
    request: GitRequest & { readonly ref?: string | undefined; readonly staged: boolean; readonly context: number },
  ): Promise<Diff & Filtered>;
  /** Ids of the commits, newest first. */
  log(request: LogRequest): Promise<readonly string[]>;
  /** The nearest tag among a commit and those before it; undefined where none has one. */
  lastTag(request: GitRequest & { readonly ref?: string | undefined }): Promise<string | undefined>;
  /** The commits with these ids. */
  commits(request: GitRequest & { readonly ids: readonly string[] }): Promise<readonly Commit[]>;
  /** What a commit changed against its first parent. */
  show(
    request: GitRequest & { readonly ref: string; readonly context: number },
  ): Promise<{ readonly commit: Commit } & Diff>;
  blame(
    request: GitRequest & {
      readonly ref?: string | undefined;
      readonly startLine?: number | undefined;
      readonly endLine?: number | undefined;
    },
  ): Promise<readonly Blamed[]>;
  branches(request: GitRequest): Promise<readonly Branch[]>;
  stashes(request: GitRequest): Promise<readonly Stash[]>;
  /** A worktree outside of the workspace has no path. */
  worktrees(request: GitRequest): Promise<readonly (Omit<Worktree, "path"> & { readonly path?: string })[]>;
  /** The hunks of a difference in pieces that an answer can contain. */
  parts(files: readonly FileDiff[]): readonly HunkPart[];
  /** Each is done in turn with the edits of files, and as far as the policy for them allows. */
  readonly changes: IndexChanges & TreeChanges & BranchChanges;
}

/** Settings of the repository's own that git would have run a program for, on the content of files. */
export interface Filtered {
  readonly filters: readonly string[];
}

interface GitDeps {
  readonly workspace: Workspace;
  readonly edits: Edits;
}

export function createGit({ workspace, edits }: GitDeps): Git {
  const deps = { workspace, edits, open };
  const history = createHistory();

  async function open({ paths, signal }: GitRequest): Promise<Scoped> {
    const locations = await Promise.all(
      (paths.length === 0 ? [onlyRoot()] : paths).map((each) => workspace.resolve(each)),
    );
    const [first] = locations;
    if (!first) throw new Error("No path was given to git");
    const repository = await openRepository(workspace.roots, first, { signal });
    const named = paths.length === 0 ? [] : locations.map((location) => inWorkTree(repository, location));
    for (const [at, location] of locations.entries()) {
      if (!location.exists)
        await checkKnown(repository, { name: named[at] ?? ".", display: location.displayPath, signal });
    }
    return { repository, pathspec: named.length > 0 ? named : [repository.scope || "."] };
  }

  function onlyRoot(): string {
    if (workspace.roots.length === 1) return ".";
    throw new ToolError(
      "INVALID_ARGUMENT",
      "The workspace has several folders.",
      `Give path, beginning with one of: ${workspace.roots.map(({ name }) => name).join(", ")}.`,
    );
  }

  const shown =
    ({ workTree }: Repository) =>
    (name: string) =>
      workspace.displayPath(path.join(workTree, ...name.split("/")));

  /** Of a repository around the workspace, only what is in the workspace; the lines of files with credentials are left out. */
  function visible(repository: Repository, files: readonly FileDiff[]): Diff {
    const display = shown(repository);
    const incomplete: Incomplete[] = [];
    const inside = files.flatMap((file) => {
      const absolute = path.join(repository.workTree, ...file.path.split("/"));
      if (!isInside(repository.root.path, absolute)) return [];
      const from = file.from === undefined ? {} : { from: display(file.from) };
      const named = { ...file, ...from, path: display(file.path) };
      const names = [file.path, file.from ?? file.path].map((name) =>
        relativeTo(repository.root, path.join(repository.workTree, ...name.split("/"))),
      );
      if (!names.some(isSecretFile)) return [named];
      incomplete.push({ path: named.path, reason: "It contains credentials." });
      return [{ ...named, hunks: [] }];
    });
    return { files: inside, incomplete };
  }

  async function difference(scoped: Scoped, args: readonly string[], signal: AbortSignal): Promise<Diff> {
    const text = await output(scoped.repository, ["diff", ...diffFlags, ...args, "--", ...scoped.pathspec], {
      signal,
      maxBytes: 64 * 1024 * 1024,
    });
    return visible(scoped.repository, parseDiff(text));
  }

  return {
    async status(request) {
      const { repository, pathspec } = await open(request);
      const text = await output(repository, [...statusArgs, "--", ...pathspec], request);
      const { entries, ...status } = parseStatus(text);
      const display = shown(repository);
      return {
        ...status,
        filters: repository.filters,
        entries: entries.map((entry) => ({
          ...entry,
          path: display(entry.path),
          ...(entry.from !== undefined && { from: display(entry.from) }),
        })),
      };
    },
    async diff(request) {
      const { ref, staged, context, signal } = request;
      const scoped = await open(request);
      const { repository } = scoped;
      const range = ref === undefined ? undefined : await rangeOf(repository, ref, { signal });
      if (range?.from !== undefined && staged) {
        throw new ToolError(
          "INVALID_ARGUMENT",
          "The index is compared with one commit.",
          "Leave out staged, or give one commit as ref.",
        );
      }
      const between =
        range === undefined
          ? // Of a file in conflict git would print a patch of three sides, which no list of files goes with.
            staged
            ? []
            : ["--ours"]
          : range.from === undefined
            ? [range.to]
            : [`${range.from}${range.isFromFork ? "..." : ".."}${range.to}`];
      const args = [`--unified=${String(context)}`, ...(staged ? ["--cached"] : []), ...between];
      return { ...(await difference(scoped, args, signal)), filters: repository.filters };
    },
    async log(request) {
      const { ref, signal } = request;
      const scoped = await open(request);
      const { repository } = scoped;
      const range =
        ref === undefined ? await headRange(repository, signal) : await rangeOf(repository, ref, { signal });
      if (!range) return [];
      return history.ids(scoped, range, request, signal);
    },
    async lastTag(request) {
      const { ref, signal } = request;
      const { repository } = await open(request);
      const commit =
        ref === undefined ? await headOf(repository, { signal }) : await commitOf(repository, ref, { signal });
      if (commit === undefined) return undefined;
      const { ok, stdout } = await repository.run(["describe", "--tags", "--abbrev=0", commit], { signal });
      return ok ? stdout.trim() : undefined;
    },
    async commits(request) {
      return commitsOf((await open(request)).repository, request.ids, request.signal);
    },
    async show(request) {
      const { ref, context, signal } = request;
      const scoped = await open(request);
      const id = await commitOf(scoped.repository, ref, { signal });
      const [commit] = await commitsOf(scoped.repository, [id], signal);
      if (!commit) throw new Error("git printed no commit of an id that it knows");
      const before = commit.parents[0] ?? (await emptyTree(scoped.repository, signal));
      return { commit, ...(await difference(scoped, [`--unified=${String(context)}`, before, id], signal)) };
    },
    async blame(request) {
      const { paths, ref, startLine, endLine, signal } = request;
      const [name, second] = paths;
      if (name === undefined || second !== undefined) {
        throw new ToolError("INVALID_ARGUMENT", "blame is about one file.", "Give its path.");
      }
      const { repository, pathspec } = await open(request);
      const location = await workspace.resolve(name);
      if (isSecretFile(location.relative)) {
        throw new ToolError(
          "SECRET_FILE",
          `${location.displayPath} contains credentials by its name.`,
          "Ask the user for what is needed from it.",
        );
      }
      const lines =
        startLine === undefined && endLine === undefined
          ? []
          : ["-L", `${String(startLine ?? 1)},${endLine === undefined ? "" : String(endLine)}`];
      const at = ref === undefined ? [] : [await commitOf(repository, ref, { signal })];
      // What is typed and not saved has lines of its own.
      const typed = ref === undefined ? workspace.documents.editorText(location.absolute) : undefined;
      const [file = ""] = pathspec;
      const args = [
        "blame",
        "--porcelain",
        "--encoding=UTF-8",
        "--no-textconv",
        ...lines,
        ...(typed === undefined ? at : ["--contents", "-"]),
        "--",
        file,
      ];
      const answer = await repository.run(args, { signal, ...(typed !== undefined && { input: Buffer.from(typed) }) });
      if (!answer.ok) throw blameFailed(answer);
      const groups = parseBlame(answer.stdout, file);
      const ids = groups.flatMap((group) => (group.commit === undefined ? [] : [group.commit]));
      const short = await shortIds(repository, ids, signal);
      return groups.map(({ from, commit: id, ...group }) => ({
        ...(id !== undefined && { commit: short.get(id) ?? id }),
        ...group,
        ...(from !== undefined && { from: shown(repository)(from) }),
      }));
    },
    async branches(request) {
      return branchesOf((await open(request)).repository, request.signal);
    },
    async stashes(request) {
      return stashesOf((await open(request)).repository, request.signal);
    },
    async worktrees(request) {
      const found = await worktreesOf((await open(request)).repository, request.signal);
      return found.map(({ path: folder, ...worktree }) => ({
        ...worktree,
        ...(rootOf(workspace.roots, folder) && { path: workspace.displayPath(folder) }),
      }));
    },
    parts: partsOf,
    changes: { ...createIndexChanges(deps), ...createTreeChanges(deps), ...createBranchChanges(deps) },
  };
}

/** What is not on the disk can have been deleted; a name that git never knew is a mistake, or something else than a path. */
async function checkKnown(
  repository: Repository,
  { name, display, signal }: { readonly name: string; readonly display: string; readonly signal: AbortSignal },
): Promise<void> {
  const listed = await repository.run(["ls-files", "-z", "--", name], { signal });
  if (listed.ok && listed.stdout !== "") return;
  const known = await repository.run(["rev-list", "-1", "HEAD", "--", name], { signal });
  if (known.ok && known.stdout !== "") return;
  throw new ToolError(
    "NOT_FOUND",
    `${display} does not exist, and git never knew it.`,
    "status and list_directory show what exists.",
  );
}

async function headRange(repository: Repository, signal: AbortSignal) {
  const to = await headOf(repository, { signal });
  return to === undefined ? undefined : { to, isFromFork: false };
}

/** Of the repository's own kind of ids. */
async function emptyTree(repository: Repository, signal: AbortSignal): Promise<string> {
  return (
    await output(repository, ["hash-object", "-t", "tree", "--stdin"], { signal, input: Buffer.alloc(0) })
  ).trim();
}

function blameFailed(answer: { readonly stderr: string }): ToolError {
  if (/no such path|cannot l?stat/i.test(answer.stderr)) {
    return new ToolError(
      "NOT_FOUND",
      "git does not know this file there.",
      "Give the path of a committed file, or a ref that contains it, such as HEAD for one that was deleted.",
    );
  }
  if (/has only \d+ lines?/.test(answer.stderr)) {
    return new ToolError(
      "INVALID_ARGUMENT",
      "The file has fewer lines.",
      "Give startLine and endLine within the file.",
    );
  }
  return gitFailed(answer);
}
