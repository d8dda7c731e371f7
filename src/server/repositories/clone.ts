import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolError } from "../platform/errors.ts";
import { run } from "./gitRun.ts";
import type { CloneLimits, CloneRequest, RunOptions } from "./gitRun.ts";
import { packBytes, packNames, removePacks, repack, sweep } from "./packs.ts";
import { remoteCommit } from "./remoteCommit.ts";
import type { Remote } from "./remoteCommit.ts";

export const cloneLimits: CloneLimits = {
  packBytes: 1024 * 1024 * 1024,
  fileBytes: 2 * 1024 * 1024 * 1024,
  files: 200_000,
  totalMs: 60 * 60_000,
};

export interface Cloned extends Remote {
  readonly files: number;
  readonly bytes: number;
  /** Folders that are other repositories, and are left empty. */
  readonly submodules: number;
}

export interface Before {
  /** That is there as a whole: what a refused refresh received is removed again. */
  readonly commit: string | undefined;
  /** Called before files of another commit are written. */
  beforeFiles(): Promise<void>;
}

/** As many files are asked for at once: after a kill, what one of these calls brought need not come again. */
const filesAtOnce = 1_000;

/**
 * Brings one commit of a repository into a folder, without its history. First the list of its files comes, then the files in
 * parts, so that a call that was stopped goes on where it was, and a refresh brings what changed. A server that cannot send
 * parts sends all at once.
 */
export async function cloneCommit(request: CloneRequest, before: Before): Promise<Cloned> {
  const { folder, limits, signal } = request;
  const late = AbortSignal.timeout(limits.totalMs);
  await sweep(folder, signal);
  const kept = new Set(before.commit === undefined ? [] : await packNames(folder));
  try {
    return await clone({ ...request, signal: AbortSignal.any([signal, late]) }, before, kept);
  } catch (error) {
    const isLate = late.aborted && !signal.aborted;
    const problem = isLate ? tooLarge(`It takes longer than ${minutes(limits)}, which is the limit.`) : error;
    if (before.commit !== undefined && problem instanceof ToolError && problem.code === "TOO_LARGE") {
      await removePacks(folder, kept);
    }
    throw problem;
  }
}

async function clone(request: CloneRequest, before: Before, kept: ReadonlySet<string>): Promise<Cloned> {
  const { limits, progress } = request;
  const remote = await remoteCommit(request);
  const { commit } = remote;
  await begin(request, commit.length === 64);
  const receive = (args: readonly string[], options?: RunOptions) => received(request, kept, args, options);
  progress({ done: 0, message: "Receiving the list of files" });
  if (commit !== before.commit) {
    const asked = [...fetchParts, "--depth=1", "--filter=blob:none", "origin", commit];
    await receive(asked, { heard: reportShare(request, "Receiving the list of files") });
  }
  const listed = filesIn(await run(request, ["ls-tree", "-r", "-z", commit]));
  if (listed.files > limits.files) {
    throw tooLarge(`It has ${String(listed.files)} files; the limit is ${String(limits.files)}.`);
  }
  await receiveFiles(request, commit, receive);
  const bytes = bytesIn(await run(request, ["ls-tree", "-r", "-l", "-z", commit]));
  if (bytes > limits.fileBytes) {
    throw tooLarge(`Its files have ${inMegabytes(bytes)}; the limit is ${inMegabytes(limits.fileBytes)}.`);
  }
  progress({ done: listed.files, total: listed.files, message: "Checking out" });
  if (commit !== before.commit) await before.beforeFiles();
  await run(request, ["checkout", "--progress", "--force", "--detach", commit, "--"]);
  // What an earlier commit had, and whatever else is not of this one.
  await run(request, ["clean", "-ffdx", "--quiet"]);
  // What the next refresh says that it has.
  await run(request, ["update-ref", "refs/lfc/current", commit]);
  await repack(request, commit);
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

type Receive = (args: readonly string[], options?: RunOptions) => Promise<void>;

async function receiveFiles(request: CloneRequest, commit: string, receive: Receive): Promise<void> {
  const missing = (await run(request, ["rev-list", "--objects", "--missing=print", "--no-object-names", commit]))
    .split("\n")
    .flatMap((line) => (line.startsWith("?") ? [line.slice(1)] : []));
  for (let at = 0; at < missing.length; at += filesAtOnce) {
    request.progress({ done: at, total: missing.length, message: "Receiving files" });
    const ids = missing.slice(at, at + filesAtOnce).map((id) => `${id}\n`);
    // Of what is asked for by its id, nothing need be agreed on first.
    const alone = ["-c", "fetch.negotiationAlgorithm=noop", ...fetchParts];
    await receive([...alone, "--filter=blob:none", "--stdin", "origin"], { input: Buffer.from(ids.join("")) });
  }
}

/** With progress, so that a git whose server was killed ends with the next line that it writes. */
const fetchParts = [
  "fetch",
  "--progress",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--no-auto-maintenance",
];

/** Reports the share that git says it has received. */
function reportShare({ progress }: CloneRequest, message: string): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    const share = /Receiving objects: +(\d+)%[^\r\n]*[\r\n]*$/.exec(text)?.[1];
    if (share === undefined || share === last) return;
    last = share;
    progress({ done: 0, message: `${message}: ${share} %` });
  };
}

/** A new repository here, or the one that an earlier call began; where it comes from is set each time. */
async function begin(request: CloneRequest, isSha256: boolean): Promise<void> {
  const { folder, url } = request;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const format = isSha256 ? ["--object-format=sha256"] : [];
  await run(request, ["init", "--quiet", "--template=", ...format, "."]);
  const settings = [
    ["remote.origin.url", url],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
    ["extensions.partialClone", "origin"],
    ["core.repositoryFormatVersion", "1"],
  ];
  for (const [name = "", value = ""] of settings) await run(request, ["config", name, value]);
}

/** A command that brings something, ended when what it brings grows over the limit. */
async function received(
  request: CloneRequest,
  kept: ReadonlySet<string>,
  args: readonly string[],
  options?: RunOptions,
): Promise<void> {
  const { folder, limits, signal } = request;
  const tooMuch = new AbortController();
  const done = new AbortController();
  const watch = (async () => {
    while (!done.signal.aborted) {
      if ((await packBytes(folder, kept)) > limits.packBytes) tooMuch.abort();
      await sleep(250, undefined, { signal: done.signal }).catch(() => undefined);
    }
    if ((await packBytes(folder, kept)) > limits.packBytes) tooMuch.abort();
  })();
  try {
    await run({ ...request, signal: AbortSignal.any([signal, tooMuch.signal]) }, args, options);
  } catch (error) {
    if (!tooMuch.signal.aborted) throw error;
  } finally {
    done.abort();
    await watch;
  }
  if (tooMuch.signal.aborted) throw tooLarge(`It is larger than ${inMegabytes(limits.packBytes)}, which is the limit.`);
}

function tooLarge(message: string): ToolError {
  return new ToolError("TOO_LARGE", message, "Clone it in a terminal, and open its folder.");
}

function inMegabytes(bytes: number): string {
  return `${String(Math.ceil(bytes / 2 ** 20))} MB`;
}

function minutes({ totalMs }: CloneLimits): string {
  return totalMs < 60_000 ? `${String(Math.ceil(totalMs / 1000))} seconds` : `${String(totalMs / 60_000)} minutes`;
}
