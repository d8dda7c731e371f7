import { count } from "../../../protocol/format.ts";
import { decimalOf, picoOfSum, sumOfPico } from "../money.ts";
import { bySaving, total } from "./facts.ts";
import type { Suggest } from "./facts.ts";

const leastFailed = 3;
const mostFlows = 5;
/** A run that begins this soon after a failed one of its flow is taken for another attempt. */
const retryMs = 15 * 60_000;

/** What the failed runs of a flow cost. Why they failed is not in the ledger. */
export const failedRuns: Suggest = ({ all, tenant, since }) => {
  const rows = all(
    "SELECT r.flow_id AS flow, r.flow_name AS name, r.at AS at, r.duration_ms AS duration, r.unreported IS NOT NULL AS unreported, " +
      "sum(m.model <> '' AND m.cost_pico IS NULL) AS unpriced, sum(m.input_tokens) AS input, sum(m.output_tokens) AS output, " +
      `${sumOfPico("m.cost_pico")} FROM runs r JOIN run_uses m ON m.run_id = r.id ` +
      "WHERE r.at >= ? AND r.tenant = ? AND r.outcome = 'failed' GROUP BY r.id",
    ...[since, tenant],
  );
  return [...Map.groupBy(rows, (row) => String(row["flow"]))]
    .flatMap(([flow, failed]) => {
      const starts = all(
        "SELECT at FROM runs WHERE at >= ? AND tenant = ? AND flow_id = ? ORDER BY at",
        ...[since, tenant, flow],
      ).map((row) => Number(row["at"]));
      const retried = failed.filter((row) => {
        const [begun, end] = [Number(row["at"]), Number(row["at"]) + Number(row["duration"])];
        return starts.some((at) => at > begun && at >= end && at - end <= retryMs);
      }).length;
      const isReported = total(failed, "unreported") === 0;
      const isPriced = isReported && total(failed, "unpriced") === 0;
      const tokens = total(failed, "input") + total(failed, "output");
      if (failed.length < leastFailed || (isReported && tokens === 0)) return [];
      const dollars = isPriced ? decimalOf(failed.reduce((sum, row) => sum + picoOfSum(row), 0n)) : null;
      const name = String(failed.at(-1)?.["name"]);
      return [
        {
          id: `failedRuns:${flow}`,
          kind: "failedRuns" as const,
          measured:
            `${count(failed.length)} of ${count(starts.length)} runs of ${name} failed in the last 30 days, ${count(retried)} of them with another run ` +
            `within 15 minutes; they cost ${dollars === null ? "an unknown amount" : `$${dollars}`}.`,
          saving: { tokens: isReported ? tokens : null, dollars },
          change: `See why in the traces: \`langflow-connect langflow traces ${JSON.stringify(name)}\`. Checking the input before the first model saves what a run costs until it fails.`,
          applicable: false,
          flow,
        },
      ];
    })
    .sort(bySaving)
    .slice(0, mostFlows);
};
