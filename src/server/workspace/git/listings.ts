import { output } from "./repository.ts";
import type { Repository } from "./repository.ts";

export interface Branch {
  readonly name: string;
  /** A branch of another repository, as it was fetched last. */
  readonly remote: boolean;
  readonly current: boolean;
  readonly commit: string;
  readonly date: string;
  readonly subject: string;
  readonly upstream?: string;
  readonly ahead?: number;
  readonly behind?: number;
}

export interface Stash {
  /** 0 is the newest. */
  readonly index: number;
  readonly commit: string;
  /** As short as no other object's. */
  readonly short: string;
  readonly date: string;
  readonly subject: string;
}

export interface Worktree {
  readonly path: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly locked?: true;
}

const branchFields = [
  "%(refname)",
  "%(symref)",
  "%(HEAD)",
  "%(objectname:short)",
  "%(committerdate:iso-strict)",
  "%(upstream:short)",
  "%(upstream:track)",
  "%(contents:subject)",
].join("%00");

/** Local branches and those of remotes, the newest first. */
export async function branchesOf(repository: Repository, signal: AbortSignal): Promise<Branch[]> {
  const args = ["for-each-ref", "--sort=-committerdate", `--format=${branchFields}%00`, "refs/heads", "refs/remotes"];
  const text = await output(repository, args, { signal });
  return text.split("\0\n").flatMap((line) => {
    const [ref = "", symref, head, commit = "", date = "", upstream = "", track = "", subject = ""] = line.split("\0");
    // origin/HEAD only names another one.
    if (ref === "" || symref !== "") return [];
    const ahead = /ahead (\d+)/.exec(track)?.[1];
    const behind = /behind (\d+)/.exec(track)?.[1];
    const isRemote = ref.startsWith("refs/remotes/");
    return [
      {
        name: ref.replace(isRemote ? "refs/remotes/" : "refs/heads/", ""),
        remote: isRemote,
        current: head === "*",
        commit,
        date: date.replace(/Z$/, "+00:00"),
        subject,
        ...(upstream !== "" && { upstream, ahead: Number(ahead ?? 0), behind: Number(behind ?? 0) }),
      },
    ];
  });
}

export async function stashesOf(repository: Repository, signal: AbortSignal): Promise<Stash[]> {
  const exists = await repository.run(["rev-parse", "--verify", "--quiet", "refs/stash"], { signal });
  if (!exists.ok) return [];
  const args = [
    "log",
    "--walk-reflogs",
    "--encoding=UTF-8",
    "--no-color",
    "--format=%H%x00%h%x00%cI%x00%gs%x00",
    "refs/stash",
  ];
  const text = await output(repository, args, { signal });
  const lines = text.split("\0\n").filter((line) => line !== "");
  return lines.map((line, index) => {
    const [commit = "", short = "", date = "", subject = ""] = line.split("\0");
    return { index, commit, short, date: date.replace(/Z$/, "+00:00"), subject };
  });
}

/** Every folder that the repository has files checked out in. */
export async function worktreesOf(repository: Repository, signal: AbortSignal): Promise<Worktree[]> {
  const text = await output(repository, ["worktree", "list", "--porcelain", "-z"], { signal });
  return text.split("\0\0").flatMap((record) => {
    const fields = new Map(
      record.split("\0").map((line) => {
        const blank = line.indexOf(" ");
        return blank < 0 ? [line, ""] : [line.slice(0, blank), line.slice(blank + 1)];
      }),
    );
    const path = fields.get("worktree");
    if (path === undefined || fields.has("bare")) return [];
    const commit = fields.get("HEAD");
    const branch = fields.get("branch")?.replace(/^refs\/heads\//, "");
    return [
      {
        path,
        ...(commit !== undefined && { commit }),
        ...(branch !== undefined && { branch }),
        ...(fields.has("locked") && { locked: true as const }),
      },
    ];
  });
}
