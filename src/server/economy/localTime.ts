const dayMs = 24 * 3600_000;
const hourMs = 3600_000;

/** From a time on, local time is UTC and this much. */
export interface Offset {
  readonly from: number;
  readonly offset: number;
}

/** The offsets of this process's time zone from a time to a time, the first of them from before the start. */
export function offsetsBetween(from: number, to: number): readonly Offset[] {
  const offsets = [{ from, offset: offsetAt(from) }];
  let offset = offsetAt(from);
  // No zone changes its offset and takes it back within a day.
  for (let start = from; start < to; start += dayMs) {
    const end = Math.min(start + dayMs, to);
    if (offsetAt(end) === offset) continue;
    let [before, after] = [start, end];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    offset = offsetAt(end);
    offsets.push({ from: after, offset });
  }
  return offsets;
}

function offsetAt(time: number): number {
  return -new Date(time).getTimezoneOffset() * 60_000;
}

/** A time in the hours of local time since 1970-01-01. */
export function localHour(time: number): { readonly hour: number; readonly offset: number } {
  const offset = offsetAt(time);
  return { hour: Math.floor((time + offset) / hourMs), offset };
}

/** An SQL expression with the offset at the time of a row. */
export function offsetSql([first, ...later]: readonly Offset[]): string {
  const initial = String(first?.offset ?? 0);
  if (later.length === 0) return initial;
  const cases = later.map(({ from, offset }) => `WHEN at >= ${String(from)} THEN ${String(offset)}`);
  return `CASE ${cases.reverse().join(" ")} ELSE ${initial} END`;
}

/** Local days since 1970-01-01. */
export function localDaySql(offset: string): string {
  return `(at + ${offset}) / ${String(dayMs)}`;
}

export function localHourSql(offset: string): string {
  return `(at + ${offset}) / ${String(hourMs)}`;
}

export const dayOfHour = (hour: number): number => Math.floor((hour * hourMs) / dayMs);

/** YYYY-MM-DD */
export function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** Its Monday. */
export function weekName(day: number): string {
  // Day 0 was a Thursday.
  return dayName(day - ((day + 3) % 7));
}

/** YYYY-MM */
export function monthName(day: number): string {
  return dayName(day).slice(0, 7);
}

/** With its offset, since the hour that a clock is put back by comes twice. */
export function hourName(hour: number, offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${new Date(hour * hourMs).toISOString().slice(0, 13)}:00${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}
