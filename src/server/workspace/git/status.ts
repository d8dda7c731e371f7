import { changeLetters } from "./changeLetters.ts";
import type { Change } from "./changeLetters.ts";

/** A file of the work tree that is not as in HEAD, or in conflict, or that git does not know. */
export interface StatusEntry {
  readonly path: string;
  /** Where it was before, of a rename. */
  readonly from?: string;
  /** Of the index against HEAD. */
  readonly staged?: Change;
  /** Of the work tree against the index. */
  readonly unstaged?: Change | "untracked";
  /** Both sides of a merge changed it. */
  readonly conflict?: string;
}

export interface Status {
  /** Absent when a commit is checked out, and not a branch. */
  readonly branch?: string;
  /** Absent before the first commit. */
  readonly head?: string;
  readonly upstream?: string;
  readonly ahead?: number;
  readonly behind?: number;
  readonly stashes: number;
  readonly entries: readonly StatusEntry[];
}

export const statusArgs: readonly string[] = [
  "status",
  "--porcelain=v2",
  "--branch",
  "--show-stash",
  "-z",
  "--untracked-files=all",
  "--find-renames",
  "--ignore-submodules=dirty",
];

/** What each side did, by git's own two letters. */
const conflicts: Readonly<Record<string, string>> = {
  DD: "both deleted",
  AU: "added by us",
  UD: "deleted by them",
  UA: "added by them",
  DU: "deleted by us",
  AA: "both added",
  UU: "both modified",
};

/** Reads `git status --porcelain=v2 --branch -z`. */
export function parseStatus(text: string): Status {
  const headers = new Map<string, string>();
  const entries: StatusEntry[] = [];
  const fields = text.split("\0");
  for (let at = 0; at < fields.length;) {
    const field = fields[at++] ?? "";
    const [kind = "", letters = ""] = field.split(" ", 2);
    if (kind === "#") {
      const [, name = "", value = ""] = /^# (\S+) (.*)$/.exec(field) ?? [];
      headers.set(name, value);
    } else if (kind === "?") entries.push({ path: field.slice(2), unstaged: "untracked" });
    else if (kind === "1") entries.push({ path: after(field, 8), ...changesOf(letters) });
    else if (kind === "2") entries.push({ path: after(field, 9), from: fields[at++] ?? "", ...changesOf(letters) });
    else if (kind === "u") entries.push({ path: after(field, 10), conflict: conflicts[letters] ?? letters });
  }
  const branch = headers.get("branch.head");
  const head = headers.get("branch.oid");
  const upstream = headers.get("branch.upstream");
  const counts = /^\+(\d+) -(\d+)$/.exec(headers.get("branch.ab") ?? "");
  return {
    ...(branch !== undefined && branch !== "(detached)" && { branch }),
    ...(head !== undefined && head !== "(initial)" && { head }),
    ...(upstream !== undefined && { upstream }),
    ...(counts && { ahead: Number(counts[1]), behind: Number(counts[2]) }),
    stashes: Number(headers.get("stash") ?? 0),
    entries,
  };
}

function changesOf(letters: string): Pick<StatusEntry, "staged" | "unstaged"> {
  const staged = changeLetters[letters.charAt(0)];
  const unstaged = changeLetters[letters.charAt(1)];
  return { ...(staged && { staged }), ...(unstaged && { unstaged }) };
}

/** The rest of a line behind its first fields: a path may have blanks. */
function after(line: string, fields: number): string {
  let at = 0;
  for (let field = 0; field < fields; field++) at = line.indexOf(" ", at) + 1;
  return line.slice(at);
}
