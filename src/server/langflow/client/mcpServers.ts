import { z } from "zod";
import type { LangflowHttp } from "./http.ts";
import { statusOf } from "../../platform/http.ts";

/** An MCP server as Langflow keeps it. Header values are masked by newer versions and never read by us. */
const StoredServer = z.object({ url: z.string().optional() }).nullable();

const CountedServer = z.object({
  name: z.string(),
  toolsCount: z.int().nullish(),
  error: z.string().nullish(),
});
export type CountedServer = z.output<typeof CountedServer>;

export interface McpServerEntry {
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

export interface McpServers {
  /** The URL kept under a name; undefined when there is no such entry, "" when it has none. */
  urlOf(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** Writes the entry whole: 1.7 replaces what is there, 1.13 merges. */
  save(entry: McpServerEntry, signal: AbortSignal): Promise<void>;
  remove(name: string, signal: AbortSignal): Promise<void>;
  names(signal: AbortSignal): Promise<readonly string[]>;
  /** Langflow connects to every server and counts its tools; it may take a minute, or refuse with 429 while it does so. */
  count(name: string, signal: AbortSignal): Promise<CountedServer | undefined>;
}

export function createMcpServers(http: LangflowHttp): McpServers {
  const pathOf = (name: string) => `/api/v2/mcp/servers/${encodeURIComponent(name)}`;

  async function urlOf(name: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      // An unknown name is 404 in 1.13 and null in 1.7.
      const stored = await http.json({ method: "GET", path: pathOf(name), signal }, StoredServer);
      return stored === null ? undefined : (stored.url ?? "");
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  return {
    urlOf,
    async save({ name, url, token }, signal) {
      const method = (await urlOf(name, signal)) === undefined ? "POST" : "PATCH";
      const body = { url, headers: { authorization: `Bearer ${token}` } };
      await http.json({ method, path: pathOf(name), body, signal }, z.unknown());
    },
    async remove(name, signal) {
      if ((await urlOf(name, signal)) === undefined) return;
      await http.json({ method: "DELETE", path: pathOf(name), signal }, z.unknown());
    },
    async names(signal) {
      const path = "/api/v2/mcp/servers?action_count=false";
      const servers = await http.json({ method: "GET", path, signal }, z.array(z.object({ name: z.string() })));
      return servers.map(({ name }) => name);
    },
    async count(name, signal) {
      const path = "/api/v2/mcp/servers?action_count=true";
      const servers = await http.json({ method: "GET", path, signal, patient: true }, z.array(CountedServer));
      return servers.find((server) => server.name === name);
    },
  };
}
