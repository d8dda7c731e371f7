import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolError } from "../platform/errors.ts";
import type { Progress } from "../platform/call.ts";
import { git } from "../platform/git.ts";
import type { GitAnswer } from "../platform/git.ts";

/** What a repository of others may cost. */
export interface CloneLimits {
  /** Of the packs that are received. */
  readonly packBytes: number;
  /** Of the files, once they are checked out. */
  readonly fileBytes: number;
  readonly files: number;
  /** Of each command of git. */
  readonly commandMs: number;
}

export const cloneLimits: CloneLimits = {
  packBytes: 1024 * 1024 * 1024,
  fileBytes: 2 * 1024 * 1024 * 1024,
  files: 200_000,
  commandMs: 15 * 60_000,
};

export interface CloneRequest {
  readonly url: string;
  /** Branch, tag, or id of a commit; what the repository's HEAD names without one. */
  readonly ref?: string | undefined;
  /** Empty, or what an earlier call left here: it is gone on with. */
  readonly folder: string;
  /** Arguments of git that let this address through, and no other. */
  readonly allow: readonly string[];
  readonly limits: CloneLimits;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface Cloned {
  readonly commit: string;
  /** The branch or tag that the commit was found by. */
  readonly ref: string;
  readonly files: number;
  readonly bytes: number;
  /** Folders that are other repositories, and are left empty. */
  readonly submodules: number;
}

/** A branch or tag of the other side, with its commit. */
interface Remote {
  readonly commit: string;
  readonly ref: string;
}

/** As many files are asked for at once: after a kill, what one of these calls brought need not come again. */
const filesAtOnce = 1_000;

/**
 * Settings for what comes from others: no template, hook or filter, no submodule, and a symbolic link becomes a file with
 * its target as text.
 */
const careful = [
  "core.symlinks=false",
  "core.autocrlf=false",
  "core.askPass=",
  // Nobody is there to type a password or to trust a host.
  "core.sshCommand=ssh -oBatchMode=yes",
  "http.followRedirects=false",
  "filter.lfs.smudge=",
  "filter.lfs.process=",
  "filter.lfs.required=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "fetch.unpackLimit=1",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
].flatMap((setting) => ["-c", setting]);

/**
 * Brings one commit of a repository into a folder, without its history. First the list of its files comes, then the files in
 * parts, so that a call that was stopped goes on where it was, and a refresh brings what changed. A server that cannot send
 * parts sends all at once.
 */
export async function cloneCommit(request: CloneRequest): Promise<Cloned> {
  const { limits, progress } = request;
  const remote = await remoteCommit(request);
  const { commit } = remote;
  await begin(request, commit.length === 64);
  progress({ done: 0, message: "Receiving the list of files" });
  await received(request, [...quietFetch, "--depth=1", "--filter=blob:none", "origin", commit]);
  const listed = filesIn(await run(request, ["ls-tree", "-r", "-z", commit]));
  if (listed.files > limits.files) {
    throw tooLarge(`It has ${String(listed.files)} files; the limit is ${String(limits.files)}.`);
  }
  await receiveFiles(request, commit);
  const bytes = bytesIn(await run(request, ["ls-tree", "-r", "-l", "-z", commit]));
  if (bytes > limits.fileBytes) {
    throw tooLarge(`Its files have ${inMegabytes(bytes)}; the limit is ${inMegabytes(limits.fileBytes)}.`);
  }
  progress({ done: listed.files, total: listed.files, message: "Checking out" });
  await run(request, ["checkout", "--quiet", "--force", "--detach", commit, "--"]);
  // What an earlier commit had, and whatever else is not of this one.
  await run(request, ["clean", "-ffdx", "--quiet"]);
  // What the next refresh says that it has.
  await run(request, ["update-ref", "refs/lfc/current", commit]);
  return { ...remote, ...listed, bytes };
}

/** Of `ls-tree`: a submodule is an entry without a file. */
function filesIn(tree: string): { files: number; submodules: number } {
  const entries = tree.split("\0").filter((entry) => entry !== "");
  const submodules = entries.filter((entry) => entry.startsWith("160000 ")).length;
  return { files: entries.length - submodules, submodules };
}

/** Of `ls-tree --long`. */
function bytesIn(tree: string): number {
  const sizes = tree.split("\0").map((entry) => Number(/^\S+ blob \S+ +(\d+)\t/.exec(entry)?.[1] ?? 0));
  return sizes.reduce((total, size) => total + size, 0);
}

async function receiveFiles(request: CloneRequest, commit: string): Promise<void> {
  const missing = (await run(request, ["rev-list", "--objects", "--missing=print", "--no-object-names", commit]))
    .split("\n")
    .flatMap((line) => (line.startsWith("?") ? [line.slice(1)] : []));
  for (let at = 0; at < missing.length; at += filesAtOnce) {
    request.progress({ done: at, total: missing.length, message: "Receiving files" });
    const ids = missing.slice(at, at + filesAtOnce).map((id) => `${id}\n`);
    // Of what is asked for by its id, nothing need be agreed on first.
    const alone = ["-c", "fetch.negotiationAlgorithm=noop", ...quietFetch];
    await received(request, [...alone, "--filter=blob:none", "--stdin", "origin"], Buffer.from(ids.join("")));
  }
}

const quietFetch = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--no-auto-maintenance",
];

