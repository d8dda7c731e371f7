import { readFile, statfs } from "node:fs/promises";
import { cpus, freemem, totalmem } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Use } from "../../protocol/health.ts";
import type { Disposable } from "../platform/disposables.ts";

/** What can be read of the machine and of this process. A reader gives undefined where nothing can be known. */
export interface Machine extends Disposable {
  /** Busy share of all processors since the last call, 0 to 1. */
  cpu(): number | undefined;
  memory(): Promise<Use | undefined>;
  processMemory(): number;
  disk(): Promise<Use | undefined>;
  /** 99th percentile since the last call, ms. */
  eventLoopDelayMs(): number;
}

const timerMs = 20;

/** @param folder Of the file system that is watched. */
export function createMachine(folder: string): Machine {
  const delay = monitorEventLoopDelay({ resolution: timerMs });
  delay.enable();
  let before = cpuTimes();
  return {
    cpu() {
      const times = cpuTimes();
      const [all, idle] = [times.all - before.all, times.idle - before.idle];
      before = times;
      // Some containers hide the processors.
      return all > 0 ? Math.min(1, Math.max(0, 1 - idle / all)) : undefined;
    },
    memory: readMemory,
    processMemory: () => process.memoryUsage.rss(),
    async disk() {
      try {
        const { blocks, bfree, bavail, bsize } = await statfs(folder);
        // As df: what is kept for the administrator counts as neither used nor free.
        const used = (blocks - bfree) * bsize;
        const total = used + bavail * bsize;
        return total > 0 ? { used, total } : undefined;
      } catch {
        return undefined;
      }
    },
    eventLoopDelayMs() {
      // The histogram has the intervals of a timer.
      const ms = delay.percentile(99) / 1e6 - timerMs;
      delay.reset();
      return Number.isFinite(ms) ? Math.max(0, ms) : 0;
    },
    dispose() {
      delay.disable();
    },
  };
}

function cpuTimes() {
  const times = cpus().map((cpu) => cpu.times);
  return {
    all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
  };
}

async function readMemory(): Promise<Use | undefined> {
  // macOS counts what it can give back at once as used: its figure would be an alert on every machine.
  if (process.platform === "darwin") return undefined;
  const machine = totalmem();
  const limit = process.constrainedMemory();
  if (limit <= 0 || limit >= machine) return { used: machine - freemem(), total: machine };
  const used = limit - process.availableMemory() - (await fileCache());
  return { used: Math.max(0, used), total: limit };
}

/** A container's use contains files that the kernel drops when memory is wanted. */
async function fileCache(): Promise<number> {
  for (const [file, name] of [
    ["/sys/fs/cgroup/memory.stat", "inactive_file"],
    ["/sys/fs/cgroup/memory/memory.stat", "total_inactive_file"],
  ] as const) {
    const text = await readFile(file, "utf8").catch(() => "");
    const bytes = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
    if (bytes !== undefined) return Number(bytes);
  }
  return 0;
}
