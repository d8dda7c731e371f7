import { execFile } from "node:child_process";
import { cancelled } from "./errors.ts";

/** Settings of a hostile repository that would run programs on read-only commands are switched off. */
const safeConfig = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "safe.bareRepository=explicit",
  "protocol.allow=never",
  "core.quotePath=false",
].flatMap((setting) => ["-c", setting]);

export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code of a command that failed by itself. */
  readonly code?: number;
}

export interface GitOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Longer output ends the command: it is not ok then. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  /** For its standard input. */
  readonly input?: Buffer;
}

/**
 * Runs a git command that only reads. `ok` is false when git is not installed, the folder is in no repository, or the
 * command failed; a fired signal rejects with CANCELLED.
 */
export function git(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { cwd, signal, maxBytes = 256 * 1024 * 1024, timeoutMs = 60_000, input } = options;
  return new Promise((resolve, reject) => {
    const settings = { cwd, signal, maxBuffer: maxBytes, timeout: timeoutMs, env: gitEnvironment(), windowsHide: true };
    const child = execFile("git", [...safeConfig, ...args], settings, (error, stdout, stderr) => {
      if (signal.aborted) reject(cancelled());
      else
        resolve({ ok: error === null, stdout, stderr, ...(typeof error?.code === "number" && { code: error.code }) });
    });
    // A command that ends before it has read its input closes the pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** A caller's GIT_DIR, GIT_INDEX_FILE and the like must not point our commands elsewhere. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
}
