import { ToolError } from "../platform/errors.ts";

/** Counts the calls of services that are on their way, and refuses new ones once it is closed. */
export interface InUse {
  /** The same service, whose asynchronous calls are counted. */
  counted<Service extends object>(service: Service): Service;
  /** A call that is about to begin. */
  announce(): void;
  /** Ends when no call is on its way, and none has been for a moment. */
  idle(): Promise<void>;
  close(): void;
}

/** Between two calls of one tool nothing is on its way. */
const restMs = 5_000;

export function createInUse(name: string): InUse {
  let running = 0;
  let isClosed = false;
  let last = Date.now();
  const waiting = new Set<() => void>();

  function ended(): void {
    running--;
    last = Date.now();
    if (running === 0) for (const wake of waiting) wake();
  }

  function gone(): ToolError {
    return new ToolError(
      "NOT_READY",
      `${name} was removed, refreshed or closed for others while the call was on its way.`,
      "Call again; ingest_repository with list names what is there.",
    );
  }

  async function count(work: Promise<unknown>): Promise<unknown> {
    running++;
    try {
      return await work;
    } catch (error) {
      // A thread that was ended says that the server is.
      throw isClosed ? gone() : error;
    } finally {
      ended();
    }
  }

  return {
    counted: (service) =>
      new Proxy(service, {
        get(target, key, receiver) {
          const member: unknown = Reflect.get(target, key, receiver);
          if (typeof member !== "function" || key === "dispose") return member;
          return (...args: readonly unknown[]): unknown => {
            if (isClosed) return Promise.reject(gone());
            const answer: unknown = Reflect.apply(member, target, args);
            return answer instanceof Promise ? count(answer) : answer;
          };
        },
      }),
    announce() {
      last = Date.now();
    },
    async idle() {
      while (running > 0 || Date.now() - last < restMs) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            clearTimeout(timer);
            resolve();
          };
          const timer = setTimeout(wake, restMs);
          waiting.add(wake);
        });
      }
    },
    close() {
      isClosed = true;
    },
  };
}
