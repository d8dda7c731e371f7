import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** Seconds of processor that a process and its ended children have used; Linux only. */
export function processorSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // utime, stime, cutime and cstime, in hundredths.
  return fields.slice(11, 15).reduce((total, field) => total + Number(field), 0) / 100;
}

/** Threads of a process; Linux only. */
export function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

/** Command lines of the processes that name a folder; Linux only. */
export function processesNaming(folder: string): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      // One that has ended and is not yet reaped has no command line.
      return line.includes(folder) ? [`${name} ${line}`] : [];
    } catch {
      return [];
    }
  });
}

/** Processes that work in a folder; Linux only. */
export function processesIn(folder: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readlinkSync(`/proc/${name}/cwd`) === folder ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
