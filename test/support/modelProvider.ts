import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model call as the provider's own log has it: what it would bill. */
export interface BilledCall {
  readonly model: string;
  readonly streamed: boolean;
  readonly input: number;
  readonly output: number;
  /** Of `input`, read from the provider's cache. */
  readonly cached: number;
  /** Of `output`, not shown. */
  readonly reasoning: number;
}

/** What it answers to one call: words, a call of a tool, or an HTTP error. */
export type Scripted =
  | { readonly text: string; readonly usage: Usage }
  | { readonly tool: string; readonly args: object; readonly usage: Usage }
  | { readonly status: number; readonly message: string };
type Usage = Omit<BilledCall, "model" | "streamed">;

export interface ModelProvider {
  /** For `OPENAI_API_BASE`. */
  readonly url: string;
  /** Every call that was answered, in order. */
  readonly billed: readonly BilledCall[];
  /** What the next calls are answered; without any left, a short text. */
  answer(...scripted: readonly Scripted[]): void;
  close(): Promise<void>;
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const plain: Scripted = { text: "Cider.", usage: { input: 120, output: 3, cached: 0, reasoning: 0 } };

/** Stands in for a provider of models, which cannot be run here: OpenAI's chat completions, with scripted answers and usage. */
export async function startModelProvider(): Promise<ModelProvider> {
  const billed: BilledCall[] = [];
  const waiting: Scripted[] = [];
  const server = createServer((request, response) => {
    void readJson(request).then((body) => respond(body, response));
  });

  function respond(request: ChatRequest, response: ServerResponse): void {
    const scripted = waiting.shift() ?? plain;
    if ("status" in scripted) {
      response.writeHead(scripted.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: scripted.message, type: "server_error" } }));
      return;
    }
    const streamed = request.stream === true;
    billed.push({ model: request.model, streamed, ...scripted.usage });
    const base = { id: `chatcmpl-${billed.length}`, created: 1_700_000_000, model: request.model };
    const message = messageOf(scripted);
    const finish_reason = "tool" in scripted ? "tool_calls" : "stop";
    const usage = usageOf(scripted.usage);
    if (!streamed) {
      response.writeHead(200, { "content-type": "application/json" });
      const choices = [{ index: 0, message, finish_reason }];
      response.end(JSON.stringify({ ...base, object: "chat.completion", choices, usage }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (more: object) =>
      response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", ...more })}\n\n`);
    send({ choices: [{ index: 0, delta: message, finish_reason: null }] });
    send({ choices: [{ index: 0, delta: {}, finish_reason }] });
    if (request.stream_options?.include_usage === true) send({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  }

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    billed,
    answer: (...scripted) => void waiting.push(...scripted),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function messageOf(scripted: Exclude<Scripted, { status: number }>) {
  if ("text" in scripted) return { role: "assistant", content: scripted.text };
  const call = { name: scripted.tool, arguments: JSON.stringify(scripted.args) };
  return {
    role: "assistant",
    content: null,
    tool_calls: [{ index: 0, id: "call_1", type: "function", function: call }],
  };
}

function usageOf({ input, output, cached, reasoning }: Usage) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as ChatRequest;
}
