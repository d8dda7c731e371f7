import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { gitAnswers } from "./support/gitAnswers.ts";
import { gitChanges } from "./support/gitChanges.ts";
import { checkArguments } from "./support/gitInput.ts";
import type { GitOperation } from "./support/gitInput.ts";
import { Param, listFields } from "./support/params.ts";

const Text = z.string();
const operations = new Map<string, GitOperation>(Object.entries({ ...gitAnswers, ...gitChanges }));

export const gitOperations = defineTool({
  name: "git_operations",
  title: "Git",
  toolset: "git",
  effect: "update",
  description: lines(
    "Asks git about the workspace and changes it: status, diff, history (log, show), who last changed a line or function (blame), branches, stashes, worktrees;",
    "stage, unstage, commit, reset, stash, unstash, checkout, restore, branches and worktrees.",
    "Each change answers with `undo`: the arguments that take it back. Nothing is fetched, pushed, or run by hooks and filters of the repository.",
  ),
  otherWords:
    "author wrote who when history changes version control revision tag merge blame switch branch compare patch modified uncommitted aside",
  needs: ["git"],
  input: z.strictObject({
    operation: z.enum([...operations.keys()]),
    path: Param.path.optional().describe("File or folder; also says which repository is meant"),
    paths: z.array(Param.path).max(1000).optional().describe("More of them"),
    ref: Text.max(300)
      .optional()
      .describe(
        "Commit, branch, tag, or a range such as main..HEAD (diff, log); number or commit of a stash (unstash)",
      ),
    staged: z.boolean().optional().describe("diff: of the index, not of the work tree"),
    context: z.int().min(0).max(100).optional().describe("diff, show: lines around each change (3)"),
    author: Text.min(1).max(200).optional().describe("log: part of name or email"),
    query: Text.min(1).max(200).optional().describe("log: words of the message"),
    since: Text.min(1).max(50).optional().describe("log: date or age, such as 2026-01-31 or 2 weeks ago, or: last tag"),
    until: Text.min(1).max(50).optional().describe("log: date or age"),
    startLine: Param.line.optional().describe("blame: first line"),
    endLine: Param.line.optional().describe("blame: last line"),
    message: Text.min(1).max(20_000).optional().describe("commit, stash: message"),
    amend: z.boolean().optional().describe("commit: replace the last one"),
    name: Text.min(1).max(200).optional().describe("Name of a branch"),
    folder: Param.path.optional().describe("Folder of a worktree"),
    hard: z.boolean().optional().describe("reset: files as well; only where the user can be asked"),
    ifHead: Text.max(300).optional().describe("reset: refuse when another commit is checked out"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
  }),
  output: z.looseObject({
    undo: z.record(Text, z.unknown()).optional().describe("Arguments of the call that takes the change back"),
    commit: z.unknown().optional().describe("The commit shown, or the id of the new one"),
    tag: Text.optional().describe("log: the last tag, where since asks for it and there is one"),
    notes: z.array(Text).optional().describe("What git alone would have done differently"),
    ...z.object(listFields).partial().shape,
  }),
  example: { operation: "blame", path: "src/basket.ts", startLine: 1, endLine: 3 },
  async handler({ operation, path, paths = [], ...rest }, context) {
    const input = { ...rest, paths: path === undefined ? paths : [path, ...paths] };
    const wanted = operations.get(operation);
    if (!wanted) throw new Error(`git_operations has no ${operation}`);
    checkArguments(operation, wanted, input);
    return wanted.run(input, context);
  },
});
