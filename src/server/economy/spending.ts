import type { BudgetScope } from "../../protocol/budgets.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import type { RowSource } from "./report.ts";
import { label } from "./rows.ts";
import type { Row } from "../storage/database.ts";
import { quarterMs } from "./usageSchema.ts";
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

/** What flow runs and calls of models cost. A run without usage may have called any model, so each model counts it as unknown. */
export function spending(sources: readonly RowSource[], { tenant, since, scope }: SpendingQuery): Spending {
  const { where, params } = conditionOf(scope);
  const model = scope?.kind === "model" ? { where: "AND model = ?", params: [label(scope.value)] } : all;
  const quarter = Math.floor(since / quarterMs);
  const totals = (columns: string, extra: Condition) =>
    sources.flatMap((source) =>
      source.all(
        `SELECT ${columns} FROM run_totals WHERE quarter >= ? AND tenant = ? ${where} ${extra.where}`,
        ...[quarter, tenant, ...params, ...extra.params],
      ),
    );
  const count = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + Number(row["runs"] ?? 0), 0);
  // Those without a price are few, and have an index of their own.
  const unpriced = sources.flatMap((source) =>
    source.all(
      "SELECT count(DISTINCT r.id) AS runs FROM run_uses JOIN runs r ON r.id = run_id WHERE cost_pico IS NULL AND " +
        `model <> '' AND r.unreported IS NULL AND r.at >= ? AND r.tenant = ? ${where} ${model.where}`,
      ...[quarter * quarterMs, tenant, ...params, ...model.params],
    ),
  );
  const calls = modelCalls(sources, { tenant, since, ...(scope && { scope }) });
  const costs = [...totals(sumOfPico("cost_pico"), model), ...calls];
  const unreported = totals("sum(runs) AS runs", { where: "AND unreported = 1", params: [] });
  return {
    spent: decimalOf(costs.reduce((sum, row) => sum + picoOfSum(row), 0n)),
    unknownRuns: count(unreported) + count(unpriced) + count(calls),
  };
}

/** What calls of models cost that are no part of a run; `runs` of them without a known cost. */
function modelCalls(sources: readonly RowSource[], { tenant, since, scope }: SpendingQuery): readonly Row[] {
  if (scope?.kind === "flow" || scope?.kind === "client") return [];
  const { where, params } =
    scope?.kind === "model" ? { where: "AND model = ?", params: [label(scope.value)] } : conditionOf(scope);
  return sources.flatMap((source) =>
    source.all(
      `SELECT ${sumOfPico("cost_pico")}, sum(uncounted) + sum(unpriced) AS runs FROM model_totals WHERE quarter >= ? AND tenant = ? ${where}`,
      ...[Math.floor(since / quarterMs), tenant, ...params],
    ),
  );
}

interface Condition {
  readonly where: string;
  readonly params: readonly string[];
}

const all: Condition = { where: "", params: [] };

function conditionOf(scope: BudgetScope | undefined): Condition {
  const value = scope?.value ?? "";
  switch (scope?.kind) {
    case undefined:
    case "model":
      return all;
    case "workspace":
      return { where: "AND workspace = ?", params: [value] };
    case "branch":
      return { where: "AND branch = ?", params: [value] };
    case "flow":
      return { where: "AND (flow_id = ? OR flow_name = ?)", params: [value, label(value)] };
    case "client":
      return { where: "AND ? = ?", params: [value, runClient] };
  }
}

/** Whether a flow may call a model, by its runs since a time: it did, or no usage of it is known. */
export function mayUseModel(sources: readonly RowSource[], { tenant, since, flowId, model }: ModelQuery): boolean {
  const sql =
    "SELECT sum(model = ?) AS used, sum(unreported = 0) AS known FROM run_totals " +
    "WHERE quarter >= ? AND tenant = ? AND flow_id = ?";
  const params = [label(model), Math.floor(since / quarterMs), tenant, flowId];
  const rows = sources.flatMap((source) => source.all(sql, ...params));
  const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  return total("used") > 0 || total("known") === 0;
}
