import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface GuardOptions {
  /** Exact `host:port` values, lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Exact origins; none when left out. */
  readonly allowedOrigins?: ReadonlySet<string>;
  /** The token that a path asks for. Read for every request, so that a rotated token counts at once. */
  token(path: string): string;
}

/** Why a request gets no further, as the response to send. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answered without a token, with `{"status"}` and nothing else. */
const openPaths: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** Headers that must not be sent twice: two of them let one part check the first and another use the second. */
const singleHeaders: ReadonlySet<string> = new Set([
  "host",
  "origin",
  "authorization",
  "content-type",
  "content-length",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
  "mcp-session-id",
]);

/**
 * Checks a request before a byte of its body is read: request line, Host, Origin, token. MCP's own guards accept any
 * port in Host and any local Origin, which lets another page on this machine in; these are exact.
 */
export function guardRequest(request: IncomingMessage, options: GuardOptions): Refusal | undefined {
  const headers = rawHeaderValues(request.rawHeaders);
  const repeated = [...headers].find(([name, values]) => values.length > 1 && singleHeaders.has(name));
  if (repeated) return { status: 400, message: `The header ${repeated[0]} is sent more than once.` };
  if (!request.url?.startsWith("/")) return { status: 400, message: "The request target must be a path." };
  const host = headers.get("host")?.[0];
  if (host === undefined) return { status: 400, message: "The Host header is missing." };
  if (!options.allowedHosts.has(host.toLowerCase())) {
    return {
      status: 403,
      message: "This Host is not allowed. Set langflowConnect.endpoint.advertisedUrl to allow one.",
    };
  }
  // No page in a browser is a client of ours: an Origin that is not listed is refused, and no CORS header is ever sent.
  const origin = headers.get("origin")?.[0];
  if (origin !== undefined && options.allowedOrigins?.has(origin) !== true)
    return { status: 403, message: "Requests from web pages are refused." };
  const site = headers.get("sec-fetch-site")?.[0];
  if (site !== undefined && site !== "none") return { status: 403, message: "Requests from web pages are refused." };
  if (request.method === "GET" && openPaths.has(pathOf(request.url))) return undefined;
  if (!hasToken(headers.get("authorization")?.[0], options.token(pathOf(request.url)))) {
    return {
      status: 401,
      message: "A bearer token is needed. `Copy MCP endpoint` in VS Code and the token file of `serve` contain it.",
      headers: { "www-authenticate": "Bearer" },
    };
  }
  return undefined;
}

export function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

function rawHeaderValues(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), raw[index + 1] ?? ""]);
  }
  return headers;
}

function hasToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) return false;
  // Hashing first makes the lengths equal, as the constant-time comparison needs.
  return timingSafeEqual(sha256(given), sha256(token));
}

function sha256(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
