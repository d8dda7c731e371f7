import { FormData, fetch } from "undici";
import { ToolError, cancelled, systemCode } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";
import { ProxyConnectionError, forgetCertificates, openRoute, tlsProblem } from "./network.ts";
import type { Network, Route } from "./network.ts";

export interface HttpCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Starts with "/"; never contains a secret. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as the form of a page, instead of a body. */
  readonly form?: Readonly<Record<string, string>>;
  /** Gets a credential: whoever renews expired ones must not do so for it. */
  readonly isLogin?: boolean;
  /** A file, sent as the form of a page would send it; instead of a body. */
  readonly upload?: Upload;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** An answer that comes when its work is done counts neither as slow nor against the time-out. */
  readonly patient?: boolean;
  /** Changes nothing over there, so that it may be sent again over a connection that died. GET always may. */
  readonly repeatable?: boolean;
}

export interface Upload {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type HttpResponse = Awaited<ReturnType<typeof fetch>>;

/** What somebody learns from every exchange: error rate, latency, and whether one is slow. */
export interface HttpObserver {
  /** An exchange began; the returned function is called at its end. A failure is of the network or of the service itself. */
  started(call: { readonly patient: boolean }): (outcome: "ok" | "failed") => void;
}

export interface HttpOptions {
  /** Name of the service in messages. */
  readonly service: string;
  /** Base URL without a trailing slash. */
  readonly base: string;
  readonly network?: Network | undefined;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Of a whole answer, or of a line of a streamed one. */
  readonly maxAnswerBytes: number;
  /** Headers of every request, such as the credential; read each time. */
  headers(): Readonly<Record<string, string>>;
  /** Throws an HttpFailure for an answer that the service means as a failure. Redirects do not come here. */
  refuse(response: HttpResponse, path: string): Promise<void>;
  readonly observer?: HttpObserver | undefined;
}

export interface HttpClient {
  /** `read` takes the answer in, by `text` for one. Failures are ToolErrors with a remedy. */
  exchange<T>(call: HttpCall, read: (response: HttpResponse) => Promise<T>): Promise<T>;
  text(response: HttpResponse): Promise<string>;
  bytes(response: HttpResponse): Promise<Uint8Array<ArrayBuffer>>;
  /** Lines of a streamed answer, as they arrive. */
  lines(call: HttpCall): AsyncGenerator<string>;
  close(): Promise<void>;
}

export interface HttpProblem {
  readonly message: string;
  readonly remedy: string;
  readonly detail?: unknown;
  readonly code?: ErrorCode;
}

/** An answer that is a failure. `detail` is the service's own text: it is judged and never passed on raw. */
export class HttpFailure extends ToolError {
  readonly status: number;
  readonly detail: unknown;

  constructor(
    status: number,
    { message, remedy, detail, code = status === 404 ? "NOT_FOUND" : "NOT_READY" }: HttpProblem,
  ) {
    super(code, message, remedy);
    this.status = status;
    this.detail = detail;
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof HttpFailure ? error.status : undefined;
}

/** A client of one service that may be slow, gone, or something else than it should be. */
export function createHttpClient(options: HttpOptions): HttpClient {
  const { service, base, timeoutMs, connectTimeoutMs, maxAnswerBytes, headers, refuse, observer } = options;
  const { network = {} } = options;
  let opening: Promise<Route> | undefined;
  /** Whose requests are not done yet. */
  const left = new Set<Promise<Route>>();
  let proxy: string | undefined;
  let isClosed = false;

  async function route(): Promise<Route> {
    // Servers close a connection that idles for 5 s, and report it to nobody; near that, a request would meet the closing.
    opening ??= openRoute(base, network, { connectTimeoutMs, keepAliveTimeout: 1_000 });
    const opened = await opening.catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    proxy = opened.proxy;
    return opened;
  }

  /** The next request reads the files of the certificates again: the user may have corrected them meanwhile. */
  function leaveRoute(): void {
    forgetCertificates(network);
    const leaving = opening;
    // A request that fails because of `close` is no reason to leave: undici ends the process when what is destroyed is closed.
    if (!leaving || isClosed) return;
    opening = undefined;
    left.add(leaving);
    leaving
      .then(({ dispatcher }) => (isClosed ? undefined : dispatcher.close()))
      .catch(() => undefined)
      .finally(() => left.delete(leaving));
  }

  /** A server that does not take the client certificate may close the connection without a word. */
  function isAboutCertificates(failure: unknown): boolean {
    if (!(failure instanceof ToolError)) return false;
    const isOfNetwork = failure.code === "NOT_READY" && statusOf(failure) === undefined;
    return failure.code === "TLS_FAILED" || (isOfNetwork && network.clientCert !== undefined);
  }

  async function exchange<T>(call: HttpCall, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    const late = call.patient ? undefined : AbortSignal.timeout(timeoutMs);
    const signal = late ? AbortSignal.any([call.signal, late]) : call.signal;
    const done = observer?.started({ patient: call.patient ?? false });
    try {
      const response = await send(call, signal);
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw redirected(base, response.status);
      }
      await refuse(response, call.path);
      const value = await read(response);
      done?.("ok");
      return value;
    } catch (error) {
      const failure = explain(error, { ...options, proxy, caller: call.signal, late });
      if (isAboutCertificates(failure)) leaveRoute();
      done?.(isServicesFault(failure) ? "failed" : "ok");
      throw failure;
    }
  }