/** A new repository here, or the one that an earlier call began; where it comes from is set each time. */
async function begin(request: CloneRequest, isSha256: boolean): Promise<void> {
  const { folder, url } = request;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const format = isSha256 ? ["--object-format=sha256"] : [];
  const made = await inFolder(request, ["init", "--quiet", "--template=", ...format, "."]);
  ended(made, url);
  const settings = [
    ["remote.origin.url", url],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
    ["extensions.partialClone", "origin"],
    ["core.repositoryFormatVersion", "1"],
  ];
  for (const [name = "", value = ""] of settings) ended(await inFolder(request, ["config", name, value]), url);
}

async function remoteCommit(request: CloneRequest): Promise<Remote> {
  const { url, ref, limits, signal, allow } = request;
  if (ref !== undefined && (ref.startsWith("-") || /[\p{Cc} ~^:?*[\\]/u.test(ref))) {
    throw new ToolError("INVALID_ARGUMENT", "This is no name of a branch or tag.", "Give a branch, a tag or a commit.");
  }
  const args = [...careful, ...allow, "ls-remote", "--quiet", "--end-of-options", url];
  const listed = ended(await git(args, { cwd: "/", signal, timeoutMs: Math.min(limits.commandMs, 60_000) }), url);
  const ids = new Map(
    listed.stdout.split("\n").flatMap((line) => {
      const [id, name] = line.split("\t");
      return id === undefined || name === undefined ? [] : [[name, id] as const];
    }),
  );
  if (ref === undefined) {
    const commit = ids.get("HEAD");
    if (commit === undefined) throw new ToolError("NOT_FOUND", "The repository is empty.", "Give another one.");
    const branch = [...ids].find(([name, id]) => id === commit && name.startsWith("refs/heads/"))?.[0];
    return { commit, ref: branch?.replace("refs/heads/", "") ?? "HEAD" };
  }
  // A tag with a message of its own stands for a commit, which `^{}` names.
  for (const name of [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`, ref]) {
    const commit = ids.get(name);
    if (commit !== undefined) return { commit, ref };
  }
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return { commit: ref, ref };
  throw new ToolError(
    "NOT_FOUND",
    `The repository has no ${ref}.`,
    "Give a branch, a tag, or the whole id of a commit.",
  );
}

/** A command that brings something, ended when what it brings grows over the limit. */
async function received(request: CloneRequest, args: readonly string[], input?: Buffer): Promise<void> {
  const { folder, url, limits, signal } = request;
  const tooMuch = new AbortController();
  const done = new AbortController();
  const watch = (async () => {
    while (!done.signal.aborted) {
      if ((await packBytes(folder)) > limits.packBytes) tooMuch.abort();
      await sleep(250, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  try {
    const limited = { ...request, signal: AbortSignal.any([signal, tooMuch.signal]) };
    ended(await inFolder(limited, args, input), url);
  } catch (error) {
    if (tooMuch.signal.aborted) throw tooLarge(`It is larger than ${inMegabytes(limits.packBytes)}.`);
    throw error;
  } finally {
    done.abort();
    await watch;
  }
}

async function packBytes(folder: string): Promise<number> {
  const packs = path.join(folder, ".git", "objects", "pack");
  const names: readonly string[] = await readdir(packs).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(packs, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

async function run(request: CloneRequest, args: readonly string[]): Promise<string> {
  return ended(await inFolder(request, args), request.url).stdout;
}

function inFolder({ folder, allow, limits, signal }: CloneRequest, args: readonly string[], input?: Buffer) {
  const where = [`--git-dir=${path.join(folder, ".git")}`, `--work-tree=${folder}`];
  const asked = args[0] === "init" ? args : [...where, ...args];
  return git([...careful, ...allow, ...asked], {
    cwd: folder,
    signal,
    timeoutMs: limits.commandMs,
    ...(input && { input }),
  });
}

function ended(answer: GitAnswer, url: string): GitAnswer {
  if (answer.ok) return answer;
  const { stderr, cut } = answer;
  if (cut === "late") {
    throw new ToolError("NOT_READY", `${hostOf(url)} was too slow.`, "Call again: it goes on where it was.");
  }
  if (/could not resolve host/i.test(stderr)) {
    throw new ToolError("NOT_FOUND", `There is no host ${hostOf(url)}.`, "Check the address.");
  }
  if (/not found|does not exist|does not appear to be a git repository|repository not exported/i.test(stderr)) {
    throw new ToolError(
      "NOT_FOUND",
      "There is no repository at this address.",
      "Check the address, and that you may read it.",
    );
  }
  if (/authentication failed|could not read (username|password)|permission denied|HTTP 40[13]/i.test(stderr)) {
    throw new ToolError(
      "NOT_PERMITTED",
      `${hostOf(url)} wants a login.`,
      "Log in with git in a terminal, so that its credential helper knows it, then call again.",
    );
  }
  if (/not our ref|unadvertised object|remote error: upload-pack/i.test(stderr)) {
    throw new ToolError("NOT_FOUND", "The repository has no such commit.", "Give a branch or a tag.");
  }
  if (/No space left/i.test(stderr)) {
    throw new ToolError("NOT_READY", "The disk is full.", "Free space, then call again: it goes on where it was.");
  }
  const line = stderr.split("\n").find((each) => /^(fatal|error): /.test(each)) ?? "";
  const said = line.replace(/^(fatal|error): /, "").slice(0, 200);
  throw new ToolError(
    "NOT_READY",
    `git could not bring the repository${said === "" ? "" : `: ${said}`}.`,
    "Look at the address and the network, then call again: it goes on where it was.",
  );
}

function tooLarge(message: string): ToolError {
  return new ToolError("TOO_LARGE", message, "Clone it in a terminal, and open its folder.");
}

function inMegabytes(bytes: number): string {
  return `${String(Math.ceil(bytes / 2 ** 20))} MB`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "The server";
}
