import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { UsageSeries } from "./usageSeries.ts";

/** Days before the first forecast of a recorded series; a month needs more of them than there are weeks in it. */
export const firstOrigin = { day: 28, week: 28, month: 45 } as const;

/** A file of lines "YYYY-MM-DD,amount" after a head; a day without a line had nothing. */
export function readUsage(file: string): UsageSeries {
  const lines = readFileSync(file, "utf8").trim().split(/\r?\n/).slice(1);
  const amounts = new Map(
    lines.map((line) => {
      const [day = "", amount] = line.split(",");
      assert.ok(Number.isFinite(Date.parse(day)) && Number.isFinite(Number(amount)), `${file}: ${line}`);
      return [Date.parse(day), Number(amount)];
    }),
  );
  const [first, last] = [Math.min(...amounts.keys()), Math.max(...amounts.keys())];
  const dayMs = 24 * 3600_000;
  const days = Array.from({ length: (last - first) / dayMs + 1 }, (_, day) => amounts.get(first + day * dayMs) ?? 0);
  return { name: path.basename(file, ".csv"), days };
}
