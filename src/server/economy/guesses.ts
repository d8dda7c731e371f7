/** The days that a guess is about. */
export interface Rest {
  /** Days to come, the current one among them. */
  readonly days: number;
  /** The part of the current day that is left. */
  readonly today: number;
}

/** Days after which a day has half of its weight in a level: short after a shift, all alike where days differ by chance. */
const halfLives = [1, 2, 5, 15, 50, Infinity] as const;
/** Days that weekdays are compared in. */
const weekdayDays = 84;
/** The weight, in weeks, of "all weekdays are alike" against what they were. */
const alikeWeeks = 4;

/**
 * What further days cost, guessed in several ways from the days before `end`: each level times what the weekdays are of it,
 * each level with all weekdays alike, the last period again, and the line through all days. Which of them is right, only
 * what came later says.
 */
export function guessesBefore(history: readonly number[], end: number): (rest: Rest) => readonly number[] {
  const weekdays = weekdayWeights(history, end);
  const levels = levelsOf(history, end, weekdays);
  const line = lineThrough(history, end);
  return (rest) => {
    const weight = weightAhead(weekdays, end, rest);
    const whole = weightAhead(weekdays, end, { ...rest, today: 1 });
    const part = whole > 0 ? weight / whole : 0;
    const back = Math.min(rest.days, end);
    const last = (sum(history.slice(end - back, end)) * rest.days) / back;
    return [
      ...levels.map(({ byWeekday }) => byWeekday * weight),
      ...levels.map(({ alike }) => alike * (rest.days - 1 + rest.today)),
      last * part,
      line(rest.days) * part,
    ];
  };
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function weightAhead(weights: readonly number[], end: number, { days, today }: Rest): number {
  let weight = 0;
  for (let ahead = 0; ahead < days; ahead++) weight += (weights[(end + ahead) % 7] ?? 1) * (ahead === 0 ? today : 1);
  return weight;
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

/** The cost of an average day, by each half-life: where weekdays weigh as they do, and where all are alike. */
function levelsOf(history: readonly number[], end: number, weekdays: readonly number[]) {
  return halfLives.map((halfLife) => {
    const keep = 0.5 ** (1 / halfLife);
    let [cost, weight, days] = [0, 0, 0];
    for (let day = 0; day < end; day++) {
      cost = cost * keep + (history[day] ?? 0);
      weight = weight * keep + (weekdays[day % 7] ?? 1);
      days = days * keep + 1;
    }
    return { byWeekday: weight > 0 ? cost / weight : 0, alike: cost / days };
  });
}

/** The cost of so many further days of the line with the least squares; no day costs less than nothing. */
function lineThrough(history: readonly number[], end: number): (days: number) => number {
  const middle = (end - 1) / 2;
  const mean = sum(history.slice(0, end)) / end;
  let [product, square] = [0, 0];
  for (let day = 0; day < end; day++) {
    product += (day - middle) * ((history[day] ?? 0) - mean);
    square += (day - middle) ** 2;
  }
  const slope = product / square;
  return (days) => sum(Array.from({ length: days }, (_, day) => Math.max(0, mean + slope * (end + day - middle))));
}
