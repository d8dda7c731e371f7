// Real parts as child processes: a free port, a start with a time bound, an end that takes the whole tree along.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findInPath } from "../../scripts/lib/realParts.ts";

export interface Service {
  readonly pid: number;
  readonly logFile: string;
  /** Why it ended by itself, undefined while it runs. */
  exited(): string | undefined;
  /** Last lines of its log. */
  logTail(lines?: number): string;
  /** Asks the whole process group to end, and ends it by force after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** As a crash would. */
  kill(): Promise<void>;
}

export interface ServiceOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
  /** Ends it even when the test process was killed and can't. */
  readonly maxSeconds: number;
  /** Bound of each of its processes' own data. */
  readonly maxMegabytes?: number;
}

export function startService(options: ServiceOptions): Service {
  const log = openSync(options.logFile, "a", 0o600);
  const [command, args] = bounded(options);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", log, log],
    detached: process.platform !== "win32",
  });
  closeSync(log);
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      ended = error.message;
      resolve();
    });
    child.on("exit", (code, signal) => {
      ended = signal ? `ended by ${signal}` : `ended with code ${code ?? "unknown"}`;
      resolve();
    });
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) signalTree(child.pid, signal);
  };
  const atExit = (): void => signalGroup("SIGKILL");
  process.once("exit", atExit);
  const end = async (graceMs: number): Promise<void> => {
    if (graceMs > 0) {
      signalGroup("SIGTERM");
      await Promise.race([gone, sleep(graceMs, undefined, { ref: false })]);
    }
    // Its leader may be gone while a worker of the group is not.
    signalGroup("SIGKILL");
    await gone;
    // A restart needs the workers' port and files free too. Where nobody reaps orphans they stay as zombies, hence the bound.
    for (let waited = 0; waited < 2_000 && child.pid !== undefined && groupExists(child.pid); waited += 20)
      await sleep(20);
    process.off("exit", atExit);
  };
  return {
    pid: child.pid ?? -1,
    logFile: options.logFile,
    exited: () => ended,
    logTail: (lines = 30) => readFileSync(options.logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n"),
    stop: (graceMs = 10_000) => end(graceMs),
    kill: () => end(0),
  };
}

export interface WaitOptions {
  readonly url: string;
  readonly service: Service;
  readonly name: string;
  readonly timeoutMs: number;
}

/** Waits until the URL answers 200; ends the service and tells its last words when it does not. */
export async function waitForUrl({ url, service, name, timeoutMs }: WaitOptions): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const exited = service.exited();
    const late = performance.now() > deadline;
    if (exited !== undefined || late) {
      await service.kill();
      throw new Error(
        `${name} ${exited ?? `did not answer at ${url} within ${timeoutMs / 1000} s`}; log ${service.logFile}:\n${service.logTail()}`,
      );
    }
    const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(200);
  }
}

function bounded(options: ServiceOptions): [string, string[]] {
  const timeout = process.platform === "win32" ? undefined : findInPath("timeout");
  const timed = timeout
    ? [timeout, "--kill-after=10", String(options.maxSeconds), options.command, ...options.args]
    : [options.command, ...options.args];
  const [command = options.command, ...args] = timed;
  if (options.maxMegabytes === undefined || process.platform === "win32") return [command, args];
  return ["/bin/sh", ["-c", 'ulimit -d "$0" && exec "$@"', String(options.maxMegabytes * 1024), command, ...args]];
}

function groupExists(pid: number): boolean {
  if (process.platform === "win32") return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalTree(pid: number, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32") spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    else process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
