import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import { HttpFailure, createHttpClient } from "../../platform/http.ts";
import type { HttpCall, HttpObserver, HttpResponse } from "../../platform/http.ts";
import { traceparentOf } from "../../../protocol/traceContext.ts";
import { currentTrace } from "../../platform/tracing.ts";
import { quoted } from "../foreignText.ts";
import { clientCertificateNeeded } from "../../platform/network.ts";
import type { Network } from "../../platform/network.ts";
import { keyNeeded } from "./keyNeeded.ts";

/** How Langflow learns who calls: a key of the user, or the token of its auto-login. */
export type Credential = { readonly kind: "key" | "bearer"; readonly value: string } | { readonly kind: "none" };

export interface LangflowHttp {
  /** Base URL without a trailing slash. */
  readonly base: string;
  json<Schema extends z.ZodType>(call: HttpCall, schema: Schema): Promise<z.output<Schema>>;
  /** The answer as it was sent. */
  text(call: HttpCall): Promise<string>;
  /** The content of a file. */
  bytes(call: HttpCall): Promise<Uint8Array<ArrayBuffer>>;
  /** Lines of a streamed answer, as they arrive. */
  lines(call: HttpCall): AsyncGenerator<string>;
  close(): Promise<void>;
}

export interface LangflowHttpOptions {
  readonly base: string;
  credential(): Credential;
  readonly network?: Network | undefined;
  readonly observer?: HttpObserver;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** The catalogue of components, Langflow's largest answer, has about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Langflow's REST API: its credential, its failures, and answers of a known form. */
export function createLangflowHttp(options: LangflowHttpOptions): LangflowHttp {
  const { base, network, credential, observer, timeoutMs = 60_000, connectTimeoutMs = 4_000 } = options;
  const client = createHttpClient({
    service: "Langflow",
    base,
    network,
    timeoutMs,
    connectTimeoutMs,
    maxAnswerBytes,
    headers() {
      const trace = currentTrace();
      return { ...credentialHeaders(credential()), ...(trace && { traceparent: traceparentOf(trace) }) };
    },
    refuse: refuseFailure,
    observer,
  });

  /** An answer other than 2xx as a failure with a remedy. `status` stands in it for callers that expect one. */
  async function refuseFailure(response: HttpResponse, path: string): Promise<void> {
    const { status } = response;
    if (status >= 200 && status < 300) {
      if (!(response.headers.get("content-type") ?? "").includes("text/html")) return;
      await response.body?.cancel();
      throw notLangflow(base);
    }
    const text = await client.text(response).catch(() => "");
    // In the words of nginx, which answers instead of Langflow.
    if (status === 400 && text.includes("SSL certificate")) throw clientCertificateNeeded(base);
    if (status === 400 && text.includes("plain HTTP request was sent to HTTPS port")) throw tlsNeeded(base);
    const detail = detailOf(text);
    if (status === 403 && isAboutRights(detail)) {
      throw new HttpFailure(status, {
        code: "NOT_PERMITTED",
        message: `Langflow at ${base} does not let the user of this key do that: ${quoted(detail)}.`,
        remedy: "Ask its administrator for the right, or connect with a key of a user who has it.",
        detail,
      });
    }
    if (status === 401 || status === 403) {
      throw new HttpFailure(status, {
        ...keyNeeded,
        message: `Langflow at ${base} refused the key (HTTP ${status}): it is wrong, has expired or was revoked.`,
      });
    }
    if (detail === undefined && status === 404) throw notLangflow(base);
    if (status === 404) {
      throw new HttpFailure(status, {
        message: `Langflow does not have ${withoutQuery(path)}.`,
        remedy: "Check in Langflow whether it was deleted or moved.",
        detail,
      });
    }
    throw new HttpFailure(status, {
      message: `Langflow at ${base} failed (HTTP ${status})${detail === undefined ? "." : `: ${quoted(detail)}.`}`,
      remedy: "See Langflow's own log for the cause, then try again.",
      detail,
    });
  }

  /** The `detail` of a failed answer; undefined when it is not JSON, as from something that is not Langflow. */
  function detailOf(text: string): unknown {
    try {
      const answer = z.looseObject({ detail: z.unknown().optional(), code: z.unknown().optional() });
      // v1 puts its words in `detail`; v2 has a code beside them.
      const { success, data } = answer.safeParse(JSON.parse(text));
      return success ? (data.detail ?? data.code) : undefined;
    } catch {
      return undefined;
    }
  }

  async function readJson(response: HttpResponse): Promise<unknown> {
    const text = await client.text(response);
    if (text === "") return null;
    try {
      return JSON.parse(text);
    } catch {
      throw notLangflow(new URL(response.url).origin);
    }
  }

  return {
    base,
    json: (call, schema) =>
      client.exchange(call, async (response) => {
        const parsed = schema.safeParse(await readJson(response));
        if (parsed.success) return parsed.data;
        throw new ToolError(
          "INTERNAL",
          `Langflow's answer to ${withoutQuery(call.path)} has a form that this version does not know.`,
          "Update Langflow Connect, or report it with the version of Langflow.",
        );
      }),
    text: (call) => client.exchange(call, (response) => client.text(response)),
    bytes: (call) => client.exchange(call, (response) => client.bytes(response)),
    lines: client.lines,
    close: client.close,
  };
}

/** The key is valid then: what Langflow says of one that is not names it, or its user. */
function isAboutRights(detail: unknown): boolean {
  return typeof detail === "string" && !/\bkey\b|credential|authenticat|token|inactive|invalid user/i.test(detail);
}

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

/** Langflow's own page stands at every path that its API does not know: to a caller that asks for one it is missing. */
function notLangflow(base: string): HttpFailure {
  return new HttpFailure(404, {
    code: "NOT_READY",
    message: `${base} answers with a web page, not with Langflow's API.`,
    remedy: "Check the address: it is the one that Langflow's page opens at, such as http://127.0.0.1:7860.",
  });
}

function tlsNeeded(base: string): ToolError {
  const remedy = `Connect to ${base.replace("http:", "https:")} instead.`;
  return new ToolError("TLS_FAILED", `${base} takes only TLS.`, remedy);
}

function withoutQuery(path: string): string {
  return path.split("?")[0] ?? path;
}
