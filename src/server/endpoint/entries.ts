import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { z } from "zod";
import { writePrivate } from "../platform/dataFolder.ts";
import { systemCode } from "../platform/errors.ts";

/** What a running server shows to other processes of the same user. */
const EndpointEntry = z.object({
  /** `…/mcp` on this machine. */
  url: z.string(),
  pid: z.int().positive(),
  tokenFile: z.string(),
  /** It has the remembered port and the registration in Langflow. */
  owner: z.boolean(),
  /** Token of its control face, recreated with every process: MCP clients and Langflow never get it. */
  control: z.string(),
});
export type EndpointEntry = z.output<typeof EndpointEntry>;

export interface EndpointFiles {
  /** Folder of all entries. */
  readonly folder: string;
  /** Hash of the set of roots. */
  readonly hash: string;
}

/** Servers of these roots, or of all, that live, the owner first. Entries of dead processes are swept. */
export async function liveEndpoints({
  folder,
  hash,
}: Partial<EndpointFiles> & Pick<EndpointFiles, "folder">): Promise<readonly EndpointEntry[]> {
  const found: EndpointEntry[] = [];
  for (const name of await entryNames(folder, hash)) {
    const file = path.join(folder, name);
    const entry = await readEntry(file);
    if (entry && (await isAlive(entry))) found.push(entry);
    else await rm(file, { force: true });
  }
  return found.sort((a, b) => Number(b.owner) - Number(a.owner) || a.pid - b.pid);
}

export async function writeEndpoint(files: EndpointFiles, entry: EndpointEntry): Promise<void> {
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await writePrivate(fileOf(files, entry.pid), `${JSON.stringify(entry)}\n`);
}

export async function removeEndpoint(files: EndpointFiles, pid: number): Promise<void> {
  await rm(fileOf(files, pid), { force: true });
}

function fileOf({ folder, hash }: EndpointFiles, pid: number): string {
  return path.join(folder, `${hash}-${pid}.json`);
}

async function entryNames(folder: string, hash?: string): Promise<readonly string[]> {
  const start = hash === undefined ? "" : `${hash}-`;
  try {
    return (await readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith(".json"));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function readEntry(file: string): Promise<EndpointEntry | undefined> {
  try {
    return EndpointEntry.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/**
 * A process id may be somebody else's by now, and a killed process that nobody reaped still has one: only an open port
 * counts. A stopped process keeps its port open and so counts as alive.
 */
async function isAlive({ pid, url }: EndpointEntry): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== "EPERM") return false;
  }
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), timeout: 1_000 });
    const end = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(true));
  });
}
