import type { Method } from "../platform/egress/egress.ts";
import { parseUrl } from "../platform/egress/policy.ts";
import { ToolError } from "../platform/errors.ts";
import { secretsFor, namesSecret } from "./secrets.ts";
import type { SecretsInUse } from "./secrets.ts";
import type { Secret } from "./secretStore.ts";

export interface ApiCall {
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | number | boolean>>;
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface ApiRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly secrets: SecretsInUse;
}

/** Headers that decide where a message ends, what a connection is, or how an answer comes: they are ours. */
const connectionHeaders = new Set([
  ..."host content-length transfer-encoding connection keep-alive te trailer upgrade expect accept-encoding".split(" "),
  ..."via http2-settings alt-used".split(" "),
  // Another method than the one that the user agreed to.
  ..."x-http-method x-http-method-override x-method-override".split(" "),
]);

/** What is sent, with its secrets; refuses what could be read in another way than it was checked. */
export function apiRequest(call: ApiCall, stored: readonly Secret[]): ApiRequest {
  const { method } = call;
  if (namesSecret(decodedOf(call.url))) {
    throw invalid("url: a secret is named in headers or query only.", "Move it there.");
  }
  const url = parseUrl(call.url);
  const secrets = secretsFor(url.origin, stored);
  const query = Object.entries(call.query).map(([name, value]): [string, string] => [
    name,
    secrets.fill(String(value)),
  ]);
  if (query.length > 0) {
    const added = new URLSearchParams(query).toString();
    url.search = url.search === "" ? added : `${url.search}&${added}`;
  }
  const body = bodyOf(call);
  const headers = {
    accept: "*/*",
    "user-agent": "langflow-connect",
    ...(body && { "content-type": body.type }),
    ...headersOf(call.headers, secrets),
  };
  return { method, url, headers, secrets, ...(body && { body: body.text }) };
}

function decodedOf(url: string): string {
  return url.replaceAll(/%7b/gi, "{").replaceAll(/%3a/gi, ":");
}

function headersOf(given: Readonly<Record<string, string>>, secrets: SecretsInUse): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [written, value] of Object.entries(given)) {
    const name = written.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~\w-]{1,200}$/.test(name)) {
      throw invalid(`headers: ${JSON.stringify(written.slice(0, 80))} is no name of a header.`, "Correct it.");
    }
    if (connectionHeaders.has(name) || /^(proxy|sec)-/.test(name)) {
      throw invalid(`headers: ${name} is set by the server itself.`, "Leave it out.");
    }
    if (Object.hasOwn(headers, name)) throw invalid(`headers: ${name} is given twice.`, "Give it once.");
    const filled = secrets.fill(value);
    if (!/^[\t\x20-\x7e\x80-\xff]{0,16384}$/.test(filled)) {
      throw invalid(
        `headers: the value of ${name} contains a line break or another character that no header has.`,
        "Give one line of plain text.",
      );
    }
    headers[name] = filled;
  }
  return headers;
}

function bodyOf({ method, body }: ApiCall): { readonly text: string; readonly type: string } | undefined {
  if (body === undefined) return undefined;
  if (method === "GET" || method === "HEAD") {
    throw invalid(`body: a ${method} has none.`, "Leave it out, or give another method.");
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (namesSecret(text)) throw invalid("body: a secret is named in headers or query only.", "Move it there.");
  return { text, type: typeof body !== "string" || isJson(body) ? "application/json" : "text/plain; charset=utf-8" };
}

function isJson(text: string): boolean {
  try {
    return /^\s*[{[]/.test(text) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

function invalid(message: string, remedy: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, remedy);
}
