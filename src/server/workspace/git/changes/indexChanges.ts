import { readdir } from "node:fs/promises";
import { ToolError } from "../../../platform/errors.ts";
import { isInside, relativeTo } from "../../paths/paths.ts";
import { isSecretFile } from "../../paths/secrets.ts";
import { output } from "../repository.ts";
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
  refuseLarger,
} from "./change.ts";
import type { ChangeDeps, ChangeRequest, GitChanged } from "./change.ts";

/** What the next commit will have, and the commits of the branch. */
export interface IndexChanges {
  stage(request: ChangeRequest): Promise<GitChanged>;
  /** Sets files of the index to those of a commit or tree; of HEAD without one. */
  unstage(request: ChangeRequest & { readonly ref?: string | undefined }): Promise<GitChanged>;
  commit(request: ChangeRequest & { readonly message: string; readonly amend: boolean }): Promise<GitChanged>;
  /** Sets the branch to a commit; index and files stay as they are, or become as there when `hard`. */
  reset(
    request: ChangeRequest & {
      readonly ref: string;
      readonly hard: boolean;
      /** Refuses when another commit is checked out by now. */
      readonly ifHead?: string | undefined;
    },
  ): Promise<GitChanged>;
}

export function createIndexChanges(deps: ChangeDeps): IndexChanges {
  const { workspace, open } = deps;
  return {
    async stage(request) {
      const { paths, options, signal } = request;
      needPaths(paths, "stage");
      const { repository, pathspec } = await open(request);
      const listing = [
        "ls-files",
        "-z",
        "--modified",
        "--deleted",
        "--others",
        "--exclude-standard",
        "--",
        ...pathspec,
      ];
      const names = namesIn(await output(repository, listing, { signal }));
      refuseSecrets(deps, repository, names);
      await checkFiles(workspace, repository, { names, signal });
      return makeChange(deps, { repository, options }, { title: `Stage ${files(names.length)}` }, async (run) => {
        const before = await indexTree(repository, signal);
        await run(["add", "--all", "--", ...pathspec]);
        return before === undefined ? {} : { undo: { operation: "unstage", ref: before, paths } };
      });
    },
    async unstage(request) {
      const { paths, ref, options, signal } = request;
      needPaths(paths, "unstage");
      const { repository, pathspec } = await open(request);
      const tree = ref === undefined ? undefined : await treeOf(repository, ref, { signal });
      const head = await headOf(repository, { signal });
      return makeChange(deps, { repository, options }, { title: `Unstage ${paths.join(", ")}` }, async (run) => {
        const before = await indexTree(repository, signal);
        const from = tree ?? head;
        // Before the first commit there is nothing to go back to but an index without the files.
        const how = from === undefined ? ["rm", "--cached", "-r", "--ignore-unmatch"] : ["reset"];
        await run([...how, "--quiet", ...(from === undefined ? [] : [from]), "--", ...pathspec]);
        return before === undefined ? {} : { undo: { operation: "unstage", ref: before, paths } };
      });
    },
    async commit(request) {
      const { message, amend, options, signal } = request;
      const { repository } = await open(request);
      const cached = ["diff", "--cached", "--name-only", "--no-renames", "--ignore-submodules=dirty", "-z", "--"];
      const staged = namesIn(await output(repository, cached, { signal }));
      if (staged.length === 0 && !amend) {
        throw new ToolError("CONFLICT", "Nothing is staged.", "Stage the files of the commit first.");
      }
      const outside = staged.filter((name) => !isInside(repository.root.path, absoluteOf(repository, name)));
      if (outside.length > 0) refuseLarger(repository, `${files(outside.length)} outside of it are staged`);
      const branch = (await branchOf(repository, { signal })) ?? "no branch";
      const what = `${amend ? "Amend the last commit" : "Commit"} (${files(staged.length)}) on ${branch}`;
      const title = `${what}: ${message.trim().split("\n", 1)[0] ?? ""}`;
      return makeChange(deps, { repository, options }, { title }, async (run) => {
        const before = await headOf(repository, { signal });
        await run(["commit", "--quiet", "--cleanup=whitespace", ...(amend ? ["--amend"] : []), "--file=-"], message);
        const commit = (await run(["rev-parse", "HEAD"])).trim();
        const hooks = await hooksOf(repository);
        return {
          commit,
          ...(before !== undefined && { undo: { operation: "reset", ref: before, ifHead: commit } }),
          ...(hooks.length > 0 && { notes: [`Hooks of the repository were not run: ${hooks.join(", ")}.`] }),
        };
      });
    },
    async reset(request) {
      const { ref, hard, ifHead, options, signal } = request;
      const { repository } = await open(request);
      refuseLarger(repository, "its branch is of all of it");
      const commit = await commitOf(repository, ref, { signal });
      const before = await commitOf(repository, "HEAD", { signal });
      if (ifHead !== undefined && before !== (await commitOf(repository, ifHead, { signal }))) {
        throw new ToolError(
          "CONFLICT",
          "Another commit is checked out by now; nothing was changed.",
          "Look at the log, then decide.",
        );
      }
      const where = `the branch to ${commit.slice(0, 10)}`;
      if (!hard) {
        return makeChange(deps, { repository, options }, { title: `Set ${where}; files stay` }, async (run) => {
          await run(["reset", "--soft", "--quiet", commit]);
          return { commit, undo: { operation: "reset", ref: before, ifHead: commit } };
        });
      }
      const names = await changedFiles(repository, [commit], signal);
      await checkFiles(workspace, repository, { names, signal });
      const title = `Set ${where}, and all files; what is not committed goes`;
      return makeChange(deps, { repository, options }, { title, files: names, lasting: true }, async (run) => {
        const kept = (await run(["stash", "create"])).trim();
        if (kept !== "") await run(["update-ref", `refs/lfc/backup/${kept}`, kept]);
        await run(["reset", "--hard", "--quiet", commit]);
        const note = `What was not committed is kept: unstash with the ref ${kept} brings it back.`;
        return { commit, ...(kept !== "" && { notes: [note] }) };
      });
    },
  };
}

/** Undefined while files are in conflict: they have no single content to be written down. */
async function indexTree(repository: Repository, signal: AbortSignal): Promise<string | undefined> {
  const { ok, stdout } = await repository.run(["write-tree"], { signal });
  return ok ? stdout.trim() : undefined;
}

function refuseSecrets({ workspace }: ChangeDeps, repository: Repository, names: readonly string[]): void {
  const secret = names.find((name) => isSecretFile(relativeTo(repository.root, absoluteOf(repository, name))));
  if (secret === undefined) return;
  throw new ToolError(
    "SECRET_FILE",
    `${displayOf(workspace, repository, secret)} contains credentials by its name, so it is not staged; nothing was changed.`,
    "Name the other files, or add this one to .gitignore.",
  );
}

const commitHooks = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];

/** Names of the hooks that git would have run for a commit. */
async function hooksOf({ hooks }: Repository): Promise<string[]> {
  const names: readonly string[] = await readdir(hooks).catch(() => []);
  return commitHooks.filter((hook) => names.includes(hook));
}
