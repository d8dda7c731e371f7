import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ToolError, cancelled } from "../platform/errors.ts";
import { HttpFailure, createHttpClient, statusOf } from "../platform/http.ts";
import type { HttpResponse } from "../platform/http.ts";
import { isLoopback } from "../platform/network.ts";
import type { Network } from "../platform/network.ts";
import { maxDimensions } from "./types.ts";

/** Where texts become vectors; "" is nowhere. Only the user decides it, never a file of the workspace. */
export interface EmbeddingSettings {
  readonly url: string;
  readonly model: string;
  readonly key?: string | undefined;
}

/** One answer of the endpoint, of which its owner may want to know what it cost. */
export interface EmbeddingUse {
  readonly model: string;
  readonly startedAt: Date;
  /** Absent where the endpoint does not report them. */
  readonly inputTokens?: number;
}

export interface EmbeddingOptions extends EmbeddingSettings {
  /** Called for every answer, also one that cannot be used: the provider counts it. */
  onUse?(use: EmbeddingUse): void;
  readonly network: Network;
  readonly timeoutMs?: number;
  /** Of the first repetition; each further one waits twice as long. */
  readonly backoffMs?: number;
  /** How often a text is sent when the endpoint fails in a way that may pass. */
  readonly attempts?: number;
}

export interface Embedded {
  /** One after the other, in the order of the texts. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** As the endpoint counts them; 0 where it does not say. */
  readonly tokens: number;
}

/** A service that speaks OpenAI's `POST /embeddings`. */
export interface Embeddings {
  readonly model: string;
  /** Different for another address or model: vectors of two are not comparable. */
  readonly id: string;
  /** At most `maxTexts`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
  close(): Promise<void>;
}

export const maxTexts = 64;
const longestWaitMs = 30_000;

const Answer = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()) })),
});

const Usage = z.object({ usage: z.object({ prompt_tokens: z.int().min(0) }) });

export function createEmbeddings(options: EmbeddingOptions): Embeddings {
  const { url, model, key, network, timeoutMs = 60_000, backoffMs = 500, attempts = 5 } = options;
  const { origin, host, pathname } = new URL(url);
  const path = `${pathname.replace(/\/$/, "")}/embeddings`;
  const http = createHttpClient({
    service: "the embeddings endpoint",
    base: origin,
    network,
    timeoutMs,
    connectTimeoutMs: Math.min(10_000, timeoutMs),
    maxAnswerBytes: 64 * 2 ** 20,
    headers: () => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
    refuse,
  });

  async function refuse(response: HttpResponse): Promise<void> {
    if (response.ok) return;
    // Its words can quote the texts or the key: they are not passed on.
    await response.body?.cancel();
    const { status } = response;
    throw new HttpFailure(status, {
      message: `The embeddings endpoint at ${host} answered HTTP ${String(status)}.`,
      remedy: remedyOf(status),
      detail: Number(response.headers.get("retry-after")),
      code: "NOT_READY",
    });
  }

  async function once(texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
    const body = { model, input: texts, encoding_format: "float" };
    const call = { method: "POST", path, body, signal, repeatable: true } as const;
    const startedAt = new Date();
    const answer = jsonOf(await http.exchange(call, (response) => http.text(response)));
    const inputTokens = Usage.safeParse(answer).data?.usage.prompt_tokens;
    options.onUse?.({ model, startedAt, ...(inputTokens !== undefined && { inputTokens }) });
    return { ...vectorsOf(answer, texts.length), tokens: inputTokens ?? 0 };
  }

  function vectorsOf(answer: unknown, count: number): Omit<Embedded, "tokens"> {
    const { success, data } = Answer.safeParse(answer);
    if (!success) throw unusable("it is not the JSON of OpenAI's embeddings");
    const rows = data.data.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ embedding }) => embedding);
    const dimensions = rows[0]?.length ?? 0;
    if (rows.length !== count) throw unusable(`it has ${String(rows.length)} vectors for ${String(count)} texts`);
    if (dimensions < 1 || dimensions > maxDimensions) throw unusable(`a vector has ${String(dimensions)} dimensions`);
    if (rows.some(({ length }) => length !== dimensions)) throw unusable("its vectors have different dimensions");
    const vectors = new Float32Array(count * dimensions);
    rows.forEach((row, nth) => vectors.set(row, nth * dimensions));
    if (!vectors.every(Number.isFinite)) throw unusable("a number in it is too large");
    return { vectors, dimensions };
  }

  function unusable(problem: string): ToolError {
    return new Unusable(
      "NOT_READY",
      `The answer of the embeddings endpoint at ${host} cannot be used: ${problem}.`,
      "Check that the address is one of an OpenAI-compatible API, usually ending in /v1, and that the model makes embeddings.",
    );
  }

  return {
    model,
    id: createHash("sha256")
      .update(JSON.stringify([origin, path, model]))
      .digest("hex")
      .slice(0, 16),
    async embed(texts, signal) {
      if (key !== undefined && !origin.startsWith("https:") && !isLoopback(origin)) {
        throw new ToolError(
          "NOT_READY",
          `The key of the embeddings endpoint is not sent to ${host} without TLS.`,
          "Set an https address, or remove the key.",
        );
      }
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(texts, signal);
        } catch (error) {
          if (attempt === attempts || !mayPass(error)) throw error;
          await pause(Math.min(waitOf(error) ?? backoffMs * 2 ** (attempt - 1), longestWaitMs), signal);
        }
      }
    },
    close: () => http.close(),
  };
}

/** An answer that would be the same another time. */
class Unusable extends ToolError {}

function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status === 429 || status === 408 || status >= 500;
  return error instanceof ToolError && error.code === "NOT_READY" && !(error instanceof Unusable);
}

/** What the service asks for. */
function waitOf(error: unknown): number | undefined {
  const seconds = error instanceof HttpFailure ? Number(error.detail) : 0;
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** A bit more or less each time, so that several clients do not come back at once. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms * (0.75 + Math.random() / 2), undefined, { signal });
  } catch {
    throw cancelled();
  }
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) {
    return "Check the key: the command Set key for embeddings in VS Code, else the file that LFC_EMBEDDINGS_KEY_FILE names.";
  }
  if (status === 404) return "Check the address (it usually ends in /v1) and the name of the model.";
  if (status === 429) return "Try again later, or raise the limit at the provider.";
  return status >= 500 ? "Look at the log of the endpoint, and try again." : "Check the name of the model.";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
