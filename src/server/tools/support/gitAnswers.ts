import type { Commit } from "../../workspace/git/commits.ts";
import type { FileDiff, HunkPart } from "../../workspace/git/diff.ts";
import type { Diff } from "../../workspace/git/git.ts";
import type { ToolContext } from "../runner/context.ts";
import type { GitInput, GitOperation } from "./gitInput.ts";
import { page, pageStart } from "./page.ts";

/** Operations of `git_operations` that only ask. */
export const gitAnswers = {
  status: {
    takes: [],
    async run(input, { git, signal }) {
      const { entries, filters, ...status } = await git.status({ paths: input.paths, signal });
      const around = { ...status, ...notRun(filters) };
      const { items, ...list } = await page({ tool: "git_operations status", input, items: entries, around });
      return { ...around, entries: items, ...list };
    },
  },
  diff: {
    takes: ["ref", "staged", "context"],
    async run(input, { git, signal }) {
      const { paths, ref, staged = false, context = 3 } = input;
      const { filters, ...diff } = await git.diff({ paths, ref, staged, context, signal });
      return diffPage("git_operations diff", { input, diff, around: notRun(filters), git });
    },
  },
  log: {
    takes: ["ref", "author", "query", "since", "until"],
    async run(input, { git, signal }) {
      const { paths, author, query: message, until } = input;
      const isByTag = input.since === sinceLastTag;
      const tag = isByTag ? await git.lastTag({ paths, ref: input.ref, signal }) : undefined;
      const ref = tag === undefined ? input.ref : `refs/tags/${tag}..${input.ref ?? "HEAD"}`;
      const since = isByTag ? undefined : input.since;
      const around = tag === undefined ? {} : { tag };
      const ids = await git.log({ paths, ref, author, message, since, until, signal });
      const start = pageStart(input.cursor);
      // An answer never contains more.
      const wanted = ids.slice(start, start + Math.min(input.limit ?? mostCommits, mostCommits));
      const commits = await git.commits({ paths: paths.slice(0, 1), ids: wanted, signal });
      const shown = new Map(commits.map((commit) => [commit.id, { ...shownCommit(commit), id: commit.short }]));
      const { items, ...list } = await page({
        tool: "git_operations log",
        input,
        items: ids,
        defaultLimit: mostCommits,
        around,
        shown: (id) => shown.get(id) ?? id,
      });
      return { ...around, commits: items.map((id) => shown.get(id)), ...list };
    },
  },
  show: {
    takes: ["ref", "context"],
    async run(input, { git, signal }) {
      const { paths, ref = "HEAD", context = 3 } = input;
      const { commit, ...diff } = await git.show({ paths, ref, context, signal });
      return diffPage("git_operations show", { input, diff, around: { commit: shownCommit(commit) }, git });
    },
  },
  blame: {
    takes: ["ref", "startLine", "endLine"],
    async run(input, { git, signal }) {
      const { paths, ref, startLine, endLine } = input;
      const groups = await git.blame({ paths, ref, startLine, endLine, signal });
      const shown = groups.map(({ author, email, ...group }) => ({ ...group, author: `${author} <${email}>` }));
      const { items, ...list } = await page({ tool: "git_operations blame", input, items: shown });
      return { lines: items, ...list };
    },
  },
  branches: {
    takes: [],
    async run(input, { git, signal }) {
      const { items, ...list } = await page({
        tool: "git_operations branches",
        input,
        items: await git.branches({ paths: input.paths, signal }),
      });
      return { branches: items, ...list };
    },
  },
  stashes: {
    takes: [],
    async run(input, { git, signal }) {
      const { items, ...list } = await page({
        tool: "git_operations stashes",
        input,
        items: (await git.stashes({ paths: input.paths, signal })).map(({ commit: _whole, short, ...stash }) => ({
          ...stash,
          commit: short,
        })),
      });
      return { stashes: items, ...list };
    },
  },
  worktrees: {
    takes: [],
    async run(input, { git, signal }) {
      const { items, ...list } = await page({
        tool: "git_operations worktrees",
        input,
        items: await git.worktrees({ paths: input.paths, signal }),
      });
      return { worktrees: items, ...list };
    },
  },
} satisfies Readonly<Record<string, GitOperation>>;

const mostCommits = 200;
const sinceLastTag = "last tag";

function notRun(filters: readonly string[]): { notes?: string[] } {
  if (filters.length === 0) return {};
  return {
    notes: [
      `The repository's own settings name programs that were not run: ${filters.slice(0, 5).join(", ")}. A file that goes through one of them can show as changed.`,
    ],
  };
}

function shownCommit({ author, email, parents, short: _short, ...commit }: Commit) {
  return { ...commit, author: `${author} <${email}>`, ...(parents.length > 1 && { parents }) };
}

interface DiffPage {
  readonly input: GitInput;
  readonly diff: Diff;
  readonly around: object;
  readonly git: Pick<ToolContext<"git">["git"], "parts">;
}

/** What is paged are pieces of hunks, so that a change of any size can be read to its end; files without one are listed as well. */
async function diffPage(tool: string, { input, diff: { files, incomplete }, around, git }: DiffPage) {
  const parts = git.parts(files);
  const whole = { ...around, changedFiles: files.length, ...totalsOf(files) };
  const { items, ...list } = await page({
    tool,
    input,
    items: parts,
    incomplete,
    around: whole,
    shown: (part) => ({ ...factsOf(files[part.file]), patch: part.text }),
  });
  return { ...whole, files: filesOf(items, files), ...list };
}

function totalsOf(files: readonly FileDiff[]): { added: number; removed: number } {
  const sum = (count: (file: FileDiff) => number | undefined) =>
    files.reduce((total, file) => total + (count(file) ?? 0), 0);
  return { added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}

function factsOf(file: FileDiff | undefined) {
  if (!file) return {};
  const { hunks: _hunks, added, removed, ...facts } = file;
  return added === undefined ? { ...facts, binary: true } : { ...facts, added, removed };
}

/** The pieces by file again, the text of each as one. */
function filesOf(parts: readonly HunkPart[], files: readonly FileDiff[]) {
  const byFile = Map.groupBy(parts, ({ file }) => file);
  return [...byFile].map(([file, own]) => {
    const patch = own.map(({ text }) => text).join("");
    return { ...factsOf(files[file]), ...(patch !== "" && { patch }) };
  });
}
