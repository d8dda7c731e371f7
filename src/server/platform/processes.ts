import { readFile } from "node:fs/promises";

/** A process, different from a later one that got the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in the system's own ticks, where it can be asked; else "". */
  readonly started: string;
}

export async function thisProcess(): Promise<ProcessId> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/** False for a process that ended, and for a number that another process has by now. */
export async function isRunning({ pid, started }: ProcessId): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = await startOf(pid);
  return now === started && now !== "ended";
}

async function startOf(pid: number): Promise<string> {
  if (process.platform !== "linux") return "";
  const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return "ended";
  // The name in parentheses can contain anything; the fields behind it are fixed. Z: ended, not yet collected.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
}
