import { z } from "zod";
import type { Egress } from "../platform/egress/egress.ts";
import { hostAndPortOf } from "../platform/egress/policy.ts";
import { ToolError } from "../platform/errors.ts";
import { isLoopback } from "../platform/network.ts";
import type { SecretStore } from "./secretStore.ts";
import { secretsFor } from "./secrets.ts";

export type SearchProvider = "searxng" | "brave" | "tavily";

/** Only the user decides it, never a file of the workspace. */
export interface WebSearchSettings {
  readonly provider: SearchProvider | "off";
  /** Base address; "" for the provider's own. */
  readonly url: string;
}

export interface WebResult {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

/** An engine that the provider asked in vain. */
export interface SilentEngine {
  readonly engine: string;
  /** In the provider's words, such as "timeout". */
  readonly reason: string;
}

export interface WebResults {
  /** At most as many as a provider gives in one answer, the best first. */
  readonly results: readonly WebResult[];
  /** Only SearXNG asks engines of others, and names them. */
  readonly silent: readonly SilentEngine[];
}

export interface WebSearch {
  /** Fails with NOT_READY when nothing was found and an engine did not answer. */
  find(query: string, signal: AbortSignal): Promise<WebResults>;
}

export interface WebSearchDeps {
  readonly egress: Egress;
  readonly secrets: Pick<SecretStore, "list">;
  /** Read for each search. */
  settings(): WebSearchSettings;
  now(): number;
}

/** The secret that is the key of the provider. */
const keyName = "web_search";

interface Provider {
  readonly url: string;
  readonly needsKey: boolean;
  request(query: string): {
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  headers(key: string): Readonly<Record<string, string>>;
  /** Undefined when the answer is not of the provider. */
  results(answer: unknown): readonly Found[] | undefined;
  silent?(answer: unknown): readonly SilentEngine[];
}

interface Found {
  readonly title?: string | null | undefined;
  readonly url: string;
  readonly text?: string | null | undefined;
}

const text = z.string().nullish();
const ContentResults = z.object({ results: z.array(z.object({ title: text, url: z.string(), content: text })) });
const SilentEngines = z.object({ unresponsive_engines: z.array(z.tuple([z.string(), text]).rest(z.unknown())) });
const BraveResults = z.object({
  web: z.object({ results: z.array(z.object({ title: text, url: z.string(), description: text })) }).optional(),
});

function contentResults(answer: unknown): readonly Found[] | undefined {
  const { data } = ContentResults.safeParse(answer);
  return data?.results.map(({ content, ...rest }) => ({ ...rest, text: content }));
}

/** As their documents say: docs.searxng.org/dev/search_api, api-dashboard.search.brave.com, docs.tavily.com. */
const providers: Readonly<Record<SearchProvider, Provider>> = {
  searxng: {
    url: "",
    needsKey: false,
    request: (q) => ({ path: "/search", query: { q, format: "json" } }),
    headers: (key) => ({ authorization: `Bearer ${key}` }),
    results: contentResults,
    silent(answer) {
      const { data } = SilentEngines.safeParse(answer);
      return (data?.unresponsive_engines ?? []).map(([engine, reason]) => ({ engine, reason: reason ?? "no reason" }));
    },
  },
  brave: {
    url: "https://api.search.brave.com",
    needsKey: true,
    request: (q) => ({ path: "/res/v1/web/search", query: { q, count: "20" } }),
    headers: (key) => ({ "x-subscription-token": key }),
    results(answer) {
      const { success, data } = BraveResults.safeParse(answer);
      if (!success) return undefined;
      return (data.web?.results ?? []).map(({ description, ...rest }) => ({ ...rest, text: description }));
    },
  },
  tavily: {
    url: "https://api.tavily.com",
    needsKey: true,
    request: (query) => ({ path: "/search", body: { query, max_results: 20 } }),
    headers: (key) => ({ authorization: `Bearer ${key}` }),
    results: contentResults,
  },
};

const keepMs = 5 * 60_000;
const mostKept = 20;

export function createWebSearch({ egress, secrets, settings, now }: WebSearchDeps): WebSearch {
  /** For the next page of the same list. */
  const kept = new Map<string, { readonly found: WebResults; readonly until: number }>();

  async function ask(query: string, signal: AbortSignal): Promise<WebResults> {
    const { provider: name, url: own } = settings();
    if (name === "off") throw notSet();
    const provider = providers[name];
    const base = own === "" ? provider.url : own.replace(/\/$/, "");
    if (base === "") throw noAddress();
    const { path, query: params = {}, body } = provider.request(query);
    const url = new URL(`${base}${path}`);
    url.search = new URLSearchParams(params).toString();
    const stored = await secrets.list();
    const hasKey = stored.some((secret) => secret.name === keyName);
    if (provider.needsKey && !hasKey) throw noKey(name, url.origin);
    const { fill, mask } = secretsFor(url.origin, stored);
    const answer = await egress.request({
      method: body === undefined ? "GET" : "POST",
      url,
      headers: {
        accept: "application/json",
        "user-agent": "langflow-connect",
        ...(hasKey && provider.headers(fill(`{{secret:${keyName}}}`))),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      // The user's own settings name it. The provider's own address is as public as any.
      ...(own !== "" && { ownService: hostAndPortOf(url) }),
    });
    if (answer.status !== 200) throw failed(name, url, answer.status);
    const answered = jsonOf(mask(answer.body.toString("utf8")));
    const found = provider.results(answered);
    if (!found) throw unreadable(name, url);
    const silent = (provider.silent?.(answered) ?? []).map(({ engine, reason }) => ({
      engine: plain(engine),
      reason: plain(reason),
    }));
    const results = found.flatMap(({ title, url: address, text: about }) =>
      isPage(address) ? [{ title: plain(title ?? ""), url: address, snippet: plain(about ?? "") }] : [],
    );
    if (results.length === 0 && silent.length > 0) throw noneAnswered(name, silent);
    return { results, silent };
  }

  return {
    async find(query, signal) {
      const key = JSON.stringify([settings(), query]);
      for (const [each, { until }] of kept) if (until <= now()) kept.delete(each);
      const known = kept.get(key);
      if (known) return known.found;
      const found = await ask(query, signal);
      const [oldest] = kept.size >= mostKept ? kept.keys() : [];
      if (oldest !== undefined) kept.delete(oldest);
      kept.set(key, { found, until: now() + keepMs });
      return found;
    },
  };
}

function isPage(url: string): boolean {
  return url.length <= 2_000 && URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  "#39": "'",
  "#x27": "'",
};

/** Providers mark the words of the query with tags. */
function plain(text: string): string {
  return text
    .slice(0, 4_000)
    .replaceAll(/<\/?[a-z][^>]{0,200}>/gi, "")
    .replaceAll(/&(#?\w{2,6});/g, (whole, name: string) => entities[name] ?? whole)
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const labels: Readonly<Record<SearchProvider, string>> = { searxng: "SearXNG", brave: "Brave", tavily: "Tavily" };

function notReady(message: string, remedy: string): ToolError {
  return new ToolError("NOT_READY", message, remedy);
}

function notSet(): ToolError {
  return notReady(
    "No provider of web search is set.",
    "Ask the user to set langflowConnect.webSearch.provider in VS Code, or LFC_WEB_SEARCH_PROVIDER of another server, to searxng, brave or tavily.",
  );
}

function noAddress(): ToolError {
  return notReady(
    "The address of SearXNG is not set.",
    "Ask the user to set langflowConnect.webSearch.url in VS Code, or LFC_WEB_SEARCH_URL of another server.",
  );
}

function noKey(name: SearchProvider, origin: string): ToolError {
  return notReady(
    `The key of ${labels[name]} is not set.`,
    `Ask the user to run: langflow-connect secrets set ${keyName} --origin ${origin}`,
  );
}

function failed(name: SearchProvider, url: URL, status: number): ToolError {
  return notReady(`${labels[name]} at ${url.origin} answered HTTP ${String(status)}.`, remedyOf(name, url, status));
}

function remedyOf(name: SearchProvider, url: URL, status: number): string {
  if (status === 403 && name === "searxng") {
    return "Add json to search.formats in the settings.yml of SearXNG: without it, it refuses answers for programs.";
  }
  if (status === 401 || status === 403 || status === 422) {
    return `Check the key: langflow-connect secrets set ${keyName} --origin ${url.origin}`;
  }
  if (status === 429 || status === 432 || status === 433) return "Try again later, or raise the limit at the provider.";
  return `Check langflowConnect.webSearch.url${isLoopback(url.href) ? " and that the service runs" : ""}, then try again.`;
}

function noneAnswered(name: SearchProvider, silent: readonly SilentEngine[]): ToolError {
  const named = silent.slice(0, 5).map(({ engine, reason }) => `${engine} (${reason})`);
  const more = silent.length > named.length ? ` and ${String(silent.length - named.length)} more` : "";
  return notReady(
    `${labels[name]} found nothing, and these engines of it did not answer: ${named.join(", ")}${more}.`,
    "Try again later, or choose other engines in the settings.yml of SearXNG.",
  );
}

function unreadable(name: SearchProvider, url: URL): ToolError {
  return notReady(
    `The answer of ${url.origin} is not one of ${labels[name]}.`,
    "Check langflowConnect.webSearch.provider and langflowConnect.webSearch.url.",
  );
}
