import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { systemCode } from "./errors.ts";

/** The folder shared by editor and headless servers of one user: `LFC_DATA`, else the platform's place. */
export function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const wanted = env["LFC_DATA"];
  if (wanted) return path.resolve(wanted);
  const local = env["LOCALAPPDATA"];
  if (platform === "win32" && local) return path.join(local, "langflow-connect");
  return path.join(homedir(), ".langflow-connect");
}

/** Where the facts about one set of roots are kept. */
export interface DataFiles {
  readonly token: string;
  readonly port: string;
  readonly endpoints: string;
  /** The link to Langflow. */
  readonly link: string;
}

export function dataFiles(folder: string, hash: string): DataFiles {
  return {
    token: path.join(folder, "tokens", hash),
    port: path.join(folder, "ports", hash),
    endpoints: path.join(folder, "endpoints"),
    link: path.join(folder, "links", hash),
  };
}

/** 256 random bits, told apart from other keys by their prefix. */
export function newToken(): string {
  return `lfc_${randomBytes(32).toString("base64url")}`;
}

/** The token kept for a set of roots, made when there is none: registrations in Langflow outlive a restart. */
export async function keptToken(file: string): Promise<string> {
  const kept = await readKept(file);
  if (kept?.startsWith("lfc_")) return kept;
  const token = newToken();
  await writePrivate(file, `${token}\n`);
  // Another process may have written at the same moment: the file decides.
  return (await readKept(file)) ?? token;
}

export async function readKept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file that only this user can read, whole or not at all. */
export async function writePrivate(file: string, text: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await chmod(path.dirname(file), 0o700);
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
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
