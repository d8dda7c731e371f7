import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { throwIfCancelled } from "../platform/errors.ts";
import { run } from "./gitRun.ts";
import type { CloneRequest } from "./gitRun.ts";

/** Of a clone that is refreshed often: each refresh adds a few. */
const mostPacks = 50;
/** A git whose server was killed ends with its next line of progress; what is older belongs to nobody. */
const orphanMs = 20_000;
const lookMs = 200;

function packFolder(folder: string): string {
  return path.join(folder, ".git", "objects", "pack");
}

export async function packNames(folder: string): Promise<readonly string[]> {
  return readdir(packFolder(folder)).catch(() => []);
}

/** Size of the packs, without those that were there before. */
export async function packBytes(folder: string, before: ReadonlySet<string>): Promise<number> {
  const names = (await packNames(folder)).filter((name) => !before.has(name));
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(packFolder(folder), name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

/** Takes away what a call has received. */
export async function removePacks(folder: string, before: ReadonlySet<string>): Promise<void> {
  for (const name of await packNames(folder)) {
    if (!before.has(name)) await rm(path.join(packFolder(folder), name), { force: true });
  }
}

/**
 * Removes the locks and the halves of packs that a killed git left. The caller is the only one that works here; a git that
 * outlived its server is waited for.
 */
export async function sweep(folder: string, signal: AbortSignal): Promise<void> {
  for (const lock of await locksOf(folder)) {
    while (await isYoung(lock)) {
      throwIfCancelled(signal);
      await sleep(lookMs);
    }
    await rm(lock, { force: true });
  }
  const names = new Set(await packNames(folder));
  for (const name of names) {
    const isHalf = name.startsWith("tmp_") || !names.has(name.replace(/\.[^.]*$/, ".idx"));
    if (isHalf) await rm(path.join(packFolder(folder), name), { force: true });
  }
}

async function locksOf(folder: string): Promise<string[]> {
  const found = await Promise.all(
    ["", "refs/lfc"].map(async (part) => {
      const at = path.join(folder, ".git", part);
      const names: readonly string[] = await readdir(at).catch(() => []);
      return names.filter((name) => name.endsWith(".lock")).map((name) => path.join(at, name));
    }),
  );
  return found.flat();
}

async function isYoung(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < orphanMs;
}

/** One pack with what this commit has, instead of many; objects of earlier commits go. */
export async function repack(request: CloneRequest, commit: string): Promise<void> {
  const { folder } = request;
  const before = await packNames(folder);
  if (before.filter((name) => name.endsWith(".pack")).length <= mostPacks) return;
  const objects = await run(request, ["rev-list", "--objects", "--no-object-names", commit]);
  const base = path.join(packFolder(folder), "pack");
  const name = (await run(request, ["pack-objects", "--quiet", base], { input: Buffer.from(objects) })).trim();
  // What is not in it can be had from the other side.
  await writeFile(`${base}-${name}.promisor`, "");
  for (const each of before) {
    if (!each.startsWith(`pack-${name}.`)) await rm(path.join(packFolder(folder), each), { force: true });
  }
}
