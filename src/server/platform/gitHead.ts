import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** What is checked out; "" where there is none, or it cannot be known. */
export interface GitHead {
  readonly branch: string;
  readonly commit: string;
}

export const noHead: GitHead = { branch: "", commit: "" };

/** As often as it is read at most: every call of a tool asks. */
const keepMs = 1000;

/**
 * The branch and commit of the repository that contains a folder, from git's own files: no process is started, and no
 * configuration of the repository is followed.
 */
export function createGitHead(folder: string, now: () => number = Date.now): () => GitHead {
  let read: { readonly at: number; readonly head: GitHead } | undefined;
  return () => {
    if (read === undefined || now() - read.at >= keepMs || now() < read.at)
      read = { at: now(), head: readHead(folder) };
    return read.head;
  };
}

function readHead(folder: string): GitHead {
  const gitFolder = findGitFolder(folder);
  if (gitFolder === undefined) return noHead;
  const head = textOf(path.join(gitFolder, "HEAD"));
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined) return { branch: "", commit: idIn(head) };
  // What a repository with reftables has there.
  if (ref === "refs/heads/.invalid") return noHead;
  // The refs of a worktree are in the repository that it belongs to.
  const common = path.resolve(gitFolder, textOf(path.join(gitFolder, "commondir")) || ".");
  const commit = idIn(textOf(path.join(common, ...ref.split("/")))) || packedId(common, ref);
  return { branch: ref.replace(/^refs\/heads\//, ""), commit };
}

function findGitFolder(folder: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const git = path.join(at, ".git");
    if (textOf(path.join(git, "HEAD")) !== "") return git;
    const linked = /^gitdir: (.+)$/.exec(textOf(git))?.[1];
    if (linked !== undefined) return path.resolve(at, linked);
    if (path.dirname(at) === at) return undefined;
  }
}

function packedId(common: string, ref: string): string {
  const text = `\n${textOf(path.join(common, "packed-refs"))}\n`;
  const end = text.indexOf(` ${ref}\n`);
  return end < 0 ? "" : idIn(text.slice(text.lastIndexOf("\n", end) + 1, end));
}

function idIn(text: string): string {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text) ? text : "";
}

/** Packed refs of a repository with 100,000 branches have 7 MB. */
const maxBytes = 64 * 1024 * 1024;

function textOf(file: string): string {
  try {
    const found = statSync(file);
    // A pipe would stop the process.
    return found.isFile() && found.size <= maxBytes ? readFileSync(file, "utf8").trim() : "";
  } catch {
    return "";
  }
}
