import { Agent, fetch } from "undici";
import { z } from "zod";
import { ToolError, cancelled, systemCode } from "../../platform/errors.ts";
import type { ErrorCode } from "../../platform/errors.ts";
import { keyNeeded } from "./keyNeeded.ts";

/** How Langflow learns who calls: a key of the user, or the token of its auto-login. */
export type Credential = { readonly kind: "key" | "bearer"; readonly value: string } | { readonly kind: "none" };

export interface LangflowCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Starts with "/"; never contains a secret. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Runs answer when they are done: they count neither as slow nor against the time-out. */
  readonly patient?: boolean;
  /** Changes nothing in Langflow, so that it may be sent again over a connection that died. GET always may. */
  readonly repeatable?: boolean;
}

export interface LangflowHttp {
  /** Base URL without a trailing slash. */
  readonly base: string;
  json<Schema extends z.ZodType>(call: LangflowCall, schema: Schema): Promise<z.output<Schema>>;
  /** Lines of a streamed answer, as they arrive. */
  lines(call: LangflowCall): AsyncGenerator<string>;
  close(): Promise<void>;
}

/** What the link learns from every exchange: its error rate, latency and the "slow" state. */
export interface HttpObserver {
  /** An exchange began; the returned function is called at its end. A failure is of the network or of Langflow itself. */
  started(call: { readonly patient: boolean }): (outcome: "ok" | "failed") => void;
}

export interface HttpOptions {
  readonly base: string;
  credential(): Credential;
  readonly observer?: HttpObserver;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** The catalogue of components, Langflow's largest answer, has about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

export function createLangflowHttp(options: HttpOptions): LangflowHttp {
  const { base, credential, observer, timeoutMs = 60_000, connectTimeoutMs = 4_000 } = options;
  const agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    // Langflow closes a connection that idles for 5 s, and reports it to nobody; near that, a request would meet the closing.
    keepAliveTimeout: 1_000,
  });

  async function exchange<T>(call: LangflowCall, read: (response: LangflowResponse) => Promise<T>): Promise<T> {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = call.patient ? call.signal : AbortSignal.any([call.signal, late]);
    const done = observer?.started({ patient: call.patient ?? false }) ?? ignore;
    try {
      const response = await send(call, signal);
      await refuseFailure(response, { base, path: call.path });
      const value = await read(response);
      done("ok");
      return value;
    } catch (error) {
      const failure = explain(error, { base, caller: call.signal, late, timeoutMs });
      done(isLangflowsFault(failure) ? "failed" : "ok");
      throw failure;
    }
  }

  async function send(call: LangflowCall, signal: AbortSignal): Promise<LangflowResponse> {
    const request = {
      method: call.method,
      headers: {
        accept: "application/json",
        ...credentialHeaders(credential()),
        ...(call.body !== undefined && { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      // A redirect would carry the key to wherever it points.
      redirect: "manual" as const,
      dispatcher: agent,
      signal,
    };
    try {
      return await fetch(`${base}${call.path}`, request);
    } catch (error) {
      // A kept connection may have died with the last Langflow: reading again does no harm.
      const again = call.method === "GET" || call.repeatable === true;
      if (again && !signal.aborted && isStaleConnection(error)) {
        return fetch(`${base}${call.path}`, request);
      }
      throw error;
    }
  }

  return {
    base,
    json: (call, schema) =>
      exchange(call, async (response) => {
        const parsed = schema.safeParse(await readJson(response));
        if (parsed.success) return parsed.data;
        throw new ToolError(
          "INTERNAL",
          `Langflow's answer to ${withoutQuery(call.path)} has a form that this version does not know.`,
          "Update Langflow Connect, or report it with the version of Langflow.",
        );
      }),
    async *lines(call) {
      const response = await exchange({ ...call, patient: true }, (opened) => Promise.resolve(opened));
      try {
        yield* textLines(response);
      } catch (error) {
        throw explain(error, { base, caller: call.signal, late: undefined, timeoutMs });
      }
    },
    close: () => agent.destroy(),
  };
}

type LangflowResponse = Awaited<ReturnType<typeof fetch>>;

function credentialHeaders(credential: Credential): Record<string, string> {
  switch (credential.kind) {
    case "key":
      return { "x-api-key": credential.value };
    case "bearer":
      return { authorization: `Bearer ${credential.value}` };
    case "none":
      return {};
  }
}

/** An answer other than 2xx as a failure with a remedy. `status` stands in its details for callers that expect one. */
async function refuseFailure(response: LangflowResponse, where: { base: string; path: string }): Promise<void> {
  const { status } = response;
  if (status >= 200 && status < 300) {
    if (!(response.headers.get("content-type") ?? "").includes("text/html")) return;
    await response.body?.cancel();
    throw notLangflow(where.base);
  }
  const detail = await readDetail(response);
  if (status >= 300 && status < 400) {
    throw new LangflowFailure(status, {
      message: `${where.base} redirects elsewhere, and redirects are not followed.`,
      remedy: "Give the address that it redirects to.",
    });
  }
  if (status === 401 || status === 403) {
    throw new LangflowFailure(status, {
      ...keyNeeded,
      message: `Langflow at ${where.base} refused the key (HTTP ${status}).`,
    });
  }
  if (detail === undefined && status === 404) throw notLangflow(where.base);
  if (status === 404) {
    throw new LangflowFailure(status, {
      message: `Langflow does not have ${withoutQuery(where.path)}.`,
      remedy: "Check in Langflow whether it was deleted or moved.",
      detail,
    });
  }
  throw new LangflowFailure(status, {
    message: `Langflow at ${where.base} failed (HTTP ${status}).`,
    remedy: "See Langflow's own log for the cause, then try again.",
    detail,
  });
}

interface Failure {
  readonly message: string;
  readonly remedy: string;
  readonly detail?: unknown;
  readonly code?: ErrorCode;
}

/** A failed answer of Langflow. `detail` is its own text: it is judged here and never passed on raw. */
export class LangflowFailure extends ToolError {
  readonly status: number;
  readonly detail: unknown;

  constructor(status: number, { message, remedy, detail, code = status === 404 ? "NOT_FOUND" : "NOT_READY" }: Failure) {
    super(code, message, remedy);
    this.status = status;
    this.detail = detail;
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof LangflowFailure ? error.status : undefined;
}

/** Langflow's own page stands at every path that its API does not know: to a caller that asks for one it is missing. */
function notLangflow(base: string): LangflowFailure {
  return new LangflowFailure(404, {
    code: "NOT_READY",
    message: `${base} answers with a web page, not with Langflow's API.`,
    remedy: "Check the address: it is the one that Langflow's page opens at, such as http://127.0.0.1:7860.",
  });
}

async function readJson(response: LangflowResponse): Promise<unknown> {
  const text = await readText(response);
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw notLangflow(new URL(response.url).origin);
  }
}

/** The `detail` of a failed answer; undefined when it is not JSON, as from something that is not Langflow. */
async function readDetail(response: LangflowResponse): Promise<unknown> {
  try {
    const answer = z.looseObject({ detail: z.unknown().optional(), code: z.unknown().optional() });
    // v1 puts its words in `detail`; v2 has a code beside them.
    const { success, data } = answer.safeParse(JSON.parse(await readText(response)));
    return success ? (data.detail ?? data.code) : undefined;
  } catch {
    return undefined;
  }
}

async function readText(response: LangflowResponse): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of response.body) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw new ToolError("TOO_LARGE", "Langflow's answer is larger than 64 MB.", "Ask for a smaller part.");
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function* textLines(response: LangflowResponse): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body) {
    if (!(chunk instanceof Uint8Array)) continue;
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > maxAnswerBytes) {
      throw new ToolError("TOO_LARGE", "A line of Langflow's stream is larger than 64 MB.", "Run a smaller flow.");
    }
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}

