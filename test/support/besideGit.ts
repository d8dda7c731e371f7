// Answers of git_operations beside those of the git program, which prints them in another form.
import { execFileSync } from "node:child_process";
import { z } from "zod";
import type { TestClient } from "./clients.ts";

const most = { maxTokens: 100_000 };
const List = z.looseObject({ cursor: z.string().optional() });
const File = z.looseObject({
  path: z.string(),
  added: z.number().optional(),
  removed: z.number().optional(),
  patch: z.string().optional(),
});
const Blame = z.looseObject({ commit: z.string().optional(), startLine: z.number(), endLine: z.number() });
const Entry = z.looseObject({ path: z.string(), from: z.string().optional() });
const Named = z.looseObject({ name: z.string(), commit: z.string() });
const Worktree = z.looseObject({ path: z.string().optional(), commit: z.string().optional() });

export interface Repository {
  readonly client: TestClient;
  readonly folder: string;
  /** What callers' paths of it begin with; "." for the workspace itself. */
  readonly path: string;
}

/** One question, as lines of ours and of git. */
export interface Comparison {
  readonly what: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** The first lines that differ; undefined when all are the same. */
export function differenceIn({ what, ours, theirs }: Comparison): string | undefined {
  const [left, right] = [linesOf(ours), linesOf(theirs)];
  // A secret is shown as ***.
  const isSame = (at: number) => left[at] === right[at] || left[at]?.includes("***") === true;
  const length = Math.max(left.length, right.length);
  const at = Array.from({ length }, (_, index) => index).find((each) => !isSame(each));
  if (at === undefined) return undefined;
  const [mine, its] = [left[at], right[at]].map((line) => (line ?? "none").slice(0, 200));
  return `${what}: ${ours.length} and ${theirs.length}; at line ${at}:\n  ours   ${mine}\n  git's  ${its}`;
}

function linesOf(items: readonly string[]): readonly string[] {
  return items.flatMap((item) => item.split("\n"));
}

/** What git may print of a diff: git.ts. */
const mostPatchBytes = 64 * 1024 * 1024;

class Refused extends Error {
  readonly code: unknown;

