import type { Optimization } from "../../../protocol/optimizations.ts";
import type { Row, SqlValue } from "../../storage/database.ts";
import { decimalOf } from "../money.ts";
import { costOf } from "../prices.ts";
import type { RowSource } from "../report.ts";
import type { OptimizeQuery } from "../types.ts";

export interface Facts extends OptimizeQuery {
  /** Start of the last 30 days. */
  readonly since: number;
  readonly calls: number;
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
}

export const dayMs = 86_400_000;
export const windowDays = 30;

/** Reads all stores as one. */
export function allOf(sources: readonly RowSource[]): Facts["all"] {
  return (sql, ...params) => sources.flatMap((source) => source.all(sql, ...params));
}

/** Tokens that a model reads, each at its price without a tier; null where none is known. */
export function priceOfRead(model: string, tokens: number): string | null {
  const { pico } = model === "" ? { pico: undefined } : costOf(model, { input: 1, output: 0 }, new Date());
  if (pico === undefined) return null;
  return tokens < 0 ? `-${decimalOf(pico * BigInt(-tokens))}` : decimalOf(pico * BigInt(tokens));
}

export function total(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
}

export type Suggest = (facts: Facts) => readonly Optimization[];

/** The largest expected saving first: by dollars, then by tokens. */
export function bySaving(a: Optimization, b: Optimization): number {
  const dollars = Number(b.saving.dollars ?? 0) - Number(a.saving.dollars ?? 0);
  return dollars || (b.saving.tokens ?? 0) - (a.saving.tokens ?? 0) || (a.id < b.id ? -1 : 1);
}
