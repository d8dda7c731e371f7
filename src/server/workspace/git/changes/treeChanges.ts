import { lstat } from "node:fs/promises";
import path from "node:path";
import { ToolError } from "../../../platform/errors.ts";
import type { FileChange } from "../../edits/changes.ts";
import { isInside } from "../../paths/paths.ts";
import { decodeText } from "../../texts/encoding.ts";
import { differenceOf } from "../../texts/textEdits.ts";
import { stashesOf } from "../listings.ts";
import { gitFailed, output } from "../repository.ts";
import type { Repository } from "../repository.ts";
import { branchOf, commitOf, headOf, treeOf } from "../revisions.ts";
import {
  absoluteOf,
  changedFiles,
  checkFiles,
  displayOf,
  files,
  makeChange,
  namesIn,
  needPaths,
  refuseFilters,
  refuseLarger,
  refuseUnsaved,
} from "./change.ts";
import type { ChangeDeps, ChangeRequest, GitChanged } from "./change.ts";

/** What changes files of the work tree. */
export interface TreeChanges {
  stash(request: ChangeRequest & { readonly message?: string | undefined }): Promise<GitChanged>;
  /** @param ref `stash@{0}`, its number, or the commit of a stash. */
  unstash(request: ChangeRequest & { readonly ref: string }): Promise<GitChanged>;
  checkout(request: ChangeRequest & { readonly ref: string }): Promise<GitChanged>;
  /** Makes files as they are in the index, or in a commit: an edit like any other. */
  restore(request: ChangeRequest & { readonly ref?: string | undefined }): Promise<GitChanged>;
}

