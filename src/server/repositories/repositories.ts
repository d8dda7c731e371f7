import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Progress } from "../platform/call.ts";
import { readKept, writePrivate } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import type { Mutex } from "../platform/mutex.ts";
import { cloneCommit, cloneLimits } from "./clone.ts";
import type { CloneLimits } from "./clone.ts";
import { checkRepositoryUrl, nameOf } from "./url.ts";

const Facts = z.object({
  name: z.string(),
  url: z.string(),
  /** As asked for; the repository's own default without one. */
  wanted: z.string().optional(),
  state: z.enum(["incomplete", "ready"]),
  ref: z.string().optional(),
  commit: z.string().optional(),
  files: z.int().optional(),
  bytes: z.int().optional(),
  submodules: z.int().optional(),
  /** When it was brought or refreshed. */
  at: z.string().optional(),
});

/** A repository of others, beside the workspace. */
export type Repository = z.infer<typeof Facts>;

export interface IngestRequest {
  readonly url: string;
  readonly ref?: string | undefined;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface Repositories {
  /** Brings a repository, goes on with one that was stopped, or refreshes one that is there. */
  ingest(request: IngestRequest): Promise<Repository & { readonly changed: boolean }>;
  list(): Promise<readonly Repository[]>;
  /** By its name, with or without the @. */
  remove(name: string, signal: AbortSignal): Promise<Repository>;
  /** The folder of one that is ready. */
  folderOf(name: string): Promise<string | undefined>;
  /** The files of one are others now, or gone. */
  onChange(listener: (name: string) => void): void;
}

export interface RepositoriesDeps {
  /** Of this workspace, in the data folder. */
  readonly folder: string;
  readonly mutex: Mutex;
  /** Refuses an address that may not be asked; arguments of git that let it through. */
  allow(url: URL, signal: AbortSignal): Promise<readonly string[]>;
  /** A name that means something else in the workspace. */
  isTaken(name: string): Promise<boolean>;
  readonly limits?: CloneLimits;
  now(): Date;
}

const factsFile = "repository.json";

export function createRepositories(deps: RepositoriesDeps): Repositories {
  const { folder, mutex, allow, isTaken, limits = cloneLimits, now } = deps;
  const listeners = new Set<(name: string) => void>();
  const at = (name: string) => path.join(folder, name.replace(/^@/, ""));

  async function read(name: string): Promise<Repository | undefined> {
    const text = await readKept(path.join(at(name), factsFile));
    if (text === undefined) return undefined;
    const parsed = Facts.safeParse(jsonOf(text));
    return parsed.success ? parsed.data : undefined;
  }

  async function write(facts: Repository): Promise<void> {
    await writePrivate(path.join(at(facts.name), factsFile), `${JSON.stringify(facts, null, 2)}\n`);
  }

  async function list(): Promise<Repository[]> {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    const all = await Promise.all([...names].sort().map((name) => read(name)));
    return all.flatMap((facts) => (facts ? [facts] : []));
  }

  /** The name of one that is there for this address, or a new one. */
  async function nameFor(url: URL): Promise<string> {
    const all = await list();
    const known = all.find((facts) => facts.url === url.href);
    if (known) return known.name;
    const base = nameOf(url);
    const used = new Set(all.map(({ name }) => name));
    for (let count = 1; ; count++) {
      const name = `@${base}${count === 1 ? "" : `-${String(count)}`}`;
      if (!used.has(name) && !(await isTaken(name))) return name;
    }
  }

  function changed(name: string): void {
    for (const listener of listeners) listener(name);
  }

  return {
    list,
    async ingest({ url: given, ref, signal, progress }) {
      const url = checkRepositoryUrl(given);
      const allowed = await allow(url, signal);
      // The name is chosen and the folder written by one at a time.
      const lock = await mutex.acquire([`repositories ${folder}`], { signal });
      try {
        const name = await nameFor(url);
        const before = await read(name);
        const wanted = ref ?? before?.wanted;
        const facts = { ...before, name, url: url.href, ...(wanted !== undefined && { wanted }) };
        if (before?.state !== "ready") await write({ ...facts, state: "incomplete" });
        const request = {
          url: url.href,
          ref: wanted,
          folder: path.join(at(name), "files"),
          allow: allowed,
          limits,
          signal,
          progress,
        };
        const cloned = await cloneCommit(request).catch(async (error: unknown) => {
          // What is beyond the limits would be brought again for nothing; what was stopped is gone on with.
          const isOver = error instanceof ToolError && ["TOO_LARGE", "NOT_FOUND"].includes(error.code);
          if (isOver && before?.state !== "ready") await rm(at(name), { recursive: true, force: true });
          throw error;
        });
        const ready = { ...facts, ...cloned, state: "ready" as const, at: now().toISOString() };
        await write(ready);
        const isChanged = before?.commit !== cloned.commit;
        if (isChanged) changed(name);
        return { ...ready, changed: isChanged };
      } finally {
        lock.release();
      }
    },
    async remove(name, signal) {
      const lock = await mutex.acquire([`repositories ${folder}`], { signal });
      try {
        const facts = (await list()).find((each) => each.name === name || each.name === `@${name}`);
        if (!facts) {
          const names = (await list()).map((each) => each.name).join(", ");
          throw new ToolError(
            "NOT_FOUND",
            "There is no such repository.",
            names === "" ? "None is there." : `There are ${names}.`,
          );
        }
        changed(facts.name);
        await rm(at(facts.name), { recursive: true, force: true, maxRetries: 3 });
        return facts;
      } finally {
        lock.release();
      }
    },
    async folderOf(name) {
      const facts = await read(name);
      return facts?.state === "ready" ? path.join(at(name), "files") : undefined;
    },
    onChange(listener) {
      listeners.add(listener);
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
