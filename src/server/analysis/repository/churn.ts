import { git } from "../../platform/git.ts";
import type { Folder } from "../files/model.ts";

/** How far back changes count. */
const commits = 1000;

export interface Churn {
  /** Commits that touched each file, by the path that callers see. */
  readonly changes: ReadonlyMap<string, number>;
  readonly known: boolean;
}

/** How often each file changed in the last 1,000 commits (merges left out), by git's own log. */
export function createChurnReader(): (folder: Folder, signal: AbortSignal) => Promise<Churn> {
  const cache = new Map<string, { head: string; churn: Churn }>();
  return async (folder, signal) => {
    const options = { cwd: folder.absolute, signal };
    const head = await git(["rev-parse", "--verify", "--end-of-options", "HEAD"], options);
    if (!head.ok) return { changes: new Map(), known: false };
    const cached = cache.get(folder.absolute);
    if (cached?.head === head.stdout) return cached.churn;
    const log = ["log", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv", "--format=", "--name-only"];
    const listed = await git([...log, "-z", "--relative", "-n", String(commits), "--", "."], options);
    const changes = new Map<string, number>();
    for (const entry of listed.stdout.split("\0")) {
      const name = entry.replace(/^\n+/, "");
      if (name === "") continue;
      const path = folder.displayPath === "" ? name : `${folder.displayPath}/${name}`;
      changes.set(path, (changes.get(path) ?? 0) + 1);
    }
    const churn = { changes, known: listed.ok };
    cache.set(folder.absolute, { head: head.stdout, churn });
    return churn;
  };
}