export function createTreeChanges(deps: ChangeDeps): TreeChanges {
  const { workspace, edits, open } = deps;
  return {
    async stash(request) {
      const { message, options, signal } = request;
      const { repository, pathspec } = await open(request);
      if ((await headOf(repository, { signal })) === undefined) throw noCommit();
      const changed = ["diff", "--name-only", "--no-renames", "--ignore-submodules=dirty", "-z", "HEAD", "--"];
      const names = namesIn(await output(repository, [...changed, ...pathspec], { signal }));
      if (names.length === 0) {
        throw new ToolError(
          "CONFLICT",
          "No file that git knows is changed.",
          "Stage new files first: only what git knows is stashed.",
        );
      }
      await checkFiles(workspace, repository, { names, signal });
      const change = { title: `Stash ${files(names.length)}`, files: names };
      return makeChange(deps, { repository, options }, change, async (run) => {
        const named = message === undefined ? [] : [`--message=${message}`];
        await run(["stash", "push", "--quiet", ...named, "--", ...pathspec]);
        const commit = (await run(["rev-parse", "refs/stash"])).trim();
        return { commit, undo: { operation: "unstash", ref: commit } };
      });
    },
    async unstash(request) {
      const { ref, options, signal } = request;
      const { repository } = await open(request);
      refuseLarger(repository, "a stash can have files outside of it");
      const commit = await stashCommit(repository, ref, signal);
      const names = await changedFiles(repository, [`${commit}^1`, commit], signal);
      await checkFiles(workspace, repository, { names, signal });
      // Over other changes: nobody can separate the two afterwards.
      const lasting = (await changedFiles(repository, ["HEAD"], signal)).length > 0;
      const change = { title: `Bring back the stash ${commit.slice(0, 10)}`, files: names, lasting };
      return makeChange(deps, { repository, options }, change, async (run) => {
        const inConflict = () => unmerged(repository, signal);
        const before = await inConflict();
        try {
          await run(["stash", "apply", "--index", "--quiet", commit]);
        } catch (error) {
          // Where both sides changed a line git leaves both in the file, and the stash in its list.
          const names = (await inConflict()).filter((name) => !before.includes(name));
          if (names.length === 0) throw error;
          const shown = names.slice(0, 10).map((name) => displayOf(workspace, repository, name));
          return {
            commit,
            notes: [`In conflict: ${shown.join(", ")}. Both sides are in the files, and the stash is kept.`],
          };
        }
        const listed = (await stashesOf(repository, signal)).find((stash) => stash.commit === commit);
        if (listed) await run(["stash", "drop", "--quiet", `stash@{${String(listed.index)}}`]);
        return { commit, ...(!lasting && { undo: { operation: "stash" } }) };
      });
    },
    async checkout(request) {
      const { ref, options, signal } = request;
      const { repository } = await open(request);
      refuseLarger(repository, "its branch is of all of it");
      const commit = await commitOf(repository, ref, { signal });
      const isBranch = (await repository.run(["show-ref", "--verify", "--quiet", `refs/heads/${ref}`], { signal })).ok;
      const head = await headOf(repository, { signal });
      const before = (await branchOf(repository, { signal })) ?? head;
      const names = head === undefined ? [] : await changedFiles(repository, [head, commit], signal);
      await refuseFilters(workspace, repository, { names, signal });
      // Typed on one branch, a text would be saved on the other.
      const typed = [...workspace.documents.unsaved().keys()].filter((file) => isInside(repository.workTree, file));
      refuseUnsaved(
        workspace,
        repository,
        typed.map((file) => path.relative(repository.workTree, file).split(path.sep).join("/")),
      );
      const title = `Check out ${isBranch ? ref : commit.slice(0, 10)}, which changes ${files(names.length)}`;
      return makeChange(deps, { repository, options }, { title, files: names }, async (run) => {
        // Files that git does not know are never overwritten, ignored ones included.
        await run(["checkout", "--quiet", "--no-overwrite-ignore", ...(isBranch ? [ref] : ["--detach", commit]), "--"]);
        return {
          commit,
          ...(before !== undefined && head !== undefined && { undo: { operation: "checkout", ref: before } }),
        };
      });
    },
    async restore(request) {
      const { paths, ref, options, signal } = request;
      needPaths(paths, "restore");
      const { repository, pathspec } = await open(request);
      const tree = ref === undefined ? undefined : await treeOf(repository, ref, { signal });
      const differing = [
        "diff",
        "--name-only",
        "--no-renames",
        "-R",
        "--diff-filter=d",
        "--ignore-submodules=all",
        "-z",
      ];
      const from = tree === undefined ? [] : [tree];
      const names = namesIn(await output(repository, [...differing, ...from, "--", ...pathspec], { signal }));
      await checkFiles(workspace, repository, { names, signal });
      const changes = await Promise.all(names.map((name) => restored(repository, name, { tree, signal })));
      if (changes.length === 0) {
        throw new ToolError("CONFLICT", "The files are as they are there already.", "Look at diff first.");
      }
      const plan = await edits.plan(`Restore ${files(changes.length)} from ${ref ?? "the index"}`, changes);
      const { undoId } = await edits.apply(plan, options);
      return { undo: { tool: "undo_edits", undoId } };
    },
  };

  async function restored(
    repository: Repository,
    name: string,
    { tree = "", signal }: { readonly tree: string | undefined; readonly signal: AbortSignal },
  ): Promise<FileChange> {
    const absolute = absoluteOf(repository, name);
    const args = ["cat-file", "--filters", `${tree}:${name}`];
    const { ok, bytes, ...failure } = await repository.bytes(args, { signal, maxBytes: 10 * 1024 * 1024 });
    if (!ok) throw gitFailed(failure);
    const { text } = decodeText(bytes);
    if (!(await lstat(absolute).catch(() => undefined))) return { kind: "create", path: absolute, text };
    const { text: old } = await workspace.documents.read(absolute);
    return { kind: "edit", path: absolute, edits: differenceOf(old, text) };
  }
}

/** Files with both sides of a merge in them. */
async function unmerged(repository: Repository, signal: AbortSignal): Promise<string[]> {
  return namesIn(await output(repository, ["diff", "--name-only", "--diff-filter=U", "-z", "--"], { signal }));
}

async function stashCommit(repository: Repository, ref: string, signal: AbortSignal): Promise<string> {
  const index = /^(?:stash@\{)?(\d{1,4})\}?$/.exec(ref)?.[1];
  const found = index === undefined ? undefined : (await stashesOf(repository, signal))[Number(index)];
  if (index !== undefined && !found) {
    throw new ToolError("NOT_FOUND", `There is no stash ${index}.`, "stashes lists them.");
  }
  return found?.commit ?? commitOf(repository, ref, { signal });
}

function noCommit(): ToolError {
  return new ToolError("CONFLICT", "There is no commit yet.", "Commit first.");
}
