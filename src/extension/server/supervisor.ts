import { setTimeout as sleep } from "node:timers/promises";
import type { ServerState } from "../../protocol/status.ts";

/** One run of the server process. */
export interface ServerRun {
  /** Resolves with the reason when the process has ended, wanted or not. */
  readonly ended: Promise<string>;
  ping(signal: AbortSignal): Promise<void>;
  /** Asks it to end, and ends it by force when it does not. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export interface SupervisorDeps {
  launch(): Promise<ServerRun>;
  onState(state: ServerState): void;
  readonly clock?: Clock;
}

/** Time as tests replace it. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Supervisor {
  start(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const pingEveryMs = 5_000;
/** Two of these and the pause before them leave a stopped process at most 9 s. */
const pingTimeoutMs = 2_000;
const stuckMs = 1_000;
const missesAllowed = 2;
const windowMs = 3 * 60_000;
const endsAllowed = 5;
const backoffMs = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Keeps one server process alive: a process that ended or stopped answering is replaced after a growing pause, and one
 * that ends 5 times in 3 minutes is left alone until the user asks for it.
 */
export function createSupervisor({ launch, onState, clock = realClock }: SupervisorDeps): Supervisor {
  let run: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  function start(): void {
    if (run) return;
    const stop = new AbortController();
    const done = keepAlive(stop.signal).finally(() => {
      if (run?.stop === stop) run = undefined;
    });
    run = { stop, done };
  }

  async function stop(): Promise<void> {
    const current = run;
    current?.stop.abort();
    await current?.done;
  }

  async function keepAlive(signal: AbortSignal): Promise<void> {
    const ends: number[] = [];
    onState({ state: "starting" });
    const over = () => signal.aborted;
    while (!over()) {
      const reason = await oneProcess(signal);
      if (over()) return;
      ends.push(clock.now());
      while (ends[0] !== undefined && clock.now() - ends[0] > windowMs) ends.shift();
      if (ends.length >= endsAllowed) return onState({ state: "stopped", reason });
      onState({ state: "restarting", reason });
      await clock.sleep(backoffMs[ends.length - 1] ?? 8_000, signal);
    }
  }

  async function oneProcess(signal: AbortSignal): Promise<string> {
    let life: ServerRun;
    try {
      life = await launch();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const over = new AbortController();
    const stopped = new Promise<string>((resolve) => {
      const stopIt = () => {
        void life.stop().then(() => {
          resolve("stopped");
        });
      };
      if (signal.aborted) stopIt();
      else signal.addEventListener("abort", stopIt, { once: true, signal: over.signal });
    });
    if (!signal.aborted) onState({ state: "running" });
    const hung = watch(life, over.signal);
    const reason = await Promise.race([life.ended, stopped, hung]);
    over.abort();
    life.kill();
    return reason;
  }

  /** Resolves when the process has missed its pings; never when it ends otherwise. */
  async function watch(life: ServerRun, over: AbortSignal): Promise<string> {
    let misses = 0;
    while (misses < missesAllowed) {
      // After a miss the next ping follows at once.
      if (misses === 0) await clock.sleep(pingEveryMs, over);
      if (over.aborted) return new Promise<string>(() => undefined);
      misses = (await answered(life)) ? 0 : misses + 1;
    }
    return "It did not answer.";
  }

  async function answered(life: ServerRun): Promise<boolean> {
    const late = new AbortController();
    const asked = clock.now();
    const pong = life.ping(late.signal).then(
      () => true,
      () => false,
    );
    const result = await Promise.race([pong, clock.sleep(pingTimeoutMs, late.signal).then(() => false)]);
    late.abort();
    // A window that was stuck itself, or a machine that slept, has not heard the answer yet: that says nothing.
    return result || clock.now() - asked > pingTimeoutMs + stuckMs;
  }

  return {
    start,
    stop,
    async restart() {
      await stop();
      start();
    },
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};
