import { Worker } from "node:worker_threads";
import { ToolError, cancelled } from "../platform/errors.ts";
import { countTokens } from "../platform/tokens.ts";
import { callCancelled, callStarted, createCallState, keptMethods } from "./messages.ts";
import type { Call, CallState, Method, Methods, Request, Response, ThreadData } from "./messages.ts";
import type { CallOptions } from "./types.ts";
import { unsavedChanges } from "./unsavedTexts.ts";

export interface ThreadOptions {
  readonly workerFile: URL;
  readonly data: ThreadData;
  readonly heapMb: number;
  /** How long a running call may go on after its cancel before the thread is replaced. */
  readonly graceMs: number;
}

export interface AnalysisThread {
  call<M extends Method>(
    method: M,
    query: Methods[M]["query"],
    options: CallOptions & { readonly overlays: ReadonlyMap<string, string> },
  ): Promise<Methods[M]["answer"]>;
  dispose(): Promise<void>;
}

interface Pending {
  readonly method: Method;
  readonly options: CallOptions;
  readonly state: CallState;
  cancelled: boolean;
  grace?: NodeJS.Timeout;
  resolve(value: Methods[Method]["answer"]): void;
  reject(error: Error): void;
}

/** How often a busy thread's heap is looked at. */
const heapCheckMs = 250;
const megabyte = 1024 * 1024;

/** Of V8's young generation: its own choice takes 150 MB more for the compiler's work and no less CPU time. */
const youngHeapMb = 24;

/** One worker thread, started with its first call and replaced when it dies or does not heed a cancel. */
export function createThread({ workerFile, data, heapMb, graceMs }: ThreadOptions): AnalysisThread {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  /** The unsaved texts that the worker has. */
  let sent: ReadonlyMap<string, string> = new Map();
  /** The worker's last answers of the kept methods. */
  let last = new Map<Method, Methods[Method]["answer"]>();
  let nextId = 1;
  let heapCheck: NodeJS.Timeout | undefined;

  function running(): Worker {
    if (worker) return worker;
    const started = new Worker(workerFile, {
      name: `analysis ${data.thread}`,
      workerData: data,
      // Far above what `watchHeap` allows: a thread that reaches V8's own limit can abort the whole process.
      resourceLimits: { maxOldGenerationSizeMb: heapMb * 2, maxYoungGenerationSizeMb: youngHeapMb },
    });
    started.on("message", (message: Response) => {
      if (worker === started) receive(message);
    });
    started.on("error", (error) => {
      drop(started, lost(error, heapMb));
    });
    started.on("exit", () => {
      drop(started, lost(undefined, heapMb));
    });
    worker = started;
    sent = new Map();
    last = new Map();
    // Its first answer takes seconds and will be counted: the tables for that are read meanwhile.
    void countTokens("");
    return started;
  }

  /** Replaces a thread that outgrows its heap while it still can be: answered by an interrupt, so a busy loop is seen too. */
  function watchHeap(): void {
    heapCheck ??= setInterval(() => {
      const watched = worker;
      if (!watched) return;
      watched.getHeapStatistics().then(
        ({ used_heap_size: used }) => {
          if (used <= heapMb * megabyte || worker !== watched) return;
          drop(watched, full(heapMb));
          void watched.terminate();
        },
        () => {
          // The thread ended meanwhile, which `exit` reports.
        },
      );
    }, heapCheckMs);
  }

  function receive(message: Response): void {
    const call = pending.get(message.id);
    if (!call) return;
    if (message.kind === "started") {
      waitForEnd(message.id, call);
      return;
    }
    if (message.kind === "progress") {
      if (!call.cancelled) call.options.progress(message.progress);
      return;
    }
    if (message.kind === "partial") {
      if (!call.cancelled) call.options.partial?.(message.impact);
      return;
    }
    settle(message.id);
    if (message.kind === "result" || message.kind === "same") call.resolve(answerIn(message, call.method));
    else if (message.kind === "error") {
      const { code, message: text, remedy, details } = message.error;
      call.reject(new ToolError(code, text, remedy, details));
    } else call.reject(Object.assign(new Error(message.message), { stack: message.stack }));
  }

  function answerIn(message: Extract<Response, { kind: "result" | "same" }>, method: Method) {
    if (message.kind === "result") {
      if (keptMethods.has(method)) last.set(method, message.value);
      return message.value;
    }
    const known = last.get(method);
    if (!known) throw new Error(`The thread has sent no answer of ${method} before.`);
    return known;
  }

  function settle(id: number): void {
    clearTimeout(pending.get(id)?.grace);
    pending.delete(id);
    // An idle thread must not keep a finished command alive; a busy one must.
    if (pending.size > 0) return;
    worker?.unref();
    clearInterval(heapCheck);
    heapCheck = undefined;
  }

  /** Gives the thread up; what it still owed fails with `error`, and the next call starts another. */
  function drop(which: Worker, error: ToolError): void {
    if (worker !== which) return;
    worker = undefined;
    for (const [id, call] of [...pending]) {
      settle(id);
      call.reject(error);
    }
  }

  function waitForEnd(id: number, call: Pending): void {
    call.grace ??= setTimeout(() => {
      const stuck = worker;
      if (!stuck || pending.get(id) !== call) return;
      drop(stuck, replaced());
      void stuck.terminate();
    }, graceMs);
  }

  function cancel(id: number, call: Pending): void {
    if (pending.get(id) !== call || call.cancelled) return;
    call.cancelled = true;
    Atomics.store(call.state, callCancelled, 1);
    worker?.postMessage({ kind: "cancel", id } satisfies Request);
    // The caller need not wait for the thread to notice; the entry stays until it has.
    call.reject(cancelled());
    if (Atomics.load(call.state, callStarted) !== 0) waitForEnd(id, call);
  }

  return {
    call(method, query, { overlays, ...options }) {
      return new Promise((resolve, reject) => {
        if (options.signal.aborted) return void reject(cancelled());
        const id = nextId++;
        const state = createCallState();
        const call: Pending = {
          method,
          options,
          state,
          cancelled: false,
          resolve,
          reject,
        };
        pending.set(id, call);
        options.signal.addEventListener("abort", () => cancel(id, call), { once: true });
        const target = running();
        target.ref();
        watchHeap();
        const unsaved = unsavedChanges(sent, overlays);
        if (unsaved) sent = new Map(overlays);
        target.postMessage({ kind: "call", id, method, query, ...(unsaved && { unsaved }), state } satisfies Omit<
          Call,
          "method" | "query"
        > & {
          method: Method;
          query: unknown;
        });
      });
    },
    async dispose() {
      const last = worker;
      if (!last) return;
      drop(last, ended());
      await last.terminate();
    },
  };
}

function lost(error: Error | undefined, heapMb: number): ToolError {
  if (error !== undefined && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return full(heapMb);
  return new ToolError("INTERNAL", "The analysis worker crashed and was restarted.", "Try again.");
}

function full(heapMb: number): ToolError {
  return new ToolError(
    "INTERNAL",
    `The analysis needed more than its ${heapMb} MB of memory and was restarted.`,
    "Try again; if it keeps failing, narrow it to a smaller folder.",
  );
}

function replaced(): ToolError {
  return new ToolError(
    "NOT_READY",
    "The analysis was restarted because a cancelled call did not end.",
    "Call again; the first answer takes a little longer.",
  );
}

function ended(): ToolError {
  return new ToolError("CANCELLED", "The server is shutting down.", "Call again when it is back.");
}
