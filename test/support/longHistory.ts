import { besideGit } from "./besideGit.ts";
import type { Comparison, Repository } from "./besideGit.ts";
import { fastImport, importedCommit, plantRepository } from "./plantedRepository.ts";

/** A repository of many commits: one file grows line by line, and others come and change beside it. */
export function longHistory(folder: string, commits: number): void {
  const planted = plantRepository(folder);
  const parts: string[] = [];
  const every = Math.ceil(commits / 1_000);
  for (let at = 0; at < commits; at++) {
    const files: [string, string][] = [[`part${at % 100}/f${at % 3_000}.txt`, `${at}\n`]];
    if (at % every === 0)
      files.push(["hot.txt", `${Array.from({ length: at / every + 1 }, (_, line) => line).join("\n")}\n`]);
    parts.push(importedCommit(`commit ${at}`, files, 1_600_000_000 + at * 60));
  }
  fastImport(planted, parts.join(""));
  planted.git("reset", "--quiet", "--hard");
  planted.commit({ "last.txt": "last\n" }, "last");
}

export interface Timed {
  readonly comparison: Comparison;
  /** Milliseconds of one call, and of git's answer. */
  readonly ours: number;
  readonly theirs: number;
}

/** Questions about a long history, each compared with git and timed beside it. */
export async function* timesBesideGit(repository: Repository): AsyncGenerator<Timed> {
  const beside = besideGit(repository);
  const { client, path } = repository;

  async function timed<T>(work: () => T | Promise<T>): Promise<{ answer: T; ms: number }> {
    const began = performance.now();
    const answer = await work();
    return { answer, ms: performance.now() - began };
  }

  /** A page of 200, and how many there are, which each answer says. */
  async function page(what: string, args: object, { range, skip = 0 }: { range: readonly string[]; skip?: number }) {
    const asked = { operation: "log", path, limit: 200, maxTokens: 100_000, ...args };
    const mine = await timed(() => client.call("git_operations", asked));
    const its = await timed(() => [
      ...beside
        .git("log", "--format=%h", `--skip=${skip}`, "-200", ...range)
        .trim()
        .split("\n"),
      beside.git("rev-list", "--count", ...range).trim(),
    ]);
    const {
      commits = [],
      total,
      cursor,
    } = mine.answer.value as {
      commits?: { id: string }[];
      total?: number;
      cursor?: string;
    };
    const comparison = { what, ours: [...commits.map(({ id }) => id), String(total)], theirs: its.answer };
    return { comparison, ours: mine.ms, theirs: its.ms, cursor };
  }

  const first = await page("log, the first page", {}, { range: ["HEAD"] });
  yield first;
  yield page("log, the next page", { cursor: first.cursor }, { range: ["HEAD"], skip: 200 });
  const middle = beside.git("rev-parse", "HEAD~10000").trim();
  yield page("log, from the middle", { ref: middle }, { range: [middle] });
  yield page("log of a file", { path: `${path}/hot.txt` }, { range: ["HEAD", "--", "hot.txt"] });
  const words = ["--fixed-strings", "--grep=commit 99"];
  yield page("log by words", { query: "commit 99" }, { range: [...words, "HEAD"] });
  const hot = `${path}/hot.txt`;
  for (const [args, command, compare] of [
    [{ operation: "blame", path: hot }, "blame --porcelain -- hot.txt", () => beside.blame("hot.txt")],
    [{ operation: "status", path }, "status --porcelain", () => beside.status()],
    [{ operation: "show", path }, "show HEAD", () => beside.show("HEAD")],
  ] as const) {
    const mine = await timed(() => client.call("git_operations", { ...args, maxTokens: 100_000 }));
    const its = await timed(() => beside.git(...command.split(" ")));
    yield { comparison: await compare(), ours: mine.ms, theirs: its.ms };
  }
}
