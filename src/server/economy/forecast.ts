/** What the rest of a period will cost, in the unit of the history. */
export interface Forecast {
  readonly expected: number;
  /** Four of five times it is between these. */
  readonly low: number;
  readonly high: number;
}

export interface Rest {
  /** Days to come, the current one among them. */
  readonly days: number;
  /** The part of the current day that is left. */
  readonly today: number;
}

/** Days of history without which nothing is said. */
export const leastDays = 14;
/** What is older says nothing any more. */
export const mostDays = 400;

/** Days after which a day has half of its weight in the level: short after a shift, all alike where days differ by chance. */
const halfLives = [2, 5, 15, 50, Infinity] as const;
/** Days ahead by which a half-life is judged: what is longer is judged too late after a shift. */
const judgedDays = 3;
/** Days after which an error has half of its weight in the judgement. */
const judgedHalfLife = 30;
/** How much a smaller error counts: a half-life with an error twice as large has almost no part in the level. */
const preference = 12;
/** Days that weekdays are compared in. */
const weekdayDays = 84;
/** The weight, in weeks, of "all weekdays are alike" against what they were. */
const alikeWeeks = 2;
/** Past forecasts that the band is made of. */
const bandDays = 270;
/** Periods of the past that are as good as knowing that the band is too narrow: it is wider with fewer of them. */
const bandPeriods = 8;
/** The first forecast that is compared with what came. */
const firstDay = 7;

/**
 * What the rest of a period will cost, from the cost of each whole day before, the oldest first. Pure.
 *
 * The level of the days times what a weekday is of it. How fast the level forgets is decided by what was best of late.
 * The band is what past forecasts were off by: quantiles of cost divided by forecast, which fit a growing level and
 * many days without cost. Undefined for less than `leastDays` days.
 */
export function forecast(history: readonly number[], { days, today }: Rest): Forecast | undefined {
  if (history.length < leastDays) return undefined;
  const recent = history.slice(-mostDays);
  // Where the history is short, the errors of shorter periods stand for those of this one.
  const span = Math.min(days, Math.floor(recent.length / 3));
  const past = pastForecasts(recent, span);
  const state = past.at(-1);
  if (!state) return undefined;
  const expected = costAhead(state, { days, today });
  const ratios = past.slice(-bandDays - span).flatMap(({ day, ahead }) => {
    return day + span <= recent.length && ahead > 0 ? [sum(recent.slice(day, day + span)) / ahead] : [];
  });
  const periods = ratios.length / span;
  const tail = (0.1 * periods) / (periods + bandPeriods);
  const low = quantile(ratios, tail);
  // Nothing costs less than nothing: both tails are above then.
  const high = quantile(ratios, low === 0 ? 1 - 2 * tail : 1 - tail);
  return { expected, low: expected * low, high: expected * high };
}

/** A forecast as it would have been made before a day. */
interface State {
  readonly day: number;
  readonly level: number;
  readonly weekdays: readonly number[];
}

function pastForecasts(history: readonly number[], span: number): readonly (State & { readonly ahead: number })[] {
  const made: (State & { readonly ahead: number })[] = [];
  const judged: (readonly number[])[] = [];
  const errors = halfLives.map(() => 0);
  const forget = 0.5 ** (1 / judgedHalfLife);
  for (let day = firstDay; day <= history.length; day++) {
    const weekdays = weekdayWeights(history, day);
    const levels = levelsOf(history, day, weekdays);
    const due = day - judgedDays;
    const actual = sum(history.slice(due, day));
    judged[due]?.forEach((ahead, index) => (errors[index] = (errors[index] ?? 0) * forget + Math.abs(ahead - actual)));
    judged[day] = levels.map((level) => costAhead({ day, level, weekdays }, { days: judgedDays, today: 1 }));
    const least = Math.min(...errors);
    const trust = errors.map((error) => (error === 0 ? 1 : (least / error) ** preference));
    const level = sum(levels.map((each, index) => each * (trust[index] ?? 0))) / sum(trust);
    made.push({ day, level, weekdays, ahead: costAhead({ day, level, weekdays }, { days: span, today: 1 }) });
  }
  return made;
}

function costAhead({ day, level, weekdays }: State, { days, today }: Rest): number {
  const weights = Array.from(
    { length: days },
    (_, ahead) => (weekdays[(day + ahead) % 7] ?? 1) * (ahead === 0 ? today : 1),
  );
  return level * sum(weights);
}

/** What each weekday costs where an average day costs 1. */
function weekdayWeights(history: readonly number[], end: number): readonly number[] {
  const start = Math.max(0, end - weekdayDays);
  const [costs, counts] = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
  ];
  for (let day = start; day < end; day++) {
    costs[day % 7] = (costs[day % 7] ?? 0) + (history[day] ?? 0);
    counts[day % 7] = (counts[day % 7] ?? 0) + 1;
  }
  const mean = sum(costs) / (end - start);
  if (mean === 0) return costs.map(() => 1);
  return costs.map((cost, weekday) => (cost + alikeWeeks * mean) / (((counts[weekday] ?? 0) + alikeWeeks) * mean));
}

/** The cost of an average day, by each half-life. */
function levelsOf(history: readonly number[], end: number, weekdays: readonly number[]): readonly number[] {
  return halfLives.map((halfLife) => {
    const keep = 0.5 ** (1 / halfLife);
    let [cost, weight] = [0, 0];
    for (let day = 0; day < end; day++) {
      cost = cost * keep + (history[day] ?? 0);
      weight = weight * keep + (weekdays[day % 7] ?? 1);
    }
    return weight > 0 ? cost / weight : 0;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Between the two nearest values; 1 of none. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 1;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at % 1);
}
