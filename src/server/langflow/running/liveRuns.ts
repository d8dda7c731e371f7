import type { LiveRun, RunQuestion } from "../../../protocol/flowRuns.ts";
import { ToolError, cancelled } from "../../platform/errors.ts";
import type { RunEvent } from "../client/runEvents.ts";
import { afterEvent, begun, ended } from "./runState.ts";
import type { BegunRun, RunEnd } from "./runState.ts";

/** The runs that this process started, as those see them who follow them. */
export interface LiveRuns {
  /** The newest last. */
  list(): readonly LiveRun[];
  begin(run: BegunRun): LiveRunHandle;
  /** Fails where no run of this process waits, or its question does not offer the action. */
  answer(run: string, action: string): void;
  /** Of a run that ended: what its models cost is known later. */
  setComponents(run: string, components: LiveRun["components"]): void;
  /** Called at most once in 100 ms, and after the last change. */
  onChange(listener: (runs: readonly LiveRun[]) => void): void;
}

export interface LiveRunHandle {
  /** Waits until somebody answers; fails once the signal fires. */
  ask(question: RunQuestion, signal: AbortSignal): Promise<string>;
  event(event: RunEvent): void;
  end(end: RunEnd): void;
}

/** Older ones are in Langflow's traces. */
const mostRuns = 20;
const publishMs = 100;

export function createLiveRuns(now: () => Date): LiveRuns {
  const runs = new Map<string, LiveRun>();
  const waiting = new Map<string, { readonly question: RunQuestion; answer(action: string): void }>();
  const listeners = new Set<(runs: readonly LiveRun[]) => void>();
  let timer: NodeJS.Timeout | undefined;

  const list = () => [...runs.values()];

  function set(live: LiveRun): void {
    runs.set(live.run, live);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const listener of listeners) listener(list());
    }, publishMs).unref();
  }

  return {
    list,
    onChange: (listener) => void listeners.add(listener),
    answer(id, action) {
      const asked = waiting.get(id);
      if (!asked) {
        throw new ToolError(
          "NOT_FOUND",
          "No such run of this server waits for an answer.",
          "Look at the run in Langflow.",
        );
      }
      const { options } = asked.question;
      if (!options.some((option) => option.action === action)) {
        const offered = options.map((option) => option.action).join(", ");
        throw new ToolError(
          "INVALID_ARGUMENT",
          `The run does not offer ${JSON.stringify(action)}.`,
          `Give one of ${offered}.`,
        );
      }
      waiting.delete(id);
      asked.answer(action);
    },
    setComponents(id, components) {
      const run = runs.get(id);
      if (run) set({ ...run, components });
    },
    begin(run) {
      let progress = begun(run);
      const over = list().filter(({ state }) => state !== "running" && state !== "waiting");
      for (const { run: id } of over.slice(0, Math.max(0, runs.size + 1 - mostRuns))) runs.delete(id);
      set(progress.live);
      return {
        ask: (question, signal) =>
          new Promise((resolve, reject) => {
            const stop = () => {
              waiting.delete(run.run);
              reject(cancelled());
            };
            if (signal.aborted) return stop();
            signal.addEventListener("abort", stop, { once: true });
            waiting.set(run.run, {
              question,
              answer(action) {
                signal.removeEventListener("abort", stop);
                resolve(action);
              },
            });
          }),
        event(event) {
          progress = afterEvent(progress, event, now().getTime());
          set(progress.live);
        },
        end(end) {
          set(ended(progress, end, now()));
        },
      };
    },
  };
}
