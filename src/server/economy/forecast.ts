import { guessesBefore, sum } from "./guesses.ts";
import type { Rest } from "./guesses.ts";

/** What the rest of a period will cost, in the unit of the history. */
export interface Forecast {
  readonly expected: number;
  /** At least four of five times it is between these. */
  readonly low: number;
  readonly high: number;
}

/** Days of history without which nothing is said. */
export const leastDays = 14;
/** What is older says nothing any more. */
export const mostDays = 400;

/** A guess is judged by as many days as it is about, and by these at most: what is longer is judged too late after a shift. */
const mostJudgedDays = 7;
/** Days after which an error has half of its weight in the judgement. */
const judgedHalfLife = 14;
/** How much a smaller error counts: a guess with an error twice as large has almost no part in the forecast. */
const preference = 10;
/** Past forecasts that the band is made of. */
const bandDays = 270;
/** The part of past forecasts that was beyond each edge of the band: less than a tenth, since the future differs from the past. */
const beyond = 0.08;
/** Periods of the past that are as good as knowing that the band is too narrow: it is wider with fewer of them. */
const bandPeriods = 8;
/** With so many periods of the past the band is twice as wide as they were: the few say little of what is possible. */
const doubledPeriods = 5;
/** The first forecast that is compared with what came. */
const firstDay = 7;

/**
 * What the rest of a period will cost, from the cost of each whole day before, the oldest first. Pure.
 *
 * A mean of guesses, in which those count that were best of late. The band is what past forecasts were off by:
 * quantiles of cost divided by forecast, which fit a growing level and many days without cost. Undefined for less than
 * `leastDays` days.
 */
export function forecast(history: readonly number[], { days, today }: Rest): Forecast | undefined {
  if (history.length < leastDays) return undefined;
  const recent = history.slice(-mostDays);
  // Where the history is short, the errors of shorter periods stand for those of this one.
  const span = Math.min(days, Math.floor(recent.length / 3));
  const past = pastForecasts(recent, span);
  const now = past.at(-1);
  if (!now) return undefined;
  const expected = now.ahead({ days, today });
  const ratios = past.slice(-bandDays - span).flatMap(({ day, spanAhead }) => {
    return day + span <= recent.length && spanAhead > 0 ? [sum(recent.slice(day, day + span)) / spanAhead] : [];
  });
  const { low, high } = band(ratios, ratios.length / span);
  return { expected, low: expected * low, high: expected * high };
}

/** Of what was expected. */
function band(ratios: readonly number[], periods: number): { readonly low: number; readonly high: number } {
  const tail = (beyond * periods) / (periods + bandPeriods);
  const low = quantile(ratios, tail);
  // Nothing costs less than nothing: both tails are above then.
  const high = quantile(ratios, low === 0 ? 1 - 2 * tail : 1 - tail);
  const middle = quantile(ratios, 0.5);
  const wider = 1 + doubledPeriods / Math.max(1, periods);
  return { low: Math.max(0, middle - (middle - low) * wider), high: middle + (high - middle) * wider };
}

/** A forecast as it would have been made before a day. */
interface PastForecast {
  readonly day: number;
  readonly ahead: (rest: Rest) => number;
  readonly spanAhead: number;
}

function pastForecasts(history: readonly number[], span: number): readonly PastForecast[] {
  const made: PastForecast[] = [];
  const judged: (readonly number[])[] = [];
  let errors: readonly number[] = [];
  const judgedDays = Math.min(span, mostJudgedDays);
  const forget = 0.5 ** (1 / judgedHalfLife);
  for (let day = firstDay; day <= history.length; day++) {
    const guesses = guessesBefore(history, day);
    const due = day - judgedDays;
    const actual = sum(history.slice(due, day));
    const past = judged[due];
    if (past) errors = past.map((ahead, index) => (errors[index] ?? 0) * forget + Math.abs(ahead - actual));
    judged[day] = guesses({ days: judgedDays, today: 1 });
    const trust = trustBy(errors);
    const ahead = (rest: Rest) => weightedMean(guesses(rest), trust);
    made.push({ day, ahead, spanAhead: ahead({ days: span, today: 1 }) });
  }
  return made;
}

function trustBy(errors: readonly number[]): readonly number[] {
  const least = Math.min(...errors);
  return errors.map((error) => (error === 0 ? 1 : (least / error) ** preference));
}

/** Of values without a weight, as before the first judgement, all alike. */
function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const all = values.map((_, index) => weights[index] ?? 1);
  return sum(values.map((value, index) => value * (all[index] ?? 1))) / sum(all);
}

/** Between the two nearest values; 1 of none. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 1;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at % 1);
}
