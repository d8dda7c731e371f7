import type { AppliedEntry, AppliedOptimization, MeasuredSaving } from "../../../protocol/optimizations.ts";
import { dayMs, priceOfRead, total, windowDays } from "./facts.ts";
import type { Facts } from "./facts.ts";
import { changeOfBudget } from "./largeAnswers.ts";
import type { Row } from "../../storage/database.ts";
import { decimalOf, picoOfSum, sumOfPico } from "../money.ts";

/** Fewer calls or listings, before or since, say nothing yet. */
const leastMeasured = 10;

/** What each applied optimization has saved since: the ledger's means before and after, times what came after. */
export function measureApplied(facts: Facts): readonly AppliedOptimization[] {
  return facts.applied.map((entry) => ({
    id: entry.id,
    kind: entry.kind,
    appliedAt: entry.at,
    change: changeOf(entry),
    saved: savedBy(entry, facts),
  }));
}

function changeOf(entry: AppliedEntry): string {
  switch (entry.kind) {
    case "unusedTools":
      return `The default list of tools does not have ${entry.tools.join(", ")}.`;
    case "largeAnswers":
      return changeOfBudget(entry.tool, entry.budget);
    case "repeatedAnswers":
      return `${entry.client} asks ${entry.tool} less often for what it has, as you say.`;
    case "cheaperModel":
      return "The flow uses the cheaper model, as you say.";
    case "failedRuns":
      return "The flow fails less often, as you say.";
  }
}

interface Mean {
  readonly number: number;
  /** Tokens. */
  readonly mean: number;
  /** Of all; undefined when a part of it is not known. */
  readonly pico?: bigint | undefined;
}

function savedBy(entry: AppliedEntry, facts: Facts): MeasuredSaving {
  const at = Date.parse(entry.at);
  const { from, until } = spanOf(entry, facts.applied);
  const mean = (start: number, end: number) => meanOf(entry, facts, { start, end });
  const before = mean(Math.max(from, at - windowDays * dayMs), at);
  const after = mean(at, Math.min(until, facts.now));
  const known = { unit: unitOf(entry), since: after.number, least: leastMeasured };
  if (Math.min(before.number, after.number) < leastMeasured) return known;
  const tokens = Math.round((before.mean - after.mean) * after.number);
  return {
    ...known,
    before: rounded(before.mean),
    after: rounded(after.mean),
    tokens,
    dollars: known.unit === "runs" ? dollarsOfRuns(before, after) : priceOfRead(facts.model, tokens),
  };
}

function unitOf({ kind }: AppliedEntry): MeasuredSaving["unit"] {
  if (kind === "unusedTools") return "listings";
  return kind === "cheaperModel" || kind === "failedRuns" ? "runs" : "calls";
}

function meanOf(entry: AppliedEntry, { all, tenant }: Facts, { start, end }: { start: number; end: number }): Mean {
  const inTime = [start, end, tenant];
  switch (entry.kind) {
    case "unusedTools":
      return meanOfTokens(
        all(
          "SELECT count(*) AS number, sum(tokens) AS tokens FROM listings WHERE at >= ? AND at < ? AND tenant = ?",
          ...inTime,
        ),
      );
    case "largeAnswers":
    case "repeatedAnswers": {
      const client = entry.kind === "repeatedAnswers" ? entry.client : undefined;
      return meanOfTokens(
        all(
          "SELECT count(*) AS number, sum(output_tokens) AS tokens FROM calls WHERE at >= ? AND at < ? AND tenant = ? " +
            `AND tool = ? AND outcome = 'ok' AND output_tokens IS NOT NULL${client === undefined ? "" : " AND client = ?"}`,
          ...[...inTime, entry.tool, ...(client === undefined ? [] : [client])],
        ),
      );
    }
    case "cheaperModel":
    case "failedRuns": {
      // Of a flow that fails less often all runs count, and the cost of those that failed.
      const counts = entry.kind === "failedRuns" ? "r.outcome = 'failed'" : "r.outcome = 'ok'";
      const rows = all(
        `SELECT count(DISTINCT r.id) AS number, sum(CASE WHEN ${counts} THEN m.input_tokens + m.output_tokens END) AS tokens, ` +
          `sum(${counts} AND (r.unreported IS NOT NULL OR (m.model <> '' AND m.cost_pico IS NULL))) AS unknown, ` +
          `${sumOfPico(`CASE WHEN ${counts} THEN m.cost_pico END`)} FROM runs r JOIN run_uses m ON m.run_id = r.id ` +
          `WHERE r.at >= ? AND r.at < ? AND r.tenant = ? AND r.flow_id = ?${entry.kind === "failedRuns" ? "" : ` AND ${counts} AND r.unreported IS NULL`}`,
        ...[...inTime, entry.flow],
      );
      const pico = total(rows, "unknown") > 0 ? undefined : rows.reduce((sum, row) => sum + picoOfSum(row), 0n);
      return { ...meanOfTokens(rows), pico };
    }
  }
}

function meanOfTokens(rows: readonly Row[]): Mean {
  const number = total(rows, "number");
  return { number, mean: total(rows, "tokens") / number };
}

/** What the runs since would have cost as those before, less what they cost. */
function dollarsOfRuns(before: Mean, after: Mean): string | null {
  if (before.pico === undefined || after.pico === undefined) return null;
  const saved = (before.pico * BigInt(after.number)) / BigInt(before.number) - after.pico;
  return saved < 0n ? `-${decimalOf(-saved)}` : decimalOf(saved);
}

/** Lists change with each set of tools that is left out: the time of one ends where that of the next begins. */
function spanOf(entry: AppliedEntry, applied: readonly AppliedEntry[]) {
  const others = applied
    .filter((other) => other !== entry && other.kind === "unusedTools" && entry.kind === "unusedTools")
    .map((other) => Date.parse(other.at));
  const at = Date.parse(entry.at);
  return {
    from: Math.max(0, ...others.filter((other) => other <= at)),
    until: Math.min(Infinity, ...others.filter((other) => other > at)),
  };
}

function rounded(mean: number): number {
  return Math.round(mean * 10) / 10;
}
