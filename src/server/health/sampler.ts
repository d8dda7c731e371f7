import type { MachineSample } from "../../protocol/health.ts";
import type { Disposable } from "../platform/disposables.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { CallWindow } from "./callWindow.ts";
import { createHistory } from "./history.ts";
import type { History } from "./history.ts";
import type { Machine } from "./machine.ts";

/** Measures again and again, and keeps what it measured, in memory. */
export interface Sampler extends Disposable {
  latest(): MachineSample | undefined;
  readonly history: Pick<History, "fine" | "coarse">;
  /** Called after each sample, in the order in which listeners were added. */
  onSample(listener: (sample: MachineSample) => void): void;
  /** One sample now. */
  sample(): Promise<MachineSample>;
}

export interface SamplerOptions {
  readonly machine: Machine;
  readonly calls: Pick<CallWindow, "totals">;
  /** How long Langflow's last answer took; undefined without a link. */
  langflowMs(): number | undefined;
  readonly log: Logger;
  readonly intervalMs?: number;
  now(): Date;
}

const defaultIntervalMs = 10_000;

export function createSampler(options: SamplerOptions): Sampler {
  const { machine, calls, log, now, intervalMs = defaultIntervalMs } = options;
  const history = createHistory();
  const listeners: ((sample: MachineSample) => void)[] = [];
  let before = calls.totals();
  let latest: MachineSample | undefined;
  let isBusy = false;

  async function sample(): Promise<MachineSample> {
    const [memory, disk] = await Promise.all([machine.memory(), machine.disk()]);
    const cpu = machine.cpu();
    const totals = calls.totals();
    const langflowMs = options.langflowMs();
    latest = {
      at: now().toISOString(),
      ...(cpu !== undefined && { cpu }),
      ...(memory && { memory }),
      processMemory: machine.processMemory(),
      ...(disk && { disk }),
      eventLoopDelayMs: machine.eventLoopDelayMs(),
      calls: totals.calls - before.calls,
      failedCalls: totals.failed - before.failed,
      callMs: totals.ms - before.ms,
      ...(langflowMs !== undefined && { langflowMs }),
    };
    before = totals;
    history.add(latest);
    for (const listener of listeners) listener(latest);
    return latest;
  }

  const timer = setInterval(() => {
    // A network disk that hangs must not pile up questions.
    if (isBusy) return;
    isBusy = true;
    sample()
      .catch((error: unknown) => {
        log.warn("health.sample", describeError(error));
      })
      .finally(() => (isBusy = false));
  }, intervalMs);
  timer.unref();

  return {
    latest: () => latest,
    history,
    onSample: (listener) => void listeners.push(listener),
    sample,
    async dispose() {
      clearInterval(timer);
      await machine.dispose();
    },
  };
}