  async function send(call: HttpCall, signal: AbortSignal): Promise<HttpResponse> {
    const request = {
      method: call.method,
      headers: {
        accept: "application/json",
        ...headers(),
        ...(call.body !== undefined && { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(call.form && { body: new URLSearchParams(call.form) }),
      ...(call.upload && { body: formOf(call.upload) }),
      // A redirect would carry the credential to wherever it points.
      redirect: "manual" as const,
      dispatcher: (await route()).dispatcher,
      signal,
    };
    try {
      return await fetch(`${base}${call.path}`, request);
    } catch (error) {
      // A kept connection may have died with the process that it led to: reading again does no harm.
      const again = call.method === "GET" || call.repeatable === true;
      if (again && !signal.aborted && isStaleConnection(error)) {
        return fetch(`${base}${call.path}`, request);
      }
      throw error;
    }
  }

  const limit = `${maxAnswerBytes / 2 ** 20} MB`;

  async function* chunks(response: HttpResponse): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of response.body ?? []) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      if (size > maxAnswerBytes) {
        throw new ToolError("TOO_LARGE", `${service}'s answer is larger than ${limit}.`, "Ask for a smaller part.");
      }
      yield chunk;
    }
  }

  async function text(response: HttpResponse): Promise<string> {
    const decoder = new TextDecoder();
    let content = "";
    for await (const chunk of chunks(response)) content += decoder.decode(chunk, { stream: true });
    return content + decoder.decode();
  }

  async function bytes(response: HttpResponse): Promise<Uint8Array<ArrayBuffer>> {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks(response)) all.push(chunk);
    return new Uint8Array(Buffer.concat(all));
  }

  async function* textLines(response: HttpResponse): AsyncGenerator<string> {
    if (!response.body) return;
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) continue;
      rest += decoder.decode(chunk, { stream: true });
      if (rest.length > maxAnswerBytes) {
        throw new ToolError(
          "TOO_LARGE",
          `A line of ${service}'s stream is larger than ${limit}.`,
          "Ask for a smaller part.",
        );
      }
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield line;
    }
    if (rest.trim() !== "") yield rest;
  }

  return {
    exchange,
    text,
    bytes,
    async *lines(call) {
      const response = await exchange({ ...call, patient: true }, (opened) => Promise.resolve(opened));
      try {
        yield* textLines(response);
      } catch (error) {
        throw explain(error, { ...options, proxy, caller: call.signal, late: undefined });
      }
    },
    async close() {
      isClosed = true;
      const routes = await Promise.allSettled([...left, ...(opening ? [opening] : [])]);
      await Promise.all(routes.flatMap((each) => (each.status === "fulfilled" ? [each.value.destroy()] : [])));
    },
  };
}

function formOf({ field, name, bytes }: Upload): FormData {
  const form = new FormData();
  form.append(field, new Blob([bytes]), name);
  return form;
}

function redirected(base: string, status: number): HttpFailure {
  return new HttpFailure(status, {
    message: `${base} redirects elsewhere, and redirects are not followed.`,
    remedy: "Give the address that it redirects to.",
  });
}

