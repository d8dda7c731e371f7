import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, buildConnector, request } from "undici";
import type { Dispatcher } from "undici";
import { ToolError, cancelled, systemCode } from "../errors.ts";
import { openRoute, proxyFor, secureContextOf, tlsProblem } from "../network.ts";
import type { Network } from "../network.ts";
import { readBody } from "./body.ts";
import { blocked, checkAddresses, checkHost, hostAndPort, hostAndPortOf, hostOf, parseUrl } from "./policy.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface EgressRequest {
  readonly method: Method;
  readonly url: URL;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** HOST:PORT of an address that the user's own settings name as a service. */
  readonly ownService?: string;
}

export interface EgressAnswer {
  readonly status: number;
  /** After redirects. */
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  /** Decompressed. */
  readonly body: Buffer;
  /** The proxy of the user's network chose the address: only the name was checked. */
  readonly byProxy: boolean;
}

export interface EgressLimits {
  readonly totalMs: number;
  readonly lookupMs: number;
  readonly connectMs: number;
  /** After decompression. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly redirects: number;
}

export interface EgressOptions {
  readonly network: Network;
  /** HOST:PORT of hosts that are not public and may be asked all the same; read for each request. */
  allowedHosts(): readonly string[];
  readonly limits?: Partial<EgressLimits>;
  /** The addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** What opens the connections; its options contain the checked addresses as `lookup`. */
  readonly connector?: (options: buildConnector.BuildOptions) => buildConnector.connector;
}

/** The one way to addresses that a caller names: each is judged by the policy, and so is each redirect. */
export interface Egress {
  request(request: EgressRequest): Promise<EgressAnswer>;
  /**
   * Refuses what `request` would refuse, without a connection.
   * @returns The addresses that were checked; undefined where a proxy of the user's network alone can look the name up.
   */
  check(url: URL, signal: AbortSignal): Promise<readonly string[] | undefined>;
}

const defaultLimits: EgressLimits = {
  totalMs: 30_000,
  lookupMs: 5_000,
  connectMs: 10_000,
  bodyBytes: 10 * 2 ** 20,
  headerBytes: 32 * 2 ** 10,
  redirects: 5,
};

/** What another origin gets of the headers after a redirect: none that could be a credential. */
const harmless = new Set(["accept", "accept-language", "user-agent"]);

