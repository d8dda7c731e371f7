import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { cancelled } from "./errors.ts";

/** Settings of a hostile repository that would run programs on read-only commands are switched off. */
const safeConfig = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "safe.bareRepository=explicit",
  "protocol.allow=never",
  "core.quotePath=false",
  "log.showSignature=false",
].flatMap((setting) => ["-c", setting]);

export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code of a command that failed by itself. */
  readonly code?: number;
  /** Its output is longer than `maxBytes`, or it took longer than `timeoutMs`. */
  readonly cut?: "long" | "late";
}

export interface GitOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Longer output ends the command: it is not ok then. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  /** For its standard input. */
  readonly input?: Buffer;
  /** Gets what it writes to its standard error while it runs. */
  heard?(text: string): void;
}

/** A git that is asked to stop and does not is ended in another way after this time. */
const stopMs = 5_000;

/**
 * Runs a git command. `ok` is false when git is not installed, the folder is in no repository, or the
 * command failed; a fired signal stops it, and rejects with CANCELLED once it has ended. Paths are taken literally.
 */
export async function git(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { bytes, ...answer } = await gitBytes(args, options);
  return { ...answer, stdout: bytes.toString("utf8") };
}

/** The same for output that need not be UTF-8. */
export function gitBytes(
  args: readonly string[],
  options: GitOptions,
): Promise<Omit<GitAnswer, "stdout"> & { readonly bytes: Buffer }> {
  const { cwd, signal, maxBytes = 256 * 1024 * 1024, timeoutMs = 60_000, input, heard } = options;
  const program = gitProgram();
  if (program === undefined) return Promise.resolve({ ok: false, bytes: Buffer.alloc(0), stderr: "" });
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled());
      return;
    }
    const settings = {
      cwd,
      maxBuffer: maxBytes,
      timeout: timeoutMs,
      env: gitEnvironment(),
      windowsHide: true,
      encoding: "buffer" as const,
    };
    const child = execFile(program, [...safeConfig, ...args], settings, (error, bytes, errors) => {
      clearTimeout(lastResort);
      signal.removeEventListener("abort", stop);
      if (signal.aborted) {
        reject(cancelled());
        return;
      }
      const isLong = error?.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";
      resolve({
        ok: error === null,
        bytes,
        stderr: errors.toString("utf8"),
        ...(typeof error?.code === "number" && { code: error.code }),
        ...(isLong && { cut: "long" as const }),
        ...(error?.killed === true && !isLong && { cut: "late" as const }),
      });
    });
    let lastResort: NodeJS.Timeout | undefined;
    // Its lock and its temporary files are gone when it has ended, so nothing goes on before.
    function stop(): void {
      child.kill();
      lastResort = setTimeout(() => {
        child.kill("SIGKILL");
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, stopMs);
    }
    signal.addEventListener("abort", stop, { once: true });
    if (heard) child.stderr?.on("data", (chunk: Buffer) => heard(chunk.toString("utf8")));
    // A command that ends before it has read its input closes the pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

let program: string | undefined;

/** The git of the absolute folders of PATH: a relative one, or Windows' current folder, would be the repository's own. */
export function gitProgram(): string | undefined {
  program ??= findProgram(process.env["PATH"] ?? process.env["Path"] ?? "");
  return program;
}

function findProgram(searchPath: string): string | undefined {
  const name = process.platform === "win32" ? "git.exe" : "git";
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A caller's GIT_DIR, GIT_INDEX_FILE and the like must not point our commands elsewhere. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    // Nothing may wait for somebody to type.
    GIT_EDITOR: ":",
    GIT_SEQUENCE_EDITOR: ":",
    GIT_PAGER: "cat",
    LC_ALL: "C",
  };
}
