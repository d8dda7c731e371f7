import { unwatchFile, watchFile } from "node:fs";
import { z } from "zod";
import { AppliedEntry } from "../../protocol/optimizations.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Mutex } from "../platform/mutex.ts";
import { createSharedFile } from "../platform/sharedFile.ts";

const OptimizationFile = z.strictObject({
  applied: z
    .array(AppliedEntry)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "has an id twice"),
});

/** What the user has applied, in a file that all their processes share. */
export interface OptimizationStore {
  /** As the file is now; a damaged one is an error. */
  read(): Promise<readonly AppliedEntry[]>;
  /** What `make` gives replaces what there is. */
  change(
    signal: AbortSignal,
    make: (before: readonly AppliedEntry[]) => readonly AppliedEntry[],
  ): Promise<readonly AppliedEntry[]>;
  /** As it was read last: lists and calls of tools do not wait for a file. */
  current(): readonly AppliedEntry[];
  onChange(listener: () => void): void;
  dispose(): void;
}

/** How soon a process learns what another one has applied. */
const lookMs = 2_000;

export async function openOptimizationStore(file: string, mutex: Mutex, log: Logger): Promise<OptimizationStore> {
  const listeners = new Set<() => void>();
  const shared = createSharedFile({
    ...{ file, name: "optimizations.json", schema: OptimizationFile, mutex },
    damaged: (problem) =>
      new ToolError(
        "CONFLICT",
        `The file of applied optimizations ${file} is damaged: ${problem}.`,
        "Correct it, or remove it: then none is applied.",
      ),
  });
  let current: readonly AppliedEntry[] = [];

  async function read(): Promise<readonly AppliedEntry[]> {
    return (await shared.read())?.applied ?? [];
  }

  function use(applied: readonly AppliedEntry[]): void {
    if (JSON.stringify(applied) === JSON.stringify(current)) return;
    current = applied;
    for (const listener of listeners) listener();
  }

  /** A damaged file applies nothing: all tools are listed, with the answers that they have by themselves. */
  async function follow(): Promise<void> {
    try {
      use(await read());
    } catch (error) {
      log.warn("optimizations.damaged", describeError(error));
      use([]);
    }
  }

  const look = () => void follow();
  await follow();
  watchFile(file, { interval: lookMs, persistent: false }, look);
  return {
    read,
    async change(signal, make) {
      const { applied } = await shared.change(signal, (before) => ({ applied: [...make(before?.applied ?? [])] }));
      use(applied);
      return applied;
    },
    current: () => current,
    onChange: (listener) => void listeners.add(listener),
    dispose() {
      unwatchFile(file, look);
    },
  };
}
