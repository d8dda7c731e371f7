const dayMs = 24 * 3600_000;
const hourMs = 3600_000;

function offsetAt(time: number): number {
  return -new Date(time).getTimezoneOffset() * 60_000;
}

/** A time in the hours of local time since 1970-01-01. */
export function localHour(time: number): { readonly hour: number; readonly offset: number } {
  const offset = offsetAt(time);
  return { hour: Math.floor((time + offset) / hourMs), offset };
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
