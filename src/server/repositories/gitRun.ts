import path from "node:path";
import type { Progress } from "../platform/call.ts";
import { git } from "../platform/git.ts";
import type { GitAnswer, GitOptions } from "../platform/git.ts";
import { gitProblem } from "./gitProblem.ts";

/** What a repository of others may cost. */
export interface CloneLimits {
  /** Of the packs that one call receives, and those of the calls that it goes on with. */
  readonly packBytes: number;
  /** Of the files, once they are checked out. */
  readonly fileBytes: number;
  readonly files: number;
  /** Of the whole call. */
  readonly totalMs: number;
}

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

/**
 * Settings for what comes from others: no template, hook or filter, no submodule, and a symbolic link becomes a file with
 * its target as text.
 */
const careful = [
  "core.symlinks=false",
  "core.autocrlf=false",
  "core.askPass=",
  "http.followRedirects=false",
  // A server that says nothing for a minute has to be asked again.
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=60",
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

type StartOptions = Pick<GitOptions, "input" | "heard" | "timeoutMs">;
export type RunOptions = Pick<GitOptions, "input" | "heard">;

/** The output of a command that has to end well, in the folder of the clone. */
export async function run(request: CloneRequest, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { folder } = request;
  const where = [`--git-dir=${path.join(folder, ".git")}`, `--work-tree=${folder}`];
  const asked = args[0] === "init" ? args : [...where, ...args];
  return ended(await start(request, folder, asked, options), request.url);
}

/** The same of a command that needs no folder. */
export async function runAnywhere(request: CloneRequest, args: readonly string[]): Promise<string> {
  return ended(await start(request, "/", args, { timeoutMs: 60_000 }), request.url);
}

function start({ allow, limits, signal }: CloneRequest, cwd: string, args: readonly string[], options: StartOptions) {
  return git([...careful, ...allow, ...args], { timeoutMs: limits.totalMs, ...options, cwd, signal });
}

function ended(answer: GitAnswer, url: string): string {
  if (!answer.ok) throw gitProblem(answer, URL.parse(url)?.host ?? "The server");
  return answer.stdout;
}
