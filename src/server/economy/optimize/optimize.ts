import type { OptimizationReport } from "../../../protocol/optimizations.ts";
import { count } from "../../../protocol/format.ts";
import type { RowSource } from "../report.ts";
import type { OptimizeQuery } from "../types.ts";
import { cheaperModel } from "./cheaperModel.ts";
import { failedRuns } from "./failedRuns.ts";
import { allOf, dayMs, total, windowDays } from "./facts.ts";
import { largeAnswers } from "./largeAnswers.ts";
import { measureApplied } from "./measure.ts";
import { repeatedAnswers } from "./repeatedAnswers.ts";
import { unusedTools } from "./unusedTools.ts";

const leastCalls = 50;
const leastDays = 7;
const leastRuns = 5;

/** Those of an older version have no listings and no hashes. */
const upToDate = "SELECT name FROM sqlite_schema WHERE name = 'listings'";

/** What the ledger of the last 30 days suggests, and what was saved by what is applied. */
export function optimize(sources: readonly RowSource[], query: OptimizeQuery): OptimizationReport {
  const all = allOf(sources.filter((source) => source.all(upToDate).length > 0));
  const { tenant, now } = query;
  const since = now - windowDays * dayMs;
  const counted = all(
    "SELECT count(*) AS calls, min(at) AS first FROM calls WHERE at >= ? AND tenant = ?",
    since,
    tenant,
  );
  const calls = total(counted, "calls");
  const first = Math.min(now, ...counted.flatMap(({ first: at = null }) => (at === null ? [] : [Number(at)])));
  const runs = total(all("SELECT count(*) AS runs FROM runs WHERE at >= ? AND tenant = ?", since, tenant), "runs");
  const facts = { ...query, since, calls, all };
  const hasCalls = calls >= leastCalls && now - first >= leastDays * dayMs;
  const days = Math.floor((now - first) / dayMs);
  return {
    currency: "USD",
    from: new Date(since).toISOString(),
    to: new Date(now).toISOString(),
    calls,
    runs,
    suggestions: [
      ...(hasCalls ? [...unusedTools(facts), ...largeAnswers(facts), ...repeatedAnswers(facts)] : []),
      ...(runs >= leastRuns ? [...cheaperModel(facts), ...failedRuns(facts)] : []),
    ],
    applied: measureApplied(facts),
    notes: [
      ...(hasCalls
        ? []
        : [
            `Too little use to judge tools: the last 30 days have ${count(calls)} tool calls over ${count(days)} days, and ${count(leastCalls)} over ${count(leastDays)} days are needed.`,
          ]),
      ...(runs >= leastRuns
        ? []
        : [
            `Too little use to judge flows: the last 30 days have ${count(runs)} flow runs, and ${count(leastRuns)} are needed.`,
          ]),
    ],
  };
}
