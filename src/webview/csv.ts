import { csvField } from "../protocol/csv.ts";

/** A chart as a table of numbers. */
export interface Tabled {
  readonly times: readonly string[];
  readonly parts: readonly { readonly name: string }[];
  /** Of the column of times. */
  readonly timeUnit: string;
  /** Of every value, such as USD. */
  readonly valueUnit: string;
  /** As in the chart, without rounding; what is not known in words. */
  cell(part: number, time: number): string;
}

/** RFC 4180. */
export function chartCsv({ times, parts, timeUnit, valueUnit, cell }: Tabled): string {
  const lines = [
    [timeUnit, ...parts.map(({ name }) => `${name} (${valueUnit})`)],
    ...times.map((time, at) => [time, ...parts.map((_, part) => cell(part, at))]),
  ];
  return lines.map((line) => `${line.map(csvField).join(",")}\r\n`).join("");
}
