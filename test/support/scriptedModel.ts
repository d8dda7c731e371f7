import type { ServerResponse } from "node:http";
import { startLocalServer } from "./localServer.ts";
import type { LocalServer } from "./localServer.ts";

/** How the next answer goes wrong; not at all when left out. */
export type Trouble = "cut" | "endless" | "silent" | "half" | "status 401" | "status 500" | "not a stream" | "empty";

export interface ScriptedModel extends LocalServer {
  /** Answers of the next requests, one after the other; the last one stays. */
  say(...answers: readonly (string | { readonly text: string; readonly trouble: Trouble })[]): void;
  /** What the provider counted, over all its answers. */
  readonly used: { input: number; output: number };
}

/** An OpenAI-compatible server with scripted answers, streamed in pieces, with usage as real providers report it. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  let answers: readonly (string | { readonly text: string; readonly trouble: Trouble })[] = ["Hello."];
  const used = { input: 0, output: 0 };
  const server = await startLocalServer(({ path, body }, response) => {
    if (path !== "/v1/chat/completions") return void response.writeHead(404).end();
    const [next = "", ...rest] = answers;
    if (rest.length > 0) answers = rest;
    const { text, trouble } = typeof next === "string" ? { text: next, trouble: undefined } : next;
    answer(response, { text, trouble, input: Math.ceil(body.length / 4) });
  });

  function answer(
    response: ServerResponse,
    { text, trouble, input }: { text: string; trouble: Trouble | undefined; input: number },
  ): void {
    if (trouble?.startsWith("status") === true) {
      return void response
        .writeHead(Number(trouble.slice(7)))
        .end('{"error":{"message":"secret words of the provider"}}');
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (trouble === "not a stream") return void response.end("data: hello\n\n");
    const send = (data: object) =>
      response.write(`data: ${JSON.stringify({ id: "1", model: "gpt-4o-2024-08-06", ...data })}\n\n`);
    const piece = (content: string) => send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    send({ choices: [{ index: 0, delta: { role: "assistant" }, finish_reason: null }] });
    if (trouble === "silent") return;
    for (let at = 0; at < text.length; at += 40) piece(text.slice(at, at + 40));
    if (trouble === "half") return void response.destroy();
    if (trouble === "endless") {
      const timer = setInterval(() => {
        if (response.destroyed) clearInterval(timer);
        else piece("again and ".repeat(2_000));
      }, 5);
      return;
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: trouble === "cut" ? "length" : "stop" }] });
    const output = Math.ceil(text.length / 4);
    used.input += input;
    used.output += output;
    send({ choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output } });
    response.end("data: [DONE]\n\n");
  }

  return { ...server, used, say: (...next) => void (answers = next) };
}