export function createEgress(options: EgressOptions): Egress {
  const { network, allowedHosts, resolve = addressesOf, connector = buildConnector } = options;
  const limits = { ...defaultLimits, ...options.limits };
  // A certificate that says who the user is is for the services of their settings.
  const { clientCert: _cert, clientKey: _key, ...trusted } = network;

  /** The addresses that a connection may go to; undefined behind a proxy that alone can look the name up. */
  async function checked(url: URL, signal: AbortSignal, ownService?: string): Promise<readonly string[] | undefined> {
    const host = hostOf(url);
    const wanted = hostAndPortOf(url);
    const isAllowed = wanted === ownService || allowedHosts().some((entry) => hostAndPort(entry) === wanted);
    if (!isAllowed) checkHost(url);
    if (isIP(host) !== 0) return [host];
    // Two at once: a name that changes its answers to mislead whoever checks them gives itself away.
    const both = await Promise.all([lookedUp(host, signal), lookedUp(host, signal)]).catch((error: unknown) => {
      // Where all goes through a proxy, names of the internet are often unknown.
      const isUnknown = error instanceof ToolError && error.code === "NOT_FOUND";
      if (isUnknown && proxyFor(url, trusted)) return undefined;
      throw error;
    });
    if (!isAllowed) both?.forEach((addresses) => checkAddresses(host, addresses));
    return both?.[0];
  }

  async function lookedUp(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const inTime = new AbortController();
    const late = sleep(limits.lookupMs, "late" as const, { signal: AbortSignal.any([signal, inTime.signal]) });
    late.catch(() => undefined);
    try {
      const found = await Promise.race([resolve(host), late]);
      if (found !== "late") return found;
    } catch (error) {
      if (signal.aborted) throw error;
      throw unknownHost(host, systemCode(error));
    } finally {
      inTime.abort();
    }
    throw blocked(
      `The address of ${host} was not found within ${seconds(limits.lookupMs)}, so it could not be checked.`,
      "Try again; if it keeps failing, look at the network.",
    );
  }

  interface Opened {
    readonly dispatcher: Dispatcher;
    readonly byProxy: boolean;
    close(): Promise<void>;
  }

  async function open(url: URL, addresses: readonly string[] | undefined): Promise<Opened> {
    if (proxyFor(url, trusted)) {
      const timeouts = { connectTimeoutMs: limits.connectMs, keepAliveTimeout: 1 };
      const { dispatcher, destroy } = await openRoute(url.origin, trusted, timeouts);
      return { dispatcher, byProxy: true, close: destroy };
    }
    const secureContext = url.protocol === "https:" ? await secureContextOf(trusted) : undefined;
    const connect = connector({
      allowH2: false,
      timeout: limits.connectMs,
      lookup: pinnedTo(addresses ?? []),
      ...(secureContext && { secureContext }),
    });
    // Of this request alone: a connection that is kept would be used without a look at its address.
    const dispatcher = new Agent({ connect, maxHeaderSize: limits.headerBytes, pipelining: 0 });
    return { dispatcher, byProxy: false, close: () => dispatcher.destroy() };
  }

  async function hop(asked: EgressRequest, signal: AbortSignal) {
    const { url, method, headers, body } = asked;
    const addresses = await checked(url, signal, asked.ownService);
    const { dispatcher, byProxy, close } = await open(url, addresses);
    try {
      const response = await request(url, {
        method,
        headers: { "accept-encoding": "gzip, deflate, br", ...headers },
        ...(body !== undefined && { body }),
        dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const { statusCode: status } = response;
      const answered = new Map(Object.entries(response.headers).map(([name, value]) => [name, String(value ?? "")]));
      const location = answered.get("location");
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
      const isEmpty = isRedirect || method === "HEAD" || status === 204 || status === 304;
      // Its connection is closed with its rest unread.
      response.body.on("error", () => undefined);
      const content = isEmpty
        ? Buffer.alloc(0)
        : await readBody(response.body, { encoding: answered.get("content-encoding"), most: limits.bodyBytes });
      return { status, headers: answered, body: content, byProxy, ...(isRedirect && { location }) };
    } finally {
      await close();
    }
  }

  async function followed(first: EgressRequest, signal: AbortSignal): Promise<EgressAnswer> {
    let asked = first;
    for (let hops = 0; ; hops++) {
      const { location, ...answer } = await hop(asked, signal).catch((error: unknown) => {
        throw hops > 0 ? ofRedirect(error) : error;
      });
      if (location === undefined) return { ...answer, url: asked.url };
      if (hops === limits.redirects) {
        throw blocked(`The address redirects more than ${String(limits.redirects)} times.`, "Call another address.");
      }
      asked = redirected(asked, answer.status, location);
    }
  }

  async function ask(asked: EgressRequest): Promise<EgressAnswer> {
    const late = AbortSignal.timeout(limits.totalMs);
    const signal = AbortSignal.any([asked.signal, late]);
    try {
      return await followed(asked, signal);
    } catch (error) {
      if (asked.signal.aborted) throw cancelled();
      if (late.aborted) throw tooSlow(asked.url, limits.totalMs);
      throw explained(error, asked.url, limits);
    }
  }

  return {
    request: ask,
    check(url, signal) {
      return checked(url, signal);
    },
  };
}

/** What is asked after a redirect. */
function redirected(asked: EgressRequest, status: number, location: string): EgressRequest {
  const url = redirectTarget(location, asked.url);
  if (asked.url.protocol === "https:" && url.protocol === "http:") {
    throw blocked("The address redirects from https to http.", "Call an address that stays with https.");
  }
  const { method, body: _body, ...rest } = asked;
  const becomesGet = (status === 303 && method !== "HEAD") || (status < 303 && method === "POST");
  const next = becomesGet ? { ...rest, method: "GET" as const, url } : { ...asked, url };
  if (url.origin === asked.url.origin) return next;
  if (next.method !== "GET" && next.method !== "HEAD") {
    throw blocked(
      `The address redirects a ${next.method} to ${url.origin}.`,
      "Call that address itself, if it is the right one.",
    );
  }
  return { ...next, headers: Object.fromEntries(Object.entries(asked.headers).filter(([name]) => harmless.has(name))) };
}

function redirectTarget(location: string, base: URL): URL {
  try {
    return parseUrl(location, base);
  } catch (error) {
    throw ofRedirect(error);
  }
}

/** Nothing is wrong with the caller's own argument. */
function ofRedirect(error: unknown): unknown {
  if (!(error instanceof ToolError) || !["EGRESS_BLOCKED", "INVALID_ARGUMENT"].includes(error.code)) return error;
  return blocked(`The address redirects to one that is refused: ${error.message}`, error.remedy);
}

/** Connections go to these addresses only, whatever a second look-up would say. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all: wantsAll }, done) => {
    const [first] = all;
    if (!first) done(new Error("no address"), []);
    else if (wantsAll) done(null, all);
    else done(null, first.address, first.family);
  };
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function unknownHost(host: string, code: string): ToolError {
  if (code === "ENOTFOUND") {
    return new ToolError("NOT_FOUND", `There is no such host: ${host}.`, "Check the spelling of the address.");
  }
  const detail = code === "" ? "" : ` (${code})`;
  return new ToolError("NOT_READY", `${host} could not be looked up${detail}.`, "Look at the network, then try again.");
}

function seconds(ms: number): string {
  return `${String(ms / 1_000)} s`;
}

function tooSlow({ host }: URL, ms: number): ToolError {
  return new ToolError(
    "NOT_READY",
    `${host} did not answer within ${seconds(ms)}.`,
    "Try again later, or ask for a smaller part.",
  );
}

function explained(error: unknown, url: URL, limits: EgressLimits): unknown {
  if (error instanceof ToolError) return error;
  const chain = causesOf(error);
  const code = chain.map(systemCode).find((each) => each !== "") ?? "";
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    const most = `${String(limits.headerBytes / 2 ** 10)} kB`;
    return new ToolError("TOO_LARGE", `The headers of the answer are larger than ${most}.`, "Call another address.");
  }
  if (code === "") return error;
  const message = chain.find((each) => systemCode(each) !== "")?.message ?? "";
  const refused = tlsProblem({ code, message, isProxys: false }, url.origin);
  if (refused) return refused;
  const problem = code === "ECONNREFUSED" ? "Nothing answers at" : "The connection failed to";
  return new ToolError(
    "NOT_READY",
    `${problem} ${url.origin} (${code}).`,
    "Check the address, and that its server runs and speaks HTTP; then try again.",
  );
}

function causesOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
