import type { AppliedEntry, AppliedOptimization, MeasuredSaving } from "../../../protocol/optimizations.ts";
import { dayMs, priceOfRead, total, windowDays } from "./facts.ts";
import type { Facts } from "./facts.ts";
import { changeOfBudget } from "./largeAnswers.ts";

/** Fewer calls or listings, before or since, say nothing yet. */
const leastMeasured = 10;

/** What each applied optimization has saved since: the ledger's means before and after, times what came after. */
export function measureApplied(facts: Facts): readonly AppliedOptimization[] {
  return facts.applied.map((entry) => ({
    id: entry.id,
    kind: entry.kind,
    appliedAt: entry.at,
    change:
      entry.kind === "unusedTools"
        ? `The default list of tools does not have ${entry.tools.join(", ")}.`
        : changeOfBudget(entry.tool, entry.budget),
    saved: savedBy(entry, facts),
  }));
}

function savedBy(entry: AppliedEntry, facts: Facts): MeasuredSaving {
  const at = Date.parse(entry.at);
  const { from, until } = spanOf(entry, facts.applied);
  const isList = entry.kind === "unusedTools";
  const mean = (start: number, end: number) => {
    const rows = isList
      ? facts.all(
          "SELECT count(*) AS number, sum(tokens) AS tokens FROM listings WHERE at >= ? AND at < ? AND tenant = ?",
          ...[start, end, facts.tenant],
        )
      : facts.all(
          "SELECT count(*) AS number, sum(output_tokens) AS tokens FROM calls WHERE at >= ? AND at < ? AND tenant = ? " +
            "AND tool = ? AND outcome = 'ok' AND output_tokens IS NOT NULL",
          ...[start, end, facts.tenant, entry.tool],
        );
    const number = total(rows, "number");
    return { number, mean: total(rows, "tokens") / number };
  };
  const before = mean(Math.max(from, at - windowDays * dayMs), at);
  const after = mean(at, Math.min(until, facts.now));
  const known = { unit: isList ? "listings" : "calls", since: after.number, least: leastMeasured } as const;
  if (Math.min(before.number, after.number) < leastMeasured) return known;
  const tokens = Math.round((before.mean - after.mean) * after.number);
  return {
    ...known,
    before: rounded(before.mean),
    after: rounded(after.mean),
    tokens,
    dollars: priceOfRead(facts.model, tokens),
  };
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
