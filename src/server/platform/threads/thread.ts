import { Worker } from "node:worker_threads";
import type { Progress } from "../call.ts";
import type { Disposable } from "../disposables.ts";
import { ToolError, cancelled, systemCode } from "../errors.ts";
import { createHeapWatch } from "./heapWatch.ts";
import { callCancelled, callStarted, createCallState } from "./protocol.ts";
import type { CallState, MethodTable, Response } from "./protocol.ts";
import { cancelIgnored, crashed, outOfMemory, shuttingDown } from "./threadErrors.ts";

export interface ThreadOptions<Event> {
  readonly workerFile: URL;
  /** What it does, as its errors name it: "analysis". */
  readonly name: string;
  /** What it is started with. */
  readonly data?: unknown;
  readonly heapMb?: number;
  /** Of V8's young generation; V8's own choice without. */
  readonly youngHeapMb?: number;
  /** How long a running call may go on after its cancel before the thread is replaced. */
  readonly graceMs?: number;
  /** What the thread says outside of any call. */
  onEvent?(event: Event): void;
  /** It died or outgrew its heap, which fails what it owed. `cause` is for the log. */
  onLost?(error: ToolError, cause: Error | undefined): void;
}

export interface ThreadCallOptions<Partial> {
  readonly signal?: AbortSignal;
  progress?(progress: Progress): void;
  partial?(partial: Partial): void;
}

/** One worker thread, replaced when it dies, outgrows its heap or does not heed a cancel. An idle one keeps no process alive. */
export interface Thread<T extends MethodTable<T>> extends Disposable {
  /** Starts it unless it runs, as a call does; true when it had to be started. */
  start(): boolean;
  call<M extends keyof T>(
    method: M,
    query: T[M]["query"],
    options?: ThreadCallOptions<T[M]["partial"]>,
  ): Promise<T[M]["answer"]>;
  /** Ends the thread: what it owes fails with `error`, and the next call starts another. */
  replace(error: ToolError): void;
  /** Ends a thread that has had nothing to do for so long, with all that it remembers; undefined without one. The next call starts another. */
  release(idleMs: number): Promise<unknown> | undefined;
  /** Ends when nothing runs in the thread, be it a call that was cancelled. */
  idle(): Promise<void>;
  dispose(): Promise<void>;
}

interface Pending {
  readonly state: CallState | undefined;
  cancelled: boolean;
  grace?: NodeJS.Timeout;
  progress(progress: Progress): void;
  partial(partial: unknown): void;
  resolve(answer: unknown): void;
  reject(error: Error): void;
  /** Listens to the caller's signal no longer. */
  release(): void;
}

