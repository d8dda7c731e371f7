import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readKept, writePrivate } from "../../platform/dataFolder.ts";
import { takeLock } from "../../platform/fileLock.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { isRunning, thisProcess } from "../../platform/processes.ts";

/** A run that Langflow carries out in the background: it goes on there when the process that began it ends. */
const KeptRun = z.object({
  run: z.string().regex(/^[\w-]+$/),
  /** Id of its job, and of the trace that it will have. */
  trace: z.string(),
  /** Base URL of Langflow. */
  server: z.string(),
  flow: z.object({ id: z.string(), name: z.string(), url: z.string() }),
  session: z.string(),
  startedAt: z.coerce.date(),
  head: z.object({ branch: z.string(), commit: z.string() }),
});
export type KeptRun = z.output<typeof KeptRun>;

const OwnedRun = KeptRun.extend({ owner: z.object({ pid: z.number(), started: z.string() }) });

/**
 * Runs whose end is not known yet, one file for each, so that it is found out by the next server if this one is killed. What
 * they were given is not written down. A disk that takes no file is no reason to run nothing: it is logged.
 */
export interface BegunRuns {
  keep(run: KeptRun): void;
  /** Its end is known. */
  forget(run: string): void;
  /** This process follows it no more, though it goes on. */
  leave(run: string): void;
  /** Those of a server that nobody follows; from now on this process does. */
  takeLeft(server: string): Promise<readonly KeptRun[]>;
  /** Resolves when all of that is on the disk. */
  settle(): Promise<void>;
}

export function createBegunRuns(folder: string, log: Logger): BegunRuns {
  const followed = new Set<string>();
  /** One after the other, so that a run is not forgotten before it is written. */
  let working: Promise<unknown> = Promise.resolve();
  const fileOf = (run: string) => path.join(folder, `${run}.json`);

  function inTurn<T>(work: () => Promise<T>): Promise<T | undefined> {
    const done = working.then(work).catch((error: unknown) => {
      log.warn("langflow.begunRuns", describeError(error));
      return undefined;
    });
    working = done;
    return done;
  }

  async function write(run: KeptRun): Promise<void> {
    await writePrivate(fileOf(run.run), JSON.stringify({ ...run, owner: await thisProcess() }));
  }

  async function takeFile(name: string, server: string): Promise<KeptRun | undefined> {
    const kept = OwnedRun.safeParse(parsed((await readKept(path.join(folder, name))) ?? ""));
    if (!kept.success) return undefined;
    const { owner, ...run } = kept.data;
    if (run.server !== server || followed.has(run.run)) return undefined;
    if (owner.pid !== process.pid && (await isRunning(owner))) return undefined;
    await write(run);
    followed.add(run.run);
    return run;
  }

  return {
    keep(run) {
      followed.add(run.run);
      void inTurn(() => write(run));
    },
    forget(run) {
      followed.delete(run);
      void inTurn(() => rm(fileOf(run), { force: true }));
    },
    leave: (run) => void followed.delete(run),
    async takeLeft(server) {
      const taken = await inTurn(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // Of two windows that look at the same time, one gets them.
        const lock = takeLock(path.join(folder, "left"));
        if (!lock) return [];
        try {
          const runs: KeptRun[] = [];
          for (const name of await readdir(folder)) {
            const run = name.endsWith(".json") ? await takeFile(name, server) : undefined;
            if (run) runs.push(run);
          }
          return runs;
        } finally {
          lock.release();
        }
      });
      return taken ?? [];
    },
    async settle() {
      await working;
    },
  };
}

/** A file of another version of ours, or a broken one, says nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
