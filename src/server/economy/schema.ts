import { optimizationMigration } from "./answerHash.ts";
import { callFigures } from "./callFigures.ts";
import { modelCallsMigration, modelOutputMigration } from "./modelCalls.ts";
import { memoryMigration } from "../memory/schema.ts";
import type { Migration } from "../storage/migrate.ts";
import { savingsMigration, usageMigration } from "./usageSchema.ts";

/** Times are milliseconds since 1970. NULL tokens are not counted or not reported, NULL costs are unknown: neither is ever 0. */
export const ledgerMigrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
      CREATE TABLE calls (
        id TEXT PRIMARY KEY, at INTEGER NOT NULL, duration_ms REAL NOT NULL, workspace TEXT NOT NULL,
        tool TEXT NOT NULL, face TEXT NOT NULL, client TEXT NOT NULL, outcome TEXT NOT NULL,
        input_bytes INTEGER NOT NULL, output_bytes INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER
      ) WITHOUT ROWID;
      CREATE INDEX calls_at ON calls (at);
      CREATE TABLE runs (
        id TEXT PRIMARY KEY, at INTEGER NOT NULL, duration_ms REAL NOT NULL, workspace TEXT NOT NULL,
        flow_id TEXT NOT NULL, flow_name TEXT NOT NULL, server TEXT NOT NULL, outcome TEXT NOT NULL,
        unreported TEXT
      ) WITHOUT ROWID;
      CREATE INDEX runs_at ON runs (at);
      CREATE TABLE run_models (
        run_id TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
        cost REAL, price_date TEXT NOT NULL, PRIMARY KEY (run_id, model)
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 2,
    sql: `
      ALTER TABLE calls ADD COLUMN principal TEXT NOT NULL DEFAULT 'local';
      ALTER TABLE calls ADD COLUMN tenant TEXT NOT NULL DEFAULT 'local';
      ALTER TABLE runs ADD COLUMN principal TEXT NOT NULL DEFAULT 'local';
      ALTER TABLE runs ADD COLUMN tenant TEXT NOT NULL DEFAULT 'local';
    `,
  },
  {
    // Money in 10^-12 US dollars; `cost`, in floating point, is no longer used.
    id: 3,
    sql: `
      ALTER TABLE run_models ADD COLUMN cost_pico INTEGER;
      ALTER TABLE run_models ADD COLUMN cache_read_tokens INTEGER;
      ALTER TABLE run_models ADD COLUMN cache_write_tokens INTEGER;
      ALTER TABLE run_models ADD COLUMN reasoning_tokens INTEGER;
      ALTER TABLE run_models ADD COLUMN audio_tokens INTEGER;
      UPDATE run_models SET cost_pico = CAST(round(cost * 1e12) AS INTEGER) WHERE cost IS NOT NULL;
    `,
  },
  usageMigration,
  memoryMigration,
  optimizationMigration,
  savingsMigration,
  modelCallsMigration,
  modelOutputMigration,
  ...callFigures.flatMap(({ migration }) => migration ?? []),
];
