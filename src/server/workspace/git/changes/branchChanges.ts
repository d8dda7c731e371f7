import path from "node:path";
import { ToolError } from "../../../platform/errors.ts";
import { checkNewNames } from "../../paths/paths.ts";
import { worktreesOf } from "../listings.ts";
import { output } from "../repository.ts";
import { checkBranchName, commitOf } from "../revisions.ts";
import { makeChange, namesIn, refuseFilters, refuseLarger } from "./change.ts";
import type { ChangeDeps, ChangeRequest, GitChanged } from "./change.ts";

/** Branches, and folders that have one of them checked out. */
export interface BranchChanges {
  createBranch(
    request: ChangeRequest & { readonly name: string; readonly ref?: string | undefined },
  ): Promise<GitChanged>;
  deleteBranch(request: ChangeRequest & { readonly name: string }): Promise<GitChanged>;
  /** @param name Of a new branch for it; the commit alone, or the branch that `ref` names, without one. */
  addWorktree(
    request: ChangeRequest & { readonly folder: string; readonly ref: string; readonly name?: string | undefined },
  ): Promise<GitChanged>;
  removeWorktree(request: ChangeRequest & { readonly folder: string }): Promise<GitChanged>;
}

export function createBranchChanges(deps: ChangeDeps): BranchChanges {
  const { workspace, edits, open } = deps;
  return {
    async createBranch(request) {
      const { name, ref = "HEAD", options, signal } = request;
      const { repository } = await open(request);
      await checkBranchName(repository, name, { signal });
      const commit = await commitOf(repository, ref, { signal });
      const title = `Create the branch ${name} at ${commit.slice(0, 10)}`;
      return makeChange(deps, { repository, options }, { title }, async (run) => {
        await run(["branch", "--no-track", name, commit]);
        return { commit, undo: { operation: "delete_branch", name } };
      });
    },
    async deleteBranch(request) {
      const { name, options, signal } = request;
      const { repository } = await open(request);
      await checkBranchName(repository, name, { signal });
      const commit = await commitOf(repository, `refs/heads/${name}`, { signal });
      const title = `Delete the branch ${name} at ${commit.slice(0, 10)}`;
      return makeChange(deps, { repository, options }, { title }, async (run) => {
        // What only this branch has is not lost: its commit is in the answer.
        await run(["branch", "--delete", "--force", "--quiet", name]);
        return { commit, undo: { operation: "create_branch", name, ref: commit } };
      });
    },
    async addWorktree(request) {
      const { folder, ref, name, options, signal } = request;
      const { repository } = await open(request);
      refuseLarger(repository, "a worktree has all of it");
      const location = await edits.resolve(folder);
      if (location.exists) {
        throw new ToolError("CONFLICT", `${location.displayPath} exists already.`, "Choose a new folder.");
      }
      checkNewNames(location);
      if (name !== undefined) await checkBranchName(repository, name, { signal });
      const commit = await commitOf(repository, ref, { signal });
      const names = namesIn(await output(repository, ["ls-tree", "-r", "-z", "--name-only", commit], { signal }));
      await refuseFilters(workspace, repository, { names, signal });
      const isBranch = (await repository.run(["show-ref", "--verify", "--quiet", `refs/heads/${ref}`], { signal })).ok;
      const title = `Add the worktree ${location.displayPath} at ${name ?? ref}`;
      return makeChange(deps, { repository, options }, { title }, async (run) => {
        const how = name !== undefined ? ["-b", name] : isBranch ? [] : ["--detach"];
        const at = name === undefined && isBranch ? ref : commit;
        await run(["worktree", "add", "--quiet", ...how, "--", location.absolute, at]);
        return { commit, undo: { operation: "remove_worktree", folder: location.displayPath } };
      });
    },
    async removeWorktree(request) {
      const { folder, options, signal } = request;
      const { repository } = await open(request);
      const location = await workspace.existing(folder);
      const found = (await worktreesOf(repository, signal)).find(
        (each) => path.resolve(each.path) === location.absolute,
      );
      if (!found || location.absolute === repository.workTree) {
        throw new ToolError("NOT_FOUND", `${location.displayPath} is no worktree to remove.`, "worktrees lists them.");
      }
      const ref = found.branch ?? found.commit;
      const title = `Remove the worktree ${location.displayPath}`;
      return makeChange(deps, { repository, options }, { title }, async (run) => {
        // git itself refuses when a file in it is changed or new.
        await run(["worktree", "remove", "--", location.absolute]);
        const undo = { operation: "add_worktree", folder: location.displayPath };
        return ref === undefined ? {} : { undo: { ...undo, ref } };
      });
    },
  };
}
