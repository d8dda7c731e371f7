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
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

function quoted(field: string): string {
  const safe = isFormula(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A spreadsheet runs what begins like this, and names of flows and clients come from others. */
function isFormula(field: string): boolean {
  return /^[=+\-@\t\r]/.test(field) && Number.isNaN(Number(field));
}
