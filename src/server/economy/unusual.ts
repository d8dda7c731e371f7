/** What a value is compared with: the median of earlier ones, and the most that chance explains. */
export interface Usual {
  readonly usual: number;
  readonly limit: number;
  /** Earlier values. */
  readonly samples: number;
}

const comparedWeeks = 10;
/** A day that costs no more than one of so many days before is no news. */
const recordDays = 28;
/** After an unusual day, one that costs no more than so many times as much is no news for a week. */
const newsFactor = 2;
const newsDays = 7;
/** Days with cost without which nothing is said, and days of one weekday without which all weekdays count alike. */
const leastDays = 14;
const leastOfWeekday = 4;
/** What a day must cost above the usual, in dollars. */
const leastDollars = 1;
/** Standard deviations of a day. */
const dayDeviations = 3.5;
/** Days that are almost equal do not show how much the next one may differ: the least deviation, of the logarithm. */
const leastDeviation = 0.15;

/** Hours with so many calls are compared, from so many of them on. */
const leastCalls = 20;
const leastHours = 20;
const leastFailed = 10;
/** What a share must be above the usual. */
const leastShare = 0.1;
/** Standard deviations of an hour: there are more hours than days. */
const hourDeviations = 5;

/** Of a normal distribution, the standard deviation by the median absolute deviation. */
const perDeviation = 1.4826;

/** Days that `unusualSpend` looks at, the one that is judged among them. */
export const daysLookedAt = 7 * comparedWeeks + newsDays + 1;

/**
 * Whether the last of these days, in dollars, costs unusually much. What days cost differs by factors, so logarithms are compared:
 * with the median of the weekday, by how far days were from theirs. Days without cost are left out: each day of
 * somebody who runs little would be unusual otherwise. A new level is news on its first day and usual after it.
 */
export function unusualSpend(days: readonly number[]): Usual | undefined {
  const today = days.length - 1;
  const cost = days[today] ?? 0;
  const found = usualOfDay(days, today);
  if (!found || cost <= found.limit) return undefined;
  if (days.slice(Math.max(0, today - recordDays), today).some((before) => before >= cost)) return undefined;
  for (let day = Math.max(0, today - newsDays); day < today; day++) {
    const before = days[day] ?? 0;
    if (cost <= newsFactor * before && before > (usualOfDay(days, day)?.limit ?? Infinity)) return undefined;
  }
  return found;
}

function usualOfDay(days: readonly number[], day: number): Usual | undefined {
  const first = Math.max(0, day - 7 * comparedWeeks);
  const known = days.slice(first, day).flatMap((cost, index) => {
    return cost > 0 ? [{ weekday: (first + index) % 7, log: Math.log(cost) }] : [];
  });
  if (known.length < leastDays) return undefined;
  const sameDays = Array.from({ length: 7 }, (_, weekday) => {
    const same = known.filter((one) => one.weekday === weekday);
    return (same.length >= leastOfWeekday ? same : known).map(({ log }) => log);
  });
  const centers = sameDays.map(median);
  const distances = known.map(({ weekday, log }) => Math.abs(log - (centers[weekday] ?? 0)));
  const deviation = Math.max(leastDeviation, perDeviation * median(distances));
  const center = centers[day % 7] ?? 0;
  const usual = Math.exp(center);
  const limit = Math.max(usual + leastDollars, Math.exp(center + dayDeviations * deviation));
  return { usual, limit, samples: sameDays[day % 7]?.length ?? 0 };
}

export interface Calls {
  readonly calls: number;
  readonly failed: number;
}

/** Whether unusually many of these calls failed, by the hours before that have enough calls. */
export function unusualFailures(hours: readonly Calls[], { calls, failed }: Calls): Usual | undefined {
  const shares = hours.flatMap((hour) => (hour.calls >= leastCalls ? [hour.failed / hour.calls] : []));
  if (calls < leastCalls || failed < leastFailed || shares.length < leastHours) return undefined;
  const usual = median(shares);
  const measured = perDeviation * median(shares.map((share) => Math.abs(share - usual)));
  // So few calls differ by chance alone, also where all hours before were equal.
  const chance = Math.sqrt((usual * (1 - usual)) / calls);
  const limit = usual + Math.max(leastShare, hourDeviations * Math.max(measured, chance));
  return failed / calls > limit ? { usual, limit, samples: shares.length } : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2;
}