interface Circumstances extends Pick<HttpOptions, "service" | "base" | "timeoutMs"> {
  readonly caller: AbortSignal;
  readonly late: AbortSignal | undefined;
  readonly proxy: string | undefined;
}

function explain(error: unknown, { service, base, caller, late, timeoutMs, proxy }: Circumstances): unknown {
  if (error instanceof ToolError) return error;
  if (caller.aborted) return cancelled();
  if (late?.aborted) {
    return new ToolError(
      "NOT_READY",
      `${service} at ${base} did not answer within ${timeoutMs / 1000} s.`,
      "Look at the load of its machine and at its log, then try again.",
    );
  }
  const chain = causesOf(error);
  const code = chain.map(systemCode).find((each) => each !== "") ?? "";
  // fetch reports its own refusals, such as of a port that browsers block, by a TypeError without a code.
  if (code === "" && !(error instanceof TypeError)) return error;
  const message = chain.find((each) => systemCode(each) !== "")?.message ?? "";
  const isProxys = proxy !== undefined && chain.some((each) => each instanceof ProxyConnectionError);
  const refused = tlsProblem({ code, message, isProxys }, isProxys ? `https://${proxy}` : base);
  if (refused) return refused;
  if (proxy !== undefined) return proxyProblem(chain, { code, base, proxy });
  const known = networkProblems(service, base)[code];
  if (known) return new ToolError("NOT_READY", `${known[0]} ${base}.`, known[1]);
  return new ToolError(
    "NOT_READY",
    `The connection to ${base} failed${code === "" ? "" : ` (${code})`}.`,
    `Check the address and that ${service} runs.`,
  );
}

/** fetch wraps what happened once or twice. */
function causesOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

/** Between us and the proxy, or between the proxy and the service: only the proxy knows the service's own failures. */
function proxyProblem(
  chain: readonly Error[],
  { code, base, proxy }: { code: string; base: string; proxy: string },
): ToolError {
  const status = chain.map(({ message }) => /\((\d{3})\)/.exec(message)?.[1]).find((each) => each !== undefined);
  if (status === "407") {
    return new ToolError(
      "NOT_READY",
      `The proxy ${proxy} wants a login.`,
      "Write its user name and password into the address of the proxy, as http://NAME:PASSWORD@HOST:PORT.",
    );
  }
  const answer = status === undefined ? code : `HTTP ${status}`;
  return new ToolError(
    "NOT_READY",
    `The proxy ${proxy} does not lead to ${base}${answer === "" ? "" : ` (${answer})`}.`,
    "Check the address of the proxy (http.proxy in VS Code, HTTPS_PROXY and HTTP_PROXY elsewhere); a host that needs no proxy belongs into http.noProxy or NO_PROXY.",
  );
}

type Problems = Readonly<Record<string, readonly [problem: string, remedy: string]>>;

function networkProblems(service: string, base: string): Problems {
  const also = base.startsWith("https:")
    ? "and whether it wants a client certificate (--client-cert FILE, langflowConnect.tls.clientCert in VS Code)"
    : "and whether its address starts with https://";
  const tryAgain = `Try again; when it stays, look whether ${service} still runs, ${also}.`;
  const letThrough = "Check the address and that a firewall lets it through.";
  return {
    ECONNREFUSED: ["Nothing answers at", `Start ${service}, or give the address where it runs.`],
    ENOTFOUND: ["There is no such host:", "Check the spelling of the address."],
    EAI_AGAIN: ["The host name could not be looked up:", "Check the spelling of the address and the network."],
    ECONNRESET: ["The connection was reset by", tryAgain],
    EPIPE: ["The connection was reset by", tryAgain],
    UND_ERR_SOCKET: ["The connection was closed by", tryAgain],
    UND_ERR_CONNECT_TIMEOUT: ["No connection came about to", letThrough],
    ETIMEDOUT: ["No connection came about to", letThrough],
    EHOSTUNREACH: ["No route to", "Check the address and the network."],
    ENETUNREACH: ["No route to", "Check the address and the network."],
  };
}

function isStaleConnection(error: unknown): boolean {
  const code = systemCode(error instanceof Error ? error.cause : undefined);
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}

/** A 404 or a refused key is an answer; a dead connection, a web page and a 500 are not. */
function isServicesFault(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 500;
  return error instanceof ToolError && error.code !== "CANCELLED";
}
