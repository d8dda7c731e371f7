import type { Repository, Scoped } from "./repository.ts";
import { output } from "./repository.ts";
import { commitFormat, parseCommits } from "./commits.ts";
import type { Commit } from "./commits.ts";
import type { Range } from "./revisions.ts";

export interface HistoryFilter {
  readonly author?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Words of the message; case does not matter. */
  readonly message?: string | undefined;
}

/** Lists that are kept for their next pages: of a hundred thousand commits one has some megabytes. */
const mostKept = 2;
const longList = 1_000;

export interface History {
  /** Ids of the commits, newest first. */
  ids(scoped: Scoped, range: Range, filter: HistoryFilter, signal: AbortSignal): Promise<readonly string[]>;
}

/** What a range of ids contains is the same each time, so the next page of a long history needs no second walk. */
export function createHistory(): History {
  const kept = new Map<string, readonly string[]>();
  return {
    async ids({ repository, pathspec }, range, { author, since, until, message }, signal) {
      const isWhole = pathspec.length === 1 && pathspec[0] === ".";
      const args = [
        "rev-list",
        ...(author === undefined ? [] : ["--fixed-strings", "--regexp-ignore-case", `--author=${author}`]),
        ...(message === undefined ? [] : ["--fixed-strings", "--regexp-ignore-case", `--grep=${message}`]),
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(until === undefined ? [] : [`--until=${until}`]),
        range.from === undefined ? range.to : `${range.from}${range.isFromFork ? "..." : ".."}${range.to}`,
        "--",
        ...(isWhole ? [] : pathspec),
      ];
      const key = JSON.stringify([repository.workTree, args]);
      const known = kept.get(key);
      if (known) return known;
      const ids = (await output(repository, args, { signal })).split("\n").filter((id) => id !== "");
      // "2 weeks ago" is another day tomorrow.
      const isLasting = since === undefined && until === undefined;
      if (isLasting && ids.length >= longList && !(await hasOtherParents(repository, signal))) {
        kept.set(key, ids);
        const [oldest] = kept.size > mostKept ? kept.keys() : [];
        if (oldest !== undefined) kept.delete(oldest);
      }
      return ids;
    },
  };
}

/** In a shallow clone, a fetch gives commits parents that they did not have; so do replacements. */
async function hasOtherParents(repository: Repository, signal: AbortSignal): Promise<boolean> {
  const shallow = await output(repository, ["rev-parse", "--is-shallow-repository"], { signal });
  const replaced = await output(repository, ["for-each-ref", "--count=1", "refs/replace"], { signal });
  return shallow.trim() === "true" || replaced !== "";
}

/** The commits with these ids, in their order. */
export async function commitsOf(
  repository: Repository,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Commit[]> {
  if (ids.length === 0) return [];
  const input = Buffer.from(`${ids.join("\n")}\n`);
  const args = [
    "log",
    "--no-walk=unsorted",
    "--stdin",
    "--encoding=UTF-8",
    "--no-color",
    "--decorate=short",
    commitFormat,
  ];
  return parseCommits(await output(repository, args, { signal, input }));
}

/** As short as git itself has ids, by their whole ones. */
export async function shortIds(
  repository: Repository,
  ids: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const whole = [...new Set(ids)];
  if (whole.length === 0) return new Map();
  const input = Buffer.from(`${whole.join("\n")}\n`);
  const args = ["log", "--no-walk=unsorted", "--stdin", "--no-color", "--no-decorate", "--format=%H %h"];
  const lines = (await output(repository, args, { signal, input })).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [id, short] = line.split(" ");
      return id === undefined || short === undefined ? [] : [[id, short] as const];
    }),
  );
}
