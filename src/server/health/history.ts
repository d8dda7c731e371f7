import type { MachineSample, Use } from "../../protocol/health.ts";

/** The last hour as it was measured, and the last day as means of five minutes. Oldest first. */
export interface History {
  add(sample: MachineSample): void;
  fine(): readonly MachineSample[];
  coarse(): readonly MachineSample[];
}

const fineMs = 60 * 60_000;
const coarseMs = 24 * 60 * 60_000;
const bucketMs = 5 * 60_000;
/** Whatever the interval is. */
const maxFine = 720;

export function createHistory(): History {
  let fine: MachineSample[] = [];
  let coarse: MachineSample[] = [];
  let open: MachineSample[] = [];

  return {
    add(sample) {
      const at = Date.parse(sample.at);
      const since = (ms: number) => (one: MachineSample) => Date.parse(one.at) > at - ms;
      fine = [...fine.filter(since(fineMs)), sample].slice(-maxFine);
      const [first] = open;
      if (first && bucketOf(first) !== bucketOf(sample)) {
        coarse = [...coarse.filter(since(coarseMs)), meanOf(open)];
        open = [];
      }
      open.push(sample);
    },
    fine: () => fine,
    coarse: () => coarse,
  };
}

function bucketOf({ at }: MachineSample): number {
  return Math.floor(Date.parse(at) / bucketMs);
}

function meanOf(samples: readonly MachineSample[]): MachineSample {
  const cpu = mean(samples.flatMap((sample) => sample.cpu ?? []));
  const memory = meanUse(samples.flatMap((sample) => sample.memory ?? []));
  const langflowMs = mean(samples.flatMap((sample) => sample.langflowMs ?? []));
  const disk = meanUse(samples.flatMap((sample) => sample.disk ?? []));
  return {
    // The moment that the means are of: at the start of the bucket a line through them would run ahead.
    at: new Date(mean(samples.map(({ at }) => Date.parse(at))) ?? 0).toISOString(),
    ...(cpu !== undefined && { cpu }),
    ...(memory && { memory }),
    processMemory: mean(samples.map(({ processMemory }) => processMemory)) ?? 0,
    ...(disk && { disk }),
    eventLoopDelayMs: Math.max(...samples.map(({ eventLoopDelayMs }) => eventLoopDelayMs)),
    calls: samples.reduce((sum, { calls }) => sum + calls, 0),
    failedCalls: samples.reduce((sum, { failedCalls }) => sum + failedCalls, 0),
    callMs: samples.reduce((sum, { callMs }) => sum + callMs, 0),
    ...(langflowMs !== undefined && { langflowMs }),
  };
}

function meanUse(uses: readonly Use[]): Use | undefined {
  const [used, total] = [mean(uses.map((use) => use.used)), mean(uses.map((use) => use.total))];
  return used === undefined || total === undefined ? undefined : { used, total };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
