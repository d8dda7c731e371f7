import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { HttpFailure, createHttpClient } from "../platform/http.ts";
import type { HttpResponse } from "../platform/http.ts";
import type { Network } from "../platform/network.ts";
import { mostCharacters, tooMuch } from "./models.ts";
import type { Model, ModelReply, ModelRequest, ModelSettings } from "./models.ts";

export interface OpenAiDeps {
  readonly network: Network;
  /** Sent as a bearer token to this origin; undefined for none. */
  key(origin: string): Promise<string | undefined>;
  /** Between two pieces of an answer, and before the first one. */
  readonly silenceMs?: number;
}

const defaultSilenceMs = 120_000;

/** A piece of a streamed answer: https://platform.openai.com/docs/api-reference/chat-streaming */
const Piece = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0).default(0) }).nullish(),
});

/** Any service that speaks OpenAI's `POST /chat/completions`, streamed. */
export function createOpenAiModel({ url, model }: ModelSettings, deps: OpenAiDeps): Model {
  const { network, key, silenceMs = defaultSilenceMs } = deps;
  if (url === "" || model === "") {
    throw new ToolError(
      "NOT_READY",
      `The ${url === "" ? "address" : "name"} of the model is not set.`,
      "Set langflowConnect.ai.url and langflowConnect.ai.model, or LFC_AI_URL and LFC_AI_MODEL.",
    );
  }
  const { origin, host, pathname } = new URL(url);

  async function refuse(response: HttpResponse): Promise<void> {
    if (response.ok) return;
    // Its words can quote the code or the key: they are not passed on.
    await response.body?.cancel();
    const { status } = response;
    throw new HttpFailure(status, {
      message: `The model's API at ${host} answered HTTP ${String(status)}.`,
      remedy: remedyOf(status, origin),
      code: "NOT_READY",
    });
  }

  return {
    async ask({ system, prompt, signal, onText }) {
      const secret = await key(origin);
      const http = createHttpClient({
        service: "the model's API",
        base: origin,
        network,
        timeoutMs: silenceMs,
        connectTimeoutMs: 10_000,
        maxAnswerBytes: 8 * mostCharacters,
        headers: () => (secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        refuse,
      });
      const silence = silenceLimit(silenceMs);
      try {
        const body = {
          model,
          stream: true,
          stream_options: { include_usage: true },
          messages: [
            { role: "system", content: system },
            { role: "user", content: prompt },
          ],
        };
        const path = `${pathname.replace(/\/$/, "")}/chat/completions`;
        const call = { method: "POST", path, body, signal: AbortSignal.any([signal, silence.signal]) } as const;
        return await collect(http.lines(call), { model, onText, heard: silence.heard });
      } catch (error) {
        if (signal.aborted || !silence.signal.aborted) throw error;
        throw new ToolError(
          "NOT_READY",
          `The model at ${host} sent nothing for ${String(Math.round(silenceMs / 1000))} s.`,
          "Try again, or set another model.",
        );
      } finally {
        silence.stop();
        await http.close();
      }
    },
  };
}

interface Collecting extends Pick<ModelRequest, "onText"> {
  readonly model: string;
  heard(): void;
}

async function collect(lines: AsyncIterable<string>, { model, onText, heard }: Collecting): Promise<ModelReply> {
  let text = "";
  let named = model;
  let reason: string | undefined;
  let usage: z.output<typeof Piece>["usage"];
  for await (const line of lines) {
    heard();
    if (!line.startsWith("data:")) continue;
    const data = line.slice(5).trim();
    if (data === "[DONE]") break;
    const piece = pieceOf(data);
    named = piece.model ?? named;
    usage = piece.usage ?? usage;
    for (const { delta, finish_reason } of piece.choices) {
      text += delta?.content ?? "";
      reason = finish_reason ?? reason;
    }
    if (text.length > mostCharacters) throw tooMuch();
    onText(text.length);
  }
  const tokens = usage && { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
  return { text, model: named, isWhole: reason === "stop", ...tokens };
}

function pieceOf(data: string): z.output<typeof Piece> {
  try {
    return Piece.parse(JSON.parse(data));
  } catch {
    throw new ToolError(
      "NOT_READY",
      "The answer of the model's API is not the stream of OpenAI's chat completions.",
      "Check that langflowConnect.ai.url is an OpenAI-compatible API, usually ending in /v1.",
    );
  }
}

/** Aborts when nothing was heard for so long. */
function silenceLimit(ms: number) {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(), ms);
  let timer = start();
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = start();
    },
    stop: () => clearTimeout(timer),
  };
}

function remedyOf(status: number, origin: string): string {
  if (status === 401 || status === 403) {
    return `Ask the user to set its key: the command Set key for the AI model in VS Code, or langflow-connect secrets set ai_model --origin ${origin}`;
  }
  if (status === 404) return "Check langflowConnect.ai.url and langflowConnect.ai.model.";
  if (status === 429) return "Its limit is reached: wait, or set another model.";
  if (status === 413 || status === 400) return "The request may be too long for the model: ask about one symbol.";
  return "Try again later, or set another model.";
}
