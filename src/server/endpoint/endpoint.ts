import type { Listening } from "./listen.ts";
import type { DataFiles } from "../platform/dataFolder.ts";
import { followToken, keptToken, newToken, readKept, writePrivate } from "../platform/dataFolder.ts";
import { liveEndpoints, removeEndpoint, writeEndpoint } from "./entries.ts";
import type { EndpointEntry } from "./entries.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";

export interface EndpointOptions {
  readonly host: string;
  /** 0: the remembered port, else any free one. */
  readonly port: number;
  /** Instead of the token file of these roots in the data folder. */
  readonly tokenFile?: string;
  /** How Langflow and other hosts reach this endpoint, where that is not its own address. */
  readonly advertisedUrl?: string;
}

export interface EndpointDeps {
  readonly hash: string;
  readonly files: DataFiles;
  readonly log: Logger;
  readonly controlToken: string;
  listen(options: { host: string; port: number; token: () => string; allowHost?: string }): Promise<Listening>;
  /** Ownership or token are others now. */
  changed(): void;
  /** How often the other processes and the token file are looked at. */
  readonly pollMs?: number;
}

/** The endpoint of one set of roots, open in this process. */
export interface OpenEndpoint {
  readonly tokenFile: string;
  /** The address on this machine. */
  url(): string;
  /** The address for clients elsewhere: the advertised one when there is one. */
  publicUrl(): string;
  token(): string;
  /** False while another process of the same roots has port and registration. */
  owner(): boolean;
  /** The process that has them, when it is another one. */
  otherOwner(): Promise<EndpointEntry | undefined>;
  /** Old clients are refused from the next request on, by every process of these roots. */
  rotateToken(): Promise<void>;
  dispose(): Promise<void>;
}

/** Opens the endpoint on the remembered port, or on one of its own until the process that has that port ends. */
export async function openEndpoint(options: EndpointOptions, deps: EndpointDeps): Promise<OpenEndpoint> {
  const { files, hash, log, controlToken, pollMs = 5_000 } = deps;
  const entries = { folder: files.endpoints, hash };
  const tokenFile = options.tokenFile ?? files.token;
  const allowHost = options.advertisedUrl === undefined ? undefined : new URL(options.advertisedUrl).host;
  const token = followToken(tokenFile, await keptToken(tokenFile));
  let reported = token.current();
  let owner = !(await others()).some((entry) => entry.owner);
  let { url, port } = await open(owner);
  await announce();
  if (owner) await settle();
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  lookLater();

  async function open(asOwner: boolean): Promise<Listening> {
    const listen = (at: number) =>
      deps.listen({
        host: options.host,
        port: at,
        token: token.current,
        ...(allowHost !== undefined && { allowHost }),
      });
    if (options.port !== 0) return listen(options.port).catch(portTaken(options.port));
    const kept = asOwner ? Number(await readKept(files.port)) : 0;
    if (!Number.isInteger(kept) || kept <= 0 || kept > 65_535) return listen(0);
    try {
      return await listen(kept);
    } catch (error) {
      // Somebody else has the port by now: Langflow's registration is updated with the new one.
      if (systemCode(error) !== "EADDRINUSE" && systemCode(error) !== "EACCES") throw error;
      return listen(0);
    }
  }

  async function others() {
    return (await liveEndpoints(entries)).filter((entry) => entry.pid !== process.pid);
  }

  /** Two that start at the same moment both see no owner: each sees the other now, and the next look decides. */
  async function settle(): Promise<void> {
    if (!(await others()).some((entry) => entry.owner)) return rememberPort();
    owner = false;
    await announce();
  }

  async function rememberPort(): Promise<void> {
    if (String(port) !== (await readKept(files.port))) await writePrivate(files.port, `${port}\n`);
  }

  /** The first port is remembered before anybody learns it: the next process has it, whenever this one is killed. */
  async function announce(): Promise<void> {
    if (owner && (await readKept(files.port)) === undefined) await rememberPort();
    await writeEndpoint(entries, { url, pid: process.pid, tokenFile, owner, control: controlToken });
  }

  function lookLater(): void {
    if (ended.signal.aborted) return;
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => {
          log.warn("endpoint.look", describeError(error));
        })
        .finally(lookLater);
    }, pollMs);
    timer.unref();
  }

  async function look(): Promise<void> {
    const before = { owner, token: reported };
    reported = token.current();
    if (!owner) await takeOver();
    if (ended.signal.aborted || (owner === before.owner && reported === before.token)) return;
    deps.changed();
  }

  async function takeOver(): Promise<void> {
    // Of several that wait, the one with the lowest process id is next.
    if ((await others()).some((entry) => entry.owner || entry.pid < process.pid)) return;
    if (ended.signal.aborted) return;
    // Clients of the earlier port keep it: the remembered one is opened besides. A port that was asked for stays.
    if (options.port === 0) ({ url, port } = await open(true));
    owner = true;
    await announce();
    await settle();
    log.info("endpoint.owner", { port, owner });
  }

  return {
    tokenFile,
    url: () => url,
    publicUrl: () => (options.advertisedUrl === undefined ? url : mcpUrl(options.advertisedUrl)),
    token: token.current,
    owner: () => owner,
    otherOwner: async () => (owner ? undefined : (await others()).find((entry) => entry.owner)),
    async rotateToken() {
      const next = newToken();
      await writePrivate(tokenFile, `${next}\n`);
      token.set(next);
      reported = next;
      deps.changed();
    },
    async dispose() {
      ended.abort();
      clearTimeout(timer);
      await removeEndpoint(entries, process.pid);
    },
  };
}

function portTaken(port: number) {
  return (error: unknown): never => {
    if (systemCode(error) !== "EADDRINUSE" && systemCode(error) !== "EACCES") throw error;
    const remedy = "Give another --port, or none for one that is free.";
    throw new ToolError("CONFLICT", `Port ${port} can't be used: something else has it, or it is reserved.`, remedy);
  };
}

/** People give the address with or without the path. */
function mcpUrl(advertised: string): string {
  const url = new URL(advertised);
  if (url.pathname === "/") url.pathname = "/mcp";
  return url.href;
}
