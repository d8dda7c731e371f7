import { percent } from "../../protocol/format.ts";
import type { Anomalies } from "../economy/types.ts";
import type { Alerts, Wrong } from "./alerts.ts";

/** Looks whether the running day costs, or the last hour fails, more than usual. */
export async function watchAnomalies(alerts: Pick<Alerts, "report">, find: () => Promise<Anomalies>): Promise<void> {
  const { spending, failures } = await find();
  alerts.report("anomaly", "spending", spending && wrongSpending(spending));
  alerts.report("anomaly", "failed calls", failures && wrongFailures(failures));
}

function wrongSpending({ spent, usual, limit, samples }: NonNullable<Anomalies["spending"]>): Wrong {
  return {
    severity: "warning",
    message: `Flow runs cost unusually much today: $${spent.toFixed(2)}, where $${usual.toFixed(2)} is usual for such a day (median of ${String(samples)}) and $${limit.toFixed(2)} the most to expect.`,
    remedy:
      "Use `langflow-connect cost --by flow,model` to see which runs it were, and `langflow-connect budget set` to limit them.",
  };
}

function wrongFailures({ calls, failed, usual, limit, samples }: NonNullable<Anomalies["failures"]>): Wrong {
  return {
    severity: "warning",
    message: `Tool calls fail unusually often: ${String(failed)} of the ${String(calls)} of the last hour (${percent(failed / calls)}), where ${percent(usual)} is usual (median of ${String(samples)} hours) and ${percent(limit)} the most to expect.`,
    remedy: "Open the panel and filter Live activity by outcome: the detail of a call says why it failed.",
  };
}
