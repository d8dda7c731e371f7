import type { Migration } from "../storage/migrate.ts";
import { quarterMs } from "./usageSchema.ts";

// Calls of models that are no part of a flow run: requests for embeddings, and what tools ask of the model that the user set.

const keys = ["tenant", "workspace", "model", "branch", "commit_id"] as const;

/** What identifies a row of `model_totals`. */
export const modelKeys = ["quarter", ...keys].join(", ");

/** What a row of `model_totals` adds up, of one row of `model_calls`. */
export const modelValues = (row: "new" | "model_calls") => ({
  calls: "1",
  uncounted: `${row}.input_tokens IS NULL`,
  // A call without known tokens lacks no price.
  unpriced: `${row}.input_tokens IS NOT NULL AND ${row}.cost_pico IS NULL`,
  input_tokens: `coalesce(${row}.input_tokens, 0)`,
  output_tokens: `coalesce(${row}.output_tokens, 0)`,
  cost_pico: `coalesce(${row}.cost_pico, 0)`,
});

const values = modelValues("new");

/** What the table had first. */
const inputOnly = Object.entries(values).filter(([figure]) => figure !== "output_tokens");

export const modelCallsMigration: Migration = {
  id: 8,
  sql: `
    CREATE TABLE model_calls (
      id TEXT PRIMARY KEY, at INTEGER NOT NULL, workspace TEXT NOT NULL, principal TEXT NOT NULL, tenant TEXT NOT NULL,
      branch TEXT NOT NULL, commit_id TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER, cost_pico INTEGER,
      price_date TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX model_calls_at ON model_calls (at);
    CREATE TABLE model_totals (
      quarter INTEGER NOT NULL, ${keys.map((key) => `${key} TEXT NOT NULL`).join(", ")},
      ${inputOnly.map(([figure]) => `${figure} INTEGER NOT NULL`).join(", ")},
      PRIMARY KEY (tenant, quarter, model, workspace, branch, commit_id)
    ) WITHOUT ROWID;
    ${addingTrigger(inputOnly)}
    CREATE TRIGGER model_call_priced AFTER UPDATE OF cost_pico ON model_calls WHEN old.cost_pico IS NULL BEGIN
      UPDATE model_totals SET cost_pico = cost_pico + new.cost_pico, unpriced = unpriced - 1
      WHERE quarter = new.at / ${String(quarterMs)} AND ${keys.map((key) => `${key} = new.${key}`).join(" AND ")};
    END;
  `,
};

/** Models that write have tokens of their answers too. */
export const modelOutputMigration: Migration = {
  id: 9,
  sql: `
    ALTER TABLE model_calls ADD COLUMN output_tokens INTEGER;
    ALTER TABLE model_totals ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;
    DROP TRIGGER model_call_added;
    ${addingTrigger(Object.entries(values))}
  `,
};

function addingTrigger(figures: readonly (readonly [name: string, value: string])[]): string {
  const names = figures.map(([name]) => name);
  return `
    CREATE TRIGGER model_call_added AFTER INSERT ON model_calls BEGIN
      INSERT INTO model_totals (${modelKeys}, ${names.join(", ")})
      VALUES (new.at / ${String(quarterMs)}, ${keys.map((key) => `new.${key}`).join(", ")}, ${figures.map(([, value]) => value).join(", ")})
      ON CONFLICT (${modelKeys}) DO UPDATE SET ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")};
    END;`;
}
