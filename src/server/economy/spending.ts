import type { BudgetScope } from "../../protocol/budgets.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import type { RowSource } from "./report.ts";
import { label } from "./rows.ts";
import type { Spending } from "./types.ts";

/** The client of every flow run. */
export const runClient = "langflow";

/** Which runs: of a tenant, since a time in milliseconds. */
interface RunsSince {
  readonly tenant: string;
  readonly since: number;
}

export interface SpendingQuery extends RunsSince {
  readonly scope?: BudgetScope;
}

export interface ModelQuery extends RunsSince {
  readonly flowId: string;
  readonly model: string;
}

/** What flow runs cost. A run without usage may have called any model, so each model counts it as unknown. */
export function spending(sources: readonly RowSource[], { tenant, since, scope }: SpendingQuery): Spending {
  const { join, where, params } = conditionOf(scope);
  const sql =
    `SELECT ${sumOfPico("m.cost_pico")}, count(DISTINCT CASE WHEN r.unreported IS NOT NULL OR (m.model <> '' AND ` +
    `m.cost_pico IS NULL) THEN r.id END) AS unknown_runs FROM runs r LEFT JOIN run_uses m ON m.run_id = r.id ${join} ` +
    `WHERE r.tenant = ? AND r.at >= ? ${where}`;
  const order = scope?.kind === "model" ? [...params, tenant, since] : [tenant, since, ...params];
  const rows = sources.flatMap((source) => source.all(sql, ...order));
  return {
    spent: decimalOf(rows.reduce((sum, row) => sum + picoOfSum(row), 0n)),
    unknownRuns: rows.reduce((sum, row) => sum + Number(row["unknown_runs"]), 0),
  };
}

function conditionOf(scope: BudgetScope | undefined) {
  const value = scope?.value ?? "";
  switch (scope?.kind) {
    case undefined:
      return { join: "", where: "", params: [] };
    case "workspace":
      return { join: "", where: "AND r.workspace = ?", params: [value] };
    case "flow":
      return { join: "", where: "AND (r.flow_id = ? OR r.flow_name = ?)", params: [value, label(value)] };
    case "model":
      return { join: "AND m.model = ?", where: "", params: [label(value)] };
    case "client":
      return { join: "", where: "AND ? = ?", params: [value, runClient] };
  }
}

/** Whether a flow may call a model, by its runs since a time: it did, or no usage of it is known. */
export function mayUseModel(sources: readonly RowSource[], { tenant, since, flowId, model }: ModelQuery): boolean {
  const sql =
    "SELECT count(m.model) AS used, sum(r.unreported IS NULL) AS known FROM runs r LEFT JOIN run_uses m " +
    "ON m.run_id = r.id AND m.model = ? WHERE r.tenant = ? AND r.at >= ? AND r.flow_id = ?";
  const rows = sources.flatMap((source) => source.all(sql, label(model), tenant, since, flowId));
  const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  return total("used") > 0 || total("known") === 0;
}
