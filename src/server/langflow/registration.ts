import { setTimeout as sleep } from "node:timers/promises";
import { ToolError } from "../platform/errors.ts";
import { registrationParameter } from "../platform/langflowCaller.ts";
import { createMcpServers } from "./client/mcpServers.ts";
import type { McpServers } from "./client/mcpServers.ts";
import type { LangflowHttp } from "./client/http.ts";
import { statusOf } from "../platform/http.ts";
import type { LinkStatus } from "../../protocol/status.ts";

/** The endpoint that Langflow calls. */
export interface Endpoint {
  /** `…/mcp` as Langflow reaches it: the advertised URL when one is set. */
  readonly url: string;
  readonly token: string;
  /** False in a second window on the same folders: the first one has the registration. */
  readonly owner: boolean;
}

export interface WorkspaceIdentity {
  /** Workspace or folder name. */
  readonly name: string;
  /** 16 hex digits of the set of roots. */
  readonly hash: string;
}

export type Registration = NonNullable<LinkStatus["registration"]>;

export interface RegistrationRequest {
  readonly http: LangflowHttp;
  readonly workspace: WorkspaceIdentity;
  readonly endpoint: Endpoint;
  /** The name chosen at an earlier registration. */
  readonly keptName: string | undefined;
  /** How long Langflow may take to count our tools. */
  readonly countMs: number;
  readonly signal: AbortSignal;
}

export interface Registered {
  readonly registration: Registration;
  /** An administrator has locked the MCP servers: to try again with the same login and endpoint changes nothing. */
  readonly isLocked: boolean;
}

/** Writes our endpoint into Langflow and lets Langflow count the tools it finds there. */
export async function register(request: RegistrationRequest): Promise<Registered> {
  const { http, workspace, endpoint, countMs, signal } = request;
  const servers = createMcpServers(http);
  const name = await chooseName(servers, request);
  const url = registeredUrl(endpoint, workspace);
  try {
    await servers.save({ name, url, token: endpoint.token }, signal);
  } catch (error) {
    // Flows and their runs work all the same, and so does an entry that is there already.
    if (!(error instanceof ToolError) || error.code !== "NOT_PERMITTED") throw error;
    const isThere = (await servers.urlOf(name, signal)) === url;
    const found = isThere ? await verify(servers, { name, endpoint, countMs, signal }) : undefined;
    if (found?.state === "verified") return { registration: found, isLocked: true };
    const why = found?.problem ?? "The workspace is not registered.";
    const problem = `${why} ${error.message} ${error.remedy}`;
    return { registration: { name, state: found?.state ?? "missing", problem }, isLocked: true };
  }
  return { registration: await verify(servers, { name, endpoint, countMs, signal }), isLocked: false };
}

/** True when Langflow still has our entry with our URL. */
export async function isRegistered({
  http,
  workspace,
  endpoint,
  keptName,
  signal,
}: Omit<RegistrationRequest, "countMs">) {
  if (keptName === undefined) return false;
  return (await createMcpServers(http).urlOf(keptName, signal)) === registeredUrl(endpoint, workspace);
}

/** Takes our entry out, unless the name belongs to somebody else by now. */
export async function unregister(request: Omit<RegistrationRequest, "endpoint" | "countMs">): Promise<void> {
  const { http, workspace, keptName, signal } = request;
  if (keptName === undefined) return;
  const servers = createMcpServers(http);
  if (ownerOf(await servers.urlOf(keptName, signal)) === workspace.hash) await servers.remove(keptName, signal);
}

async function chooseName(servers: McpServers, { workspace, keptName, signal }: RegistrationRequest): Promise<string> {
  const plain = `workspace-${slug(workspace.name)}`;
  const candidates = [keptName, plain, `${plain}-${workspace.hash.slice(0, 6)}`];
  for (const name of candidates) {
    if (name === undefined) continue;
    const url = await servers.urlOf(name, signal);
    if (url === undefined || ownerOf(url) === workspace.hash) return name;
  }
  throw new ToolError(
    "CONFLICT",
    `Langflow has MCP servers named ${plain} that belong to other folders.`,
    "Remove the ones that are not used any more in Langflow under Settings > MCP Servers.",
  );
}

