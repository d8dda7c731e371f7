// What a Node process really has in use: garbage is collected in each of its threads first, by the inspector.
import { z } from "zod";

const Message = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.looseObject({ sessionId: z.string().optional(), message: z.string().optional() }).optional(),
  result: z
    .looseObject({
      usedSize: z.number().optional(),
      backingStorageSize: z.number().optional(),
      result: z.looseObject({ value: z.number().optional() }).optional(),
    })
    .optional(),
});
type Result = z.output<typeof Message>["result"];

/** Bytes of what V8 compiled, with what it notes for that. Only spaces of these names contain it. */
const codeBytes = `process.getBuiltinModule("node:v8").getHeapSpaceStatistics()
  .filter((space) => /^(code|trusted)_/.test(space.space_name)).reduce((sum, space) => sum + space.space_used_size, 0)`;

export interface LiveHeap {
  /**
   * Bytes of all threads' heaps, and of buffers that they have outside. `code` of it is what V8 compiled: it goes on compiling
   * for more than half an hour, which looks like a small leak, and has an end, since there is only so much code.
   */
  measure(): Promise<{ readonly all: number; readonly code: number }>;
  close(): void;
}

/** @param log of a process that was started with `--inspect=127.0.0.1:0` */
export async function openLiveHeap(log: string): Promise<LiveHeap> {
  const url = /Debugger listening on (ws:\S+)/.exec(log)?.[1];
  if (url === undefined) throw new Error("The process has no inspector.");
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("The inspector does not answer.")), { once: true });
  });
  const waiting = new Map<number, (result: Result) => void>();
  const threads = new Set<string>();
  let last = 0;

  function settle(text: string): void {
    const { id, method, params, result } = Message.parse(JSON.parse(text));
    if (method === "NodeWorker.attachedToWorker" && params?.sessionId !== undefined) threads.add(params.sessionId);
    if (method === "NodeWorker.detachedFromWorker" && params?.sessionId !== undefined) threads.delete(params.sessionId);
    if (method === "NodeWorker.receivedMessageFromWorker" && params?.message !== undefined) settle(params.message);
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  }
  socket.addEventListener("message", ({ data }) => {
    settle(String(data));
  });

  /** Of the main thread, or of a worker. */
  function ask(method: string, thread?: string, params: object = {}): Promise<Result> {
    const id = ++last;
    const message = { id, method, params };
    const sent =
      thread === undefined
        ? message
        : {
            id: ++last,
            method: "NodeWorker.sendMessageToWorker",
            params: { sessionId: thread, message: JSON.stringify(message) },
          };
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify(sent));
    });
  }

  await ask("NodeWorker.enable", undefined, { waitForDebuggerOnStart: false });
  return {
    async measure() {
      let [all, code] = [0, 0];
      for (const thread of [undefined, ...threads]) {
        // What the first one finds unreachable frees more for the second.
        await ask("HeapProfiler.collectGarbage", thread);
        await ask("HeapProfiler.collectGarbage", thread);
        const heap = await ask("Runtime.getHeapUsage", thread);
        const compiled = await ask("Runtime.evaluate", thread, { expression: codeBytes });
        // A thread that ended meanwhile has neither.
        all += (heap?.usedSize ?? 0) + (heap?.backingStorageSize ?? 0);
        code += compiled?.result?.value ?? 0;
      }
      return { all, code };
    },
    close: () => socket.close(),
  };
}