interface Circumstances {
  readonly base: string;
  readonly caller: AbortSignal;
  readonly late: AbortSignal | undefined;
  readonly timeoutMs: number;
}

function explain(error: unknown, { base, caller, late, timeoutMs }: Circumstances): unknown {
  if (error instanceof ToolError) return error;
  if (caller.aborted) return cancelled();
  if (late?.aborted) {
    return new ToolError(
      "NOT_READY",
      `Langflow at ${base} did not answer within ${timeoutMs / 1000} s.`,
      "Look at the load of its machine and at its log, then try again.",
    );
  }
  const code = systemCode(error) || systemCode(error instanceof Error ? error.cause : undefined);
  const known = networkProblems[code];
  if (known) return new ToolError("NOT_READY", `${known[0]} ${base}.`, known[1]);
  // fetch reports its own refusals, such as of a port that browsers block, by a TypeError without a code.
  if (code === "" && !(error instanceof TypeError)) return error;
  return new ToolError(
    "NOT_READY",
    `The connection to ${base} failed${code === "" ? "" : ` (${code})`}.`,
    "Check the address and that Langflow runs.",
  );
}

const startIt = "Start Langflow, or give the address where it runs.";
const tryAgain = "Try again; when it stays, look whether Langflow still runs.";

const networkProblems: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: ["Nothing answers at", startIt],
  ENOTFOUND: ["There is no such host:", "Check the spelling of the address."],
  EAI_AGAIN: ["The host name could not be looked up:", "Check the spelling of the address and the network."],
  ECONNRESET: ["The connection was reset by", tryAgain],
  EPIPE: ["The connection was reset by", tryAgain],
  UND_ERR_SOCKET: ["The connection was closed by", tryAgain],
  UND_ERR_CONNECT_TIMEOUT: ["No connection came about to", "Check the address and that a firewall lets it through."],
  ETIMEDOUT: ["No connection came about to", "Check the address and that a firewall lets it through."],
  EHOSTUNREACH: ["No route to", "Check the address and the network."],
  ENETUNREACH: ["No route to", "Check the address and the network."],
};

function isStaleConnection(error: unknown): boolean {
  const code = systemCode(error instanceof Error ? error.cause : undefined);
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}

/** A 404 or a refused key is an answer; a dead connection, a web page and a 500 are not. */
function isLangflowsFault(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 500;
  return error instanceof ToolError && error.code !== "CANCELLED";
}

function withoutQuery(path: string): string {
  return path.split("?")[0] ?? path;
}

function ignore(): void {
  // Nobody observes this client.
}
