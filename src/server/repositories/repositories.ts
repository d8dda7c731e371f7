import { randomBytes } from "node:crypto";
import { readdir, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { IngestedRepository } from "../../protocol/repositories.ts";
import type { BroughtRepository } from "../../protocol/repositories.ts";
import type { Progress } from "../platform/call.ts";
import { readKept, writePrivate } from "../platform/dataFolder.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import type { Mutex } from "../platform/mutex.ts";
import { cloneCommit, cloneLimits } from "./clone.ts";
import type { CloneLimits } from "./gitRun.ts";
import { packNames } from "./packs.ts";
import { checkRepositoryUrl, nameOf } from "./url.ts";

const Facts = IngestedRepository.extend({
  /** As asked for; the repository's own default without one. */
  wanted: z.string().exactOptional(),
});
type Facts = z.output<typeof Facts>;

export interface RefreshRequest {
  /** What was asked for last without one. */
  readonly ref?: string | undefined;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface IngestRequest extends RefreshRequest {
  readonly url: string;
}

export interface Repositories {
  /** Brings a repository, goes on with one that was stopped, or refreshes one that is there. */
  ingest(request: IngestRequest): Promise<BroughtRepository>;
  list(): Promise<readonly IngestedRepository[]>;
  /** Brings what changed of one that is there, by its name, with or without the @. */
  refresh(name: string, request: RefreshRequest): Promise<BroughtRepository>;
  /** By its name, with or without the @. */
  remove(name: string, signal: AbortSignal): Promise<IngestedRepository>;
  /** The folder of one that is ready; NOT_READY when it is there and is not. */
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

  async function read(name: string): Promise<Facts | undefined> {
    const text = await readKept(path.join(at(name), factsFile));
    if (text === undefined) return undefined;
    const parsed = Facts.safeParse(jsonOf(text));
    return parsed.success ? parsed.data : undefined;
  }

  async function write(facts: Facts): Promise<void> {
    await writePrivate(path.join(at(facts.name), factsFile), `${JSON.stringify(facts, null, 2)}\n`);
  }

  async function list(): Promise<Facts[]> {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    // What begins with a dot is on its way out.
    const all = await Promise.all(
      [...names]
        .filter((name) => !name.startsWith("."))
        .sort()
        .map(read),
    );
    return all.flatMap((facts) => (facts ? [facts] : []));
  }

  /** The name of one that is there for this address, or a new one, which is noted down. */
  async function nameFor(url: URL, wanted: string | undefined, signal: AbortSignal): Promise<string> {
    const lock = await mutex.acquire([`repositories ${folder}`], { signal });
    try {
      const all = await list();
      const known = all.find((facts) => facts.url === url.href);
      if (known) return known.name;
      const base = nameOf(url);
      const used = new Set(all.map(({ name }) => name));
      for (let count = 1; ; count++) {
        const name = `@${base}${count === 1 ? "" : `-${String(count)}`}`;
        if (used.has(name) || (await isTaken(name))) continue;
        await write({ name, url: url.href, ...(wanted !== undefined && { wanted }), state: "incomplete" });
        return name;
      }
    } finally {
      lock.release();
    }
  }

  /** One call at a time about each. */
  async function inTurn<T>(name: string, wait: Pick<RefreshRequest, "signal" | "progress">, work: () => Promise<T>) {
    const onWait = () => wait.progress({ done: 0, message: `Waiting for another call about ${name}` });
    const lock = await mutex.acquire([`repository ${at(name)}`], { signal: wait.signal, onWait });
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  async function known(name: string): Promise<Facts> {
    const all = await list();
    const facts = all.find((each) => each.name === name || each.name === `@${name}`);
    if (facts) return facts;
    const names = all.map((each) => each.name).join(", ");
    throw new ToolError(
      "NOT_FOUND",
      "There is no such repository.",
      names === "" ? "None is there." : `There are ${names}.`,
    );
  }

  async function erase(name: string): Promise<void> {
    changed(name);
    // A removal that is killed leaves nothing that looks like a repository; the next one finishes it.
    const aside = path.join(folder, `.${path.basename(at(name))}-${randomBytes(6).toString("hex")}`);
    await rename(at(name), aside).catch(ignoreMissing);
    for (const each of await readdir(folder).catch(() => [])) {
      if (each.startsWith(".")) await rm(path.join(folder, each), { recursive: true, force: true, maxRetries: 3 });
    }
    // Only when it is empty.
    await rmdir(folder).catch(() => undefined);
  }

  function changed(name: string): void {
    for (const listener of listeners) listener(name);
  }

  async function bring(name: string, url: URL, request: RefreshRequest): Promise<BroughtRepository> {
    const { signal, progress } = request;
    const allowed = await allow(url, signal);
    const before = await read(name);
    const wanted = request.ref ?? before?.wanted;
    const facts: Facts = {
      ...before,
      name,
      url: url.href,
      ...(wanted !== undefined && { wanted }),
      state: before?.state ?? "incomplete",
    };
    const readyCommit = before?.state === "ready" ? before.commit : undefined;
    if (readyCommit === undefined) await write(facts);
    const files = path.join(at(name), "files");
    const asked = { url: url.href, ref: wanted, folder: files, allow: allowed, limits, signal, progress };
    const cloned = await cloneCommit(asked, {
      commit: readyCommit,
      // Killed from here on, it would have files of two commits.
      beforeFiles: () => write({ ...facts, state: "incomplete" }),
    }).catch(async (error: unknown) => {
      // What is beyond the limits would be brought again for nothing; what was stopped is gone on with.
      const isOver = error instanceof ToolError && error.code === "TOO_LARGE";
      const hasParts = (await packNames(files)).some((pack) => pack.endsWith(".idx"));
      if (readyCommit === undefined && (isOver || !hasParts)) await erase(name);
      throw error;
    });
    const { wanted: _wanted, ...shown } = { ...facts, ...cloned, state: "ready" as const, at: now().toISOString() };
    await write({ ...shown, ...(wanted !== undefined && { wanted }) });
    const isChanged = readyCommit !== cloned.commit;
    if (isChanged) changed(name);
    return { ...shown, changed: isChanged };
  }

  return {
    list,
    async ingest({ url: given, ...request }) {
      const url = checkRepositoryUrl(given);
      // Refused before anything is noted down.
      await allow(url, request.signal);
      const name = await nameFor(url, request.ref, request.signal);
      return inTurn(name, request, () => bring(name, url, request));
    },
    async refresh(given, request) {
      const { name } = await known(given);
      return inTurn(name, request, async () => bring(name, checkRepositoryUrl((await known(name)).url), request));
    },
    async remove(given, signal) {
      const { name } = await known(given);
      return inTurn(name, { signal, progress: () => undefined }, async () => {
        const facts = await known(name);
        await erase(name);
        return facts;
      });
    },
    async folderOf(name) {
      const facts = await read(name);
      if (facts?.state === "incomplete") {
        throw new ToolError(
          "NOT_READY",
          `${name} is not there as a whole: it is being brought, or was stopped.`,
          "Call ingest_repository with its URL, which goes on where it was.",
        );
      }
      return facts && path.join(at(name), "files");
    },
    onChange(listener) {
      listeners.add(listener);
    },
  };
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== "ENOENT") throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