  constructor(what: string, answer: Record<string, unknown>) {
    super(`${what}: ${JSON.stringify(answer)}`);
    this.code = z.object({ error: z.object({ code: z.string() }) }).parse(answer).error.code;
  }
}

export function besideGit({ client, folder, path }: Repository) {
  const root = path === "." ? "" : `${path}/`;
  const own = (name: string) => (name.startsWith(root) ? name.slice(root.length) : name);

  function git(...args: readonly string[]): string {
    const plain = ["-c", "core.quotePath=false", "-c", "diff.renames=true", "-c", "color.ui=false"];
    return execFileSync("git", [...plain, ...args], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
  }
  const lines = (...args: readonly string[]) =>
    git(...args)
      .split("\n")
      .filter(Boolean);

  /** Every page of an answer. */
  async function* pages(operation: string, args: object): AsyncGenerator<Record<string, unknown>> {
    for (let cursor: string | undefined; ;) {
      const asked = { operation, path, ...args, ...most, ...(cursor !== undefined && { cursor }) };
      const { value, isError } = await client.call("git_operations", asked);
      if (isError) throw new Refused(`${operation} ${JSON.stringify(args)}`, value);
      yield value;
      ({ cursor } = List.parse(value));
      if (cursor === undefined) return;
    }
  }

  async function items<T>(
    operation: string,
    field: string,
    { item, args = {} }: { item: z.ZodType<T>; args?: object },
  ) {
    const all: T[] = [];
    for await (const page of pages(operation, args)) all.push(...z.array(item).parse(page[field]));
    return all;
  }

  async function patches(operation: string, args: object) {
    /** Files with credentials by their name, of which no lines are shown. */
    const withheld = new Set<string>();
    const byFile = new Map<string, { counts: string; patch: string }>();
    for await (const page of pages(operation, args)) {
      for (const { path: name } of z.array(Entry).parse(page["incomplete"] ?? [])) withheld.add(own(name));
      for (const { path: name, added, removed, patch = "" } of z.array(File).parse(page["files"])) {
        const counts = added === undefined ? "-\t-" : `${added}\t${removed}`;
        byFile.set(own(name), { counts, patch: (byFile.get(own(name))?.patch ?? "") + patch });
      }
    }
    const files = [...byFile].map(([name, { counts, patch }]) => `${counts}\t${name}\n${patch}`).sort();
    return { files, withheld };
  }

  /** The same by git: each file as its counts, its path and its hunks. */
  function patchesOfGit(range: readonly string[], withheld: ReadonlySet<string>): string[] {
    const asked = ["diff", "--find-renames", "--ignore-submodules=dirty"];
    // A file in conflict is listed twice.
    const names = [
      ...new Set(
        git(...asked, "--name-only", "-z", ...range, "--")
          .split("\0")
          .filter(Boolean),
      ),
    ];
    const numbers = new Map<string, string>();
    const fields = git(...asked, "--numstat", "-z", ...range, "--").split("\0");
    for (let at = 0; at < fields.length; at++) {
      const [added, removed, name] = (fields[at] ?? "").split("\t");
      if (added === undefined || removed === undefined || name === undefined) continue;
      if (name === "") at += 2;
      numbers.set(name === "" ? (fields[at] ?? "") : name, `${added}\t${removed}`);
    }
    const whole = git(...asked, "--no-ext-diff", "--no-textconv", ...range, "--");
    const parts = whole.split(/^(?=diff --git )/m).filter((part) => part.startsWith("diff --git "));
    const texts: string[] = [];
    let next = 0;
    for (const name of names) {
      // A file that became a link is two patches.
      const own = [parts[next++] ?? ""];
      if (/^deleted file mode/m.test(own[0] ?? "") && samePath(own[0], parts[next])) own.push(parts[next++] ?? "");
      const hunks = own.map((part) => (part.includes("\n@@") ? part.slice(part.indexOf("\n@@") + 1) : "")).join("");
      texts.push(`${numbers.get(name) ?? ""}\t${name}\n${withheld.has(name) ? "" : hunks}`);
    }
    return texts.sort();
  }

  async function difference(what: string, args: object, range: readonly string[]): Promise<Comparison> {
    const shown = await patches("diff", args).catch((error: unknown) => {
      if (error instanceof Refused && error.code === "TOO_LARGE") return undefined;
      throw error;
    });
    if (shown) return { what, ours: shown.files, theirs: patchesOfGit(range, shown.withheld) };
    const isLong = git("diff", "--find-renames", ...range, "--").length > mostPatchBytes;
    return { what, ours: ["too large"], theirs: [isLong ? "too large" : "not too large"] };
  }

  return {
    git,
    async log(args: { path?: string; ref?: string } = {}): Promise<Comparison> {
      const { path: name, ref = "HEAD" } = args;
      const item = z.looseObject({ id: z.string() });
      const at = { ...args, path: name === undefined ? path : `${root}${name}` };
      const ours = (await items("log", "commits", { item, args: at })).map(({ id }) => id);
      const theirs = lines("rev-list", "--abbrev-commit", ref, "--", ...(name === undefined ? [] : [name]));
      return { what: `log ${name ?? ""}`, ours, theirs };
    },
    async show(commit: string): Promise<Comparison> {
      const parents = git("log", "-1", "--format=%P", commit).trim().split(" ").filter(Boolean);
      const before = parents[0] ?? git("hash-object", "-t", "tree", "/dev/null").trim();
      const shown = await patches("show", { ref: commit });
      return { what: `show ${commit}`, ours: shown.files, theirs: patchesOfGit([before, commit], shown.withheld) };
    },
    between: (from: string, to: string) => difference(`diff ${from}..${to}`, { ref: `${from}..${to}` }, [from, to]),
    unstaged: () => difference("diff", {}, ["--ours"]),
    staged: () => difference("diff --cached", { staged: true }, ["--cached"]),
    async blame(file: string): Promise<Comparison> {
      const ours: string[] = [];
      const groups = await items("blame", "lines", { item: Blame, args: { path: `${root}${file}` } });
      for (const { commit = "", startLine, endLine } of groups) {
        for (let line = startLine; line <= endLine; line++) ours.push(`${line} ${commit}`);
      }
      const whole = lines("blame", "-l", "-s", "--root", "--", file).map(
        (line) => /^\^?([0-9a-f]+)/.exec(line)?.[1]?.replace(/^0+$/, "") ?? "",
      );
      const abbreviated = lines("rev-list", "--abbrev-commit", "--all");
      const short = new Map(lines("rev-list", "--all").map((id, at) => [id, abbreviated[at] ?? ""] as const));
      const theirs = whole.map((id, at) => `${at + 1} ${short.get(id) ?? ""}`);
      return { what: `blame ${file}`, ours: ours.sort(), theirs: theirs.sort() };
    },
    async status(): Promise<Comparison> {
      const ours = (await items("status", "entries", { item: Entry })).map((entry) => own(entry.path)).sort();
      const asked = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=dirty"];
      const fields = git(...asked)
        .split("\0")
        .filter(Boolean);
      const theirs: string[] = [];
      for (let at = 0; at < fields.length; at++) {
        const field = fields[at] ?? "";
        // Another repository within is a folder.
        theirs.push(field.slice(3).replace(/\/$/, ""));
        if (/^[RC]/.test(field)) at++;
      }
      return { what: "status", ours, theirs: theirs.sort() };
    },
    async branches(): Promise<Comparison> {
      const found = await items("branches", "branches", { item: Named });
      const theirs = lines("branch", "--all", "--format=%(refname)|%(symref)|%(objectname:short)").flatMap((line) => {
        const [ref = "", symref, commit = ""] = line.split("|");
        return ref.startsWith("refs/") && symref === "" ? [`${ref.split("/").slice(2).join("/")} ${commit}`] : [];
      });
      return {
        what: "branches",
        ours: found.map(({ name, commit }) => `${name} ${commit}`).sort(),
        theirs: theirs.sort(),
      };
    },
    async stashes(): Promise<Comparison> {
      const found = await items("stashes", "stashes", { item: z.looseObject({ commit: z.string() }) });
      return {
        what: "stashes",
        ours: found.map(({ commit }) => commit),
        theirs: lines("stash", "list", "--format=%h"),
      };
    },
    /** Those inside of the workspace have a path. */
    async worktrees(inside: (folder: string) => string | undefined): Promise<Comparison> {
      const found = await items("worktrees", "worktrees", { item: Worktree });
      const records = git("worktree", "list", "--porcelain").split("\n\n").filter(Boolean);
      const theirs = records.map((record) => {
        const [, at = ""] = /^worktree (.*)$/m.exec(record) ?? [];
        return `${inside(at) ?? ""} ${/^HEAD (.*)$/m.exec(record)?.[1] ?? ""}`;
      });
      const ours = found.map(({ path: at = "", commit = "" }) => `${at} ${commit}`);
      return { what: "worktrees", ours: ours.sort(), theirs: theirs.sort() };
    },
  };
}

function samePath(first = "", second = ""): boolean {
  return first.split("\n", 1)[0] === second.split("\n", 1)[0];
}
