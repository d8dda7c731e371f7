import { Worker } from "node:worker_threads";
import { ToolError, cancelled } from "../platform/errors.ts";
import type { Request, RepositoryAnswer, RepositoryQuery, Response } from "./messages.ts";
import type { CallOptions } from "./types.ts";

/** What the rest of the server asks of analysis. It runs in worker threads, so that the endpoint stays quick. */
export interface Analysis {
  repository(query: RepositoryQuery, options: CallOptions): Promise<RepositoryAnswer>;
  dispose(): Promise<void>;
}

export function createAnalysis({ workerFile, heapMb = 4096 }: { workerFile: URL; heapMb?: number }): Analysis {
  let worker: Worker | undefined;
  let nextId = 1;
  const pending = new Map<
    number,
    { resolve(value: RepositoryAnswer): void; reject(error: Error): void; progress: CallOptions["progress"] }
  >();

  function running(): Worker {
    if (worker) return worker;
    const started = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    started.on("message", (message: Response) => {
      const call = pending.get(message.id);
      if (!call) return;
      if (message.kind === "progress") return void call.progress(message.progress);
      pending.delete(message.id);
      if (message.kind === "result") call.resolve(message.value);
      else call.reject(new ToolError(message.error.code, message.error.message, message.error.remedy));
    });
    const lost = () => {
      if (worker !== started) return;
      worker = undefined;
      for (const call of pending.values()) {
        call.reject(new ToolError("INTERNAL", "The analysis ended early.", "Call again; it starts anew."));
      }
      pending.clear();
    };
    started.on("error", lost);
    started.on("exit", lost);
    started.unref();
    worker = started;
    return started;
  }

  return {
    repository(query, { signal, progress }) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return void reject(cancelled());
        const id = nextId++;
        pending.set(id, { resolve, reject, progress });
        const target = running();
        target.postMessage({ kind: "call", id, method: "repository", query } satisfies Request);
        signal.addEventListener("abort", () => {
          if (!pending.delete(id)) return;
          target.postMessage({ kind: "cancel", id } satisfies Request);
          reject(cancelled());
        });
      });
    },
    async dispose() {
      await worker?.terminate();
    },
  };
}