/** Lower case letters, digits and single hyphens, at most 40. */
export function slug(name: string): string {
  const plain = name.normalize("NFKD").toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, "-").slice(0, 40);
  return words.replace(/^-+|-+$/g, "") || "folder";
}

/**
 * The URL says whose entry it is: Langflow masks headers, and the port may change. The endpoint itself ignores the
 * parameter.
 */
function registeredUrl(endpoint: Endpoint, workspace: WorkspaceIdentity): string {
  const url = new URL(endpoint.url);
  url.searchParams.set(registrationParameter, workspace.hash);
  return url.href;
}

function ownerOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).searchParams.get(registrationParameter) ?? undefined;
}

interface Verification {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly countMs: number;
  readonly signal: AbortSignal;
}

async function verify(servers: McpServers, { name, endpoint, countMs, signal }: Verification): Promise<Registration> {
  const counted = await countWithin(servers, { name, countMs, signal });
  if (counted === "late") {
    const problem =
      "Langflow has not said yet whether it reaches this workspace: it looks at all its MCP servers, and one of them does not answer. It is asked again every 30 s.";
    return { name, state: "unchecked", problem };
  }
  if (!counted) return { name, state: "missing", problem: "Langflow did not keep the registration." };
  if (typeof counted.toolsCount === "number" && counted.toolsCount > 0) {
    return { name, state: "verified", tools: counted.toolsCount };
  }
  return { name, state: "unreachable", problem: unreachable(endpoint, counted.error ?? "") };
}

/**
 * Langflow asks all its servers, for as long as a minute when one of them does not answer, and refuses others with 429
 * meanwhile. That is no reason to be without its flows.
 */
async function countWithin(servers: McpServers, { name, countMs, signal }: Omit<Verification, "endpoint">) {
  const patience = AbortSignal.timeout(countMs);
  const either = AbortSignal.any([signal, patience]);
  for (;;) {
    try {
      return await servers.count(name, either);
    } catch (error) {
      if (signal.aborted) throw error;
      if (patience.aborted) return "late";
      if (statusOf(error) !== 429) throw error;
      await sleep(1_000, undefined, { signal: either }).catch(() => undefined);
    }
  }
}

/** Langflow answers us, and not the other way round: its own attempt says why. */
function unreachable({ url }: Endpoint, error: string): string {
  const setting = "langflowConnect.endpoint.advertisedUrl (LFC_ADVERTISED_URL without VS Code)";
  if (/HTTP 401\b/.test(error)) return "Langflow reaches the endpoint with a wrong token. Connect again.";
  if (error.includes("SSRF")) {
    const { hostname } = new URL(url);
    return `Langflow's own policy does not let it call ${url}. Add ${hostname} to LANGFLOW_SSRF_ALLOWED_HOSTS where Langflow runs, and restart it.`;
  }
  if (/DNS resolution failed|getaddrinfo|Name or service not known/.test(error)) {
    return `Langflow tried ${url}, and its machine knows no such host. Set ${setting} to an address that it knows.`;
  }
  const status = /HTTP (\d{3})\b/.exec(error)?.[1];
  if (status !== undefined) {
    return `Langflow tried ${url}, and something else than this server answered (HTTP ${status}). Set ${setting} to an address that leads here, or look at the proxy between them.`;
  }
  const how = /timeout|timed out/i.test(error)
    ? "got no answer in time; a firewall may be between them"
    : "cannot reach it";
  return (
    `Langflow tried ${url} and ${how}. When it runs in Docker, WSL or on another host, set ${setting} to the address ` +
    "under which it reaches this machine."
  );
}
