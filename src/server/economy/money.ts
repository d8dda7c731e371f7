import { decimals } from "../../protocol/dollars.ts";

export { decimalOf, picoOfDecimal } from "../../protocol/dollars.ts";

const half = 1_000_000_000;

/** US dollars, as the price data works them out in floating point, in 10^-12 dollars. */
export function picoOf(dollars: number): bigint {
  // Not `dollars * 1e12`, whose product is rounded once more.
  return BigInt(dollars.toFixed(decimals).replace(".", ""));
}

/**
 * Columns with the sum of a column of 10^-12 dollars, for `picoOfSum`. In two parts, because engines hand over numbers,
 * which lose digits above 2^53: 9007 dollars.
 */
export function sumOfPico(column: string): string {
  const part = String(half);
  return `sum(${column} / ${part}) AS cost_high, sum(${column} % ${part}) AS cost_low`;
}

/** Of a row with the columns of `sumOfPico`; 0 when nothing was summed. */
export function picoOfSum(row: Readonly<Record<string, unknown>>): bigint {
  return BigInt(Number(row["cost_high"] ?? 0)) * BigInt(half) + BigInt(Number(row["cost_low"] ?? 0));
}
