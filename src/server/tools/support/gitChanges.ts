import type { GitChanged } from "../../workspace/git/changes/change.ts";
import type { ToolContext } from "../runner/context.ts";
import { given } from "./gitInput.ts";
import type { GitInput, GitOperation } from "./gitInput.ts";

/** Operations of `git_operations` that change something. */
export const gitChanges = {
  stage: { takes: [], run: (input, context) => context.git.changes.stage(request(input, context)).then(answerOf) },
  unstage: {
    takes: ["ref"],
    run: (input, context) => context.git.changes.unstage({ ...request(input, context), ref: input.ref }).then(answerOf),
  },
  commit: {
    takes: ["message", "amend"],
    needs: ["message"],
    run: (input, context) =>
      context.git.changes
        .commit({ ...request(input, context), message: given(input.message), amend: input.amend ?? false })
        .then(answerOf),
  },
  reset: {
    takes: ["ref", "hard", "ifHead"],
    needs: ["ref"],
    run: (input, context) =>
      context.git.changes
        .reset({
          ...request(input, context),
          ref: given(input.ref),
          hard: input.hard ?? false,
          ifHead: input.ifHead,
        })
        .then(answerOf),
  },
  stash: {
    takes: ["message"],
    run: (input, context) =>
      context.git.changes.stash({ ...request(input, context), message: input.message }).then(answerOf),
  },
  unstash: {
    takes: ["ref"],
    run: (input, context) =>
      context.git.changes.unstash({ ...request(input, context), ref: input.ref ?? "0" }).then(answerOf),
  },
  checkout: {
    takes: ["ref"],
    needs: ["ref"],
    run: (input, context) =>
      context.git.changes.checkout({ ...request(input, context), ref: given(input.ref) }).then(answerOf),
  },
  restore: {
    takes: ["ref"],
    run: (input, context) => context.git.changes.restore({ ...request(input, context), ref: input.ref }).then(answerOf),
  },
  create_branch: {
    takes: ["name", "ref"],
    needs: ["name"],
    run: (input, context) =>
      context.git.changes
        .createBranch({ ...request(input, context), name: given(input.name), ref: input.ref })
        .then(answerOf),
  },
  delete_branch: {
    takes: ["name"],
    needs: ["name"],
    run: (input, context) =>
      context.git.changes.deleteBranch({ ...request(input, context), name: given(input.name) }).then(answerOf),
  },
  add_worktree: {
    takes: ["folder", "ref", "name"],
    needs: ["folder"],
    run: (input, context) =>
      context.git.changes
        .addWorktree({
          ...request(input, context),
          folder: given(input.folder),
          ref: input.ref ?? "HEAD",
          name: input.name,
        })
        .then(answerOf),
  },
  remove_worktree: {
    takes: ["folder"],
    needs: ["folder"],
    run: (input, context) =>
      context.git.changes.removeWorktree({ ...request(input, context), folder: given(input.folder) }).then(answerOf),
  },
} satisfies Readonly<Record<string, GitOperation>>;

function request({ paths }: GitInput, context: ToolContext<"git">) {
  return { paths, signal: context.signal, options: context };
}

function answerOf({ commit, undo, notes }: GitChanged) {
  return { done: true, ...(commit !== undefined && { commit }), ...(undo && { undo }), ...(notes && { notes }) };
}