export function createThread<T extends MethodTable<T>, Event = never>(options: ThreadOptions<Event>): Thread<T> {
  const { workerFile, name, data, heapMb = 4096, youngHeapMb, graceMs = 3000 } = options;
  const pending = new Map<number, Pending>();
  const heapWatch = createHeapWatch({ limitMb: heapMb, onFull: (full) => lose(full, outOfMemory(name, heapMb)) });
  let worker: Worker | undefined;
  let idleSince = 0;
  let nextId = 1;
  let waitingForIdle: (() => void)[] = [];

  function started(): Worker {
    if (worker) return worker;
    const fresh = new Worker(workerFile, {
      name,
      workerData: data,
      resourceLimits: {
        // Far above what the watch allows: a thread that reaches V8's own limit can abort the whole process.
        maxOldGenerationSizeMb: heapMb * 2,
        ...(youngHeapMb !== undefined && { maxYoungGenerationSizeMb: youngHeapMb }),
      },
    });
    fresh.on("message", (message: Response<Event>) => {
      if (worker === fresh) receive(message);
    });
    fresh.on("error", (cause) => {
      const isFull = systemCode(cause) === "ERR_WORKER_OUT_OF_MEMORY";
      lose(fresh, isFull ? outOfMemory(name, heapMb) : crashed(name), cause);
    });
    fresh.on("exit", () => lose(fresh, crashed(name)));
    // The last: to listen for its messages keeps the process alive.
    fresh.unref();
    worker = fresh;
    return fresh;
  }

  function receive(message: Response<Event>): void {
    if (message.kind === "event") {
      options.onEvent?.(message.event);
      return;
    }
    const call = pending.get(message.id);
    if (!call) return;
    switch (message.kind) {
      case "started":
        waitForEnd(message.id, call);
        return;
      case "progress":
        if (!call.cancelled) call.progress(message.progress);
        return;
      case "partial":
        if (!call.cancelled) call.partial(message.partial);
        return;
      case "result":
        settle(message.id, call);
        call.resolve(message.answer);
        return;
      case "error":
        settle(message.id, call);
        call.reject(new ToolError(message.code, message.message, message.remedy, message.details));
        return;
      case "fault":
        settle(message.id, call);
        call.reject(Object.assign(new Error(message.message), { stack: message.stack }));
    }
  }

  function settle(id: number, call: Pending): void {
    clearTimeout(call.grace);
    call.release();
    pending.delete(id);
    // An idle thread must not keep a finished command alive; a busy one must.
    if (pending.size > 0) return;
    idleSince = performance.now();
    worker?.unref();
    heapWatch.stop();
    const idle = waitingForIdle;
    waitingForIdle = [];
    for (const resolve of idle) resolve();
  }

  /** Gives the thread up; what it still owed fails with `error`, and the next call starts another. */
  function drop(which: Worker, error: ToolError): void {
    if (worker !== which) return;
    worker = undefined;
    for (const [id, call] of [...pending]) {
      settle(id, call);
      call.reject(error);
    }
  }

  function lose(which: Worker, error: ToolError, cause?: Error): void {
    if (worker !== which) return;
    end(which, error);
    options.onLost?.(error, cause);
  }

  function end(which: Worker, error: ToolError): void {
    drop(which, error);
    void which.terminate();
  }

  function waitForEnd(id: number, call: Pending): void {
    call.grace ??= setTimeout(() => {
      if (worker && pending.get(id) === call) end(worker, cancelIgnored(name));
    }, graceMs);
  }

  function cancel(id: number, call: Pending): void {
    if (pending.get(id) !== call || call.cancelled) return;
    call.cancelled = true;
    if (call.state) Atomics.store(call.state, callCancelled, 1);
    worker?.postMessage({ kind: "cancel", id });
    // The caller need not wait for the thread to notice; the entry stays until it has.
    call.reject(cancelled());
    if (call.state && Atomics.load(call.state, callStarted) !== 0) waitForEnd(id, call);
  }

  return {
    start() {
      const had = worker;
      return started() !== had;
    },
    call(method, query, { signal, progress, partial } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return void reject(cancelled());
        const id = nextId++;
        const state = signal && createCallState();
        const abort = () => cancel(id, call);
        const call: Pending = {
          state,
          cancelled: false,
          progress: (now) => progress?.(now),
          partial: (now) => partial?.(now),
          resolve,
          reject,
          release: () => signal?.removeEventListener("abort", abort),
        };
        const target = started();
        // First, because it throws for what cannot be sent, and nothing is owed then.
        target.postMessage({ kind: "call", id, method, query, state });
        pending.set(id, call);
        signal?.addEventListener("abort", abort, { once: true });
        target.ref();
        heapWatch.start(target);
      });
    },
    replace(error) {
      if (worker) end(worker, error);
    },
    release(idleMs) {
      const last = worker;
      if (!last || pending.size > 0 || performance.now() - idleSince < idleMs) return undefined;
      worker = undefined;
      return last.terminate();
    },
    idle: () => (pending.size === 0 ? Promise.resolve() : new Promise((resolve) => waitingForIdle.push(resolve))),
    async dispose() {
      const last = worker;
      if (!last) return;
      drop(last, shuttingDown());
      await last.terminate();
    },
  };
}
