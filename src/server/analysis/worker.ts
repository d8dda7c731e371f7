import { parentPort } from "node:worker_threads";
import { ToolError } from "../platform/errors.ts";
import type { Request, Response } from "./messages.ts";
import { analyzeRepository } from "./repository.ts";

if (!parentPort) throw new Error("The analysis worker runs in a worker thread only.");
const port = parentPort;
const running = new Map<number, AbortController>();
const post = (response: Response) => {
  port.postMessage(response);
};

port.on("message", (request: Request) => {
  if (request.kind === "cancel") return void running.get(request.id)?.abort();
  void answer(request);
});

async function answer({ id, query }: Extract<Request, { kind: "call" }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const value = await analyzeRepository(query, controller.signal);
    post({ kind: "result", id, value });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    post({ kind: "error", id, error: { code: error.code, message: error.message, remedy: error.remedy } });
  } finally {
    running.delete(id);
  }
}
