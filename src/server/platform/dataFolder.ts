import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { ToolError, systemCode } from "./errors.ts";

/** The folder shared by editor and headless servers of one user, where no setting names another. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const local = env["LOCALAPPDATA"];
  if (platform === "win32" && local) return path.join(local, "langflow-connect");
  return path.join(homedir(), ".langflow-connect");
}

/** Makes the folder this user's alone: tokens and what was replaced in files lie in it. */
export async function openDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** Where the facts about one set of roots are kept. */
export interface DataFiles {
  readonly token: string;
  readonly port: string;
  readonly endpoints: string;
  /** The link to Langflow. */
  readonly link: string;
  /** Flows as they were when file and server were the same. */
  readonly synced: string;
  /** Flows as they were before they were changed from here. */
  readonly versions: string;
  /** Runs in Langflow whose end is not known yet. */
  readonly begunRuns: string;
  /** Indexes for the search by meaning, one for each model. */
  readonly vectors: string;
  /** Copies of repositories of others. */
  readonly repositories: string;
  /** Components by version of Langflow, whatever the roots. */
  readonly catalogues: string;
  /** Of this user, whatever the roots. */
  readonly budgets: string;
  /** Optimizations that this user has applied, whatever the roots. */
  readonly optimizations: string;
  /** What tools name and never see, whatever the roots. */
  readonly secrets: string;
  /** Lock files, where only one process may do something at a time. */
  readonly locks: string;
}

export function dataFiles(folder: string, hash: string): DataFiles {
  return {
    token: path.join(folder, "tokens", hash),
    port: path.join(folder, "ports", hash),
    endpoints: path.join(folder, "endpoints"),
    link: path.join(folder, "links", hash),
    synced: path.join(folder, "synced", hash),
    versions: path.join(folder, "versions", hash),
    begunRuns: path.join(folder, "begunRuns", hash),
    vectors: path.join(folder, "vectors", hash),
    repositories: path.join(folder, "repositories", hash),
    catalogues: path.join(folder, "catalogues"),
    budgets: path.join(folder, "budgets.json"),
    optimizations: path.join(folder, "optimizations.json"),
    secrets: path.join(folder, "secrets.json"),
    locks: path.join(folder, "locks"),
  };
}

/** 256 random bits, different from other keys by their prefix. */
export function newToken(): string {
  return `lfc_${randomBytes(32).toString("base64url")}`;
}

/** The token kept for a set of roots, made when there is none: registrations in Langflow outlive a restart. */
export async function keptToken(file: string): Promise<string> {
  const kept = await readKept(file);
  if (kept?.startsWith("lfc_")) return kept;
  if (kept) {
    throw new ToolError(
      "CONFLICT",
      `${file} does not contain a token of Langflow Connect.`,
      "Name another file for the token, or remove this one.",
    );
  }
  const token = newToken();
  await writePrivate(file, `${token}\n`);
  // Another process may have written at the same moment: the file decides.
  return (await readKept(file)) ?? token;
}

/** The token of a file as it is at each moment: another process of the same roots may have made a new one. */
export function followToken(file: string, first: string): { current(): string; set(token: string): void } {
  let token = first;
  let seen = stampOf(file);
  return {
    current() {
      const stamp = stampOf(file);
      if (stamp !== undefined && stamp !== seen) {
        seen = stamp;
        const text = readFileSync(file, "utf8").trim();
        if (text.startsWith("lfc_")) token = text;
      }
      return token;
    },
    set(next) {
      token = next;
      seen = stampOf(file);
    },
  };
}

/** Undefined while the file is away: what was read last counts. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${String(stat.mtimeNs)} ${String(stat.ino)}`;
}

export async function readKept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A write takes milliseconds: a temporary file that is older belongs to a process that was killed in the middle of it. */
const staleMs = 60_000;

/** Removes what processes that were killed while they wrote the file have left beside it. */
export async function sweepTemporaries(file: string): Promise<void> {
  const [folder, start] = [path.dirname(file), `${path.basename(file)}.`];
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(start) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length)));
  for (const name of left) {
    const found = statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path.join(folder, name), { force: true });
  }
}

/** Writes a file that only this user can read, whole or not at all. */
export async function writePrivate(file: string, text: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  await sweepTemporaries(file);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
