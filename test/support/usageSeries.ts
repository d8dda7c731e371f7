/** Daily costs in dollars, made up with a fixed seed: no real usage is published. The first day is a Monday. */
export interface UsageSeries {
  readonly name: string;
  readonly days: readonly number[];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const length = 728;

/** A team's working days: little at weekends, growing by 8 % a month, with holidays. */
function workingDays(seed: number): number[] {
  const random = randomFrom(seed);
  const weekdays = [1.1, 1.2, 1.15, 1.05, 0.9, 0.12, 0.08];
  return Array.from({ length }, (_, day) => {
    const isHoliday = day % 365 > 350 || random() < 0.02;
    const level = 4 * 1.08 ** (Math.min(day, 420) / 30);
    return level * (weekdays[day % 7] ?? 1) * (isHoliday ? 0.1 : 1) * Math.exp(0.3 * normal(random));
  });
}

/** One who tries things: most days without a run, and bursts of very different size, more of them while a project lasts. */
function bursts(seed: number): number[] {
  const random = randomFrom(seed);
  let [busy, project, left] = [false, 0, 0];
  return Array.from({ length }, () => {
    if (left-- <= 0) [project, left] = [random() < 0.5 ? 0.4 : 1.6, 20 + 60 * random()];
    busy = random() < project * (busy ? 0.45 : 0.2);
    return busy ? 1.5 * Math.exp(1.1 * normal(random)) : 0;
  });
}

/** A nightly job: the same each day, until it gets four times the documents, and later a cheaper model. */
function levelShifts(seed: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length }, (_, day) => {
    const level = day < 210 ? 2 : day < 480 ? 8 : 3.2;
    return random() < 0.01 ? 0 : level * (day % 7 === 0 ? 1.4 : 1) * Math.exp(0.15 * normal(random));
  });
}

export function usageSeries(seed: number): readonly UsageSeries[] {
  return [
    { name: "working days that grow", days: workingDays(seed) },
    { name: "bursts among days without a run", days: bursts(seed + 1) },
    { name: "a job whose level shifts", days: levelShifts(seed + 2) },
  ];
}
