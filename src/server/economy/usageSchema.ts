import type { Migration } from "../storage/migrate.ts";

/** Length of the time that totals are kept for: local days and hours of every time zone begin with one. */
export const quarterMs = 15 * 60_000;

const quarterOf = (at: string) => `${at} / ${String(quarterMs)}`;

export const callKeys = "quarter, tenant, workspace, tool, client, outcome, branch, commit_id";
export const runKeys =
  "quarter, tenant, workspace, flow_id, flow_name, outcome, branch, commit_id, component, model, unreported";

/** The same keys, those first that are asked for by time most: a report in the order of a table needs no sorting. */
const callOrder = "tenant, quarter, tool, client, workspace, outcome, branch, commit_id";
const runOrder =
  "tenant, quarter, model, flow_name, workspace, flow_id, outcome, branch, commit_id, component, unreported";

const tokenKinds = ["cache_read", "cache_write", "reasoning", "audio"] as const;
/** Columns that a row of `run_totals` adds up; by how many uses reported a kind of tokens, 0 differs from not reported. */
export const useTotals = [
  ...["uses", "runs", "runs_by_model", "runs_by_component", "duration_ms", "unpriced", "input_tokens"],
  ...["output_tokens", "cost_pico", ...tokenKinds.flatMap((kind) => [`${kind}_tokens`, `${kind}_reported`])],
];

/** The same of one use, joined with its run as `r`. */
export function useValues(row: "old" | "new" | "used"): readonly string[] {
  const of = (column: string) => `${row}.${column}`;
  return [
    ...["1", of("first_of_run"), of("first_of_model"), of("first_of_component")],
    `r.duration_ms * ${of("first_of_run")}`,
    `${of("model")} <> '' AND ${of("cost_pico")} IS NULL`,
    ...["input_tokens", "output_tokens", "cost_pico"].map((column) => `coalesce(${of(column)}, 0)`),
    ...tokenKinds.flatMap((kind) => [`coalesce(${of(`${kind}_tokens`)}, 0)`, `${of(`${kind}_tokens`)} IS NOT NULL`]),
  ];
}

const addUse = `
  INSERT INTO run_totals (${runKeys}, ${useTotals.join(", ")})
  SELECT ${quarterOf("r.at")}, r.tenant, r.workspace, r.flow_id, r.flow_name, r.outcome, r.branch, r.commit_id,
    new.component, new.model, r.unreported IS NOT NULL, ${useValues("new").join(", ")}
  FROM runs r WHERE r.id = new.run_id
  ON CONFLICT (${runKeys}) DO UPDATE SET ${useTotals.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(", ")};`;

const sameTotal = (row: "old" | "new") =>
  `run_totals.quarter = ${quarterOf("r.at")} AND run_totals.tenant = r.tenant AND run_totals.workspace = r.workspace AND ` +
  "run_totals.flow_id = r.flow_id AND run_totals.flow_name = r.flow_name AND run_totals.outcome = r.outcome AND " +
  "run_totals.branch = r.branch AND run_totals.commit_id = r.commit_id AND " +
  `run_totals.component = ${row}.component AND run_totals.model = ${row}.model AND run_totals.unreported = (r.unreported IS NOT NULL)`;

/** Columns of `calls` that a row of `call_totals` adds up too, since the migration of the savings. */
export const savedColumns = ["saved_by_budget", "saved_by_unchanged"] as const;

const addCalls = (row: "call" | "new", from: string, more: readonly string[] = []) => `
  INSERT INTO call_totals (${[callKeys, "calls, uncounted, input_tokens, output_tokens, duration_ms", ...more].join(", ")})
  SELECT ${quarterOf(`${row}.at`)}, ${["tenant", "workspace", "tool", "client", "outcome", "branch", "commit_id"]
    .map((column) => `${row}.${column}`)
    .join(", ")},
    1, ${row}.input_tokens IS NULL, coalesce(${row}.input_tokens, 0), ${[`coalesce(${row}.output_tokens, 0), ${row}.duration_ms`, ...more.map((column) => `coalesce(${row}.${column}, 0)`)].join(", ")}
  ${from} WHERE true
  ON CONFLICT (${callKeys}) DO UPDATE SET calls = calls + excluded.calls, uncounted = uncounted + excluded.uncounted,
    input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
    ${["duration_ms", ...more].map((column) => `${column} = ${column} + excluded.${column}`).join(", ")};`;

/**
 * What each component of a run used of each model, the files that calls were about, and totals of every quarter of an
 * hour, which triggers keep: they cannot differ from the rows, and stay when rows are deleted for their age.
 *
 * A run without a known use has one use without a model. Added up, `first_of_…` says how many runs there are by model,
 * by component, or in all: a run of two models is one run.
 */
export const usageMigration: Migration = {
  id: 4,
  sql: `
    ALTER TABLE calls ADD COLUMN branch TEXT NOT NULL DEFAULT '';
    ALTER TABLE calls ADD COLUMN commit_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE calls ADD COLUMN run_id TEXT;
    ALTER TABLE runs ADD COLUMN branch TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN commit_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN trace_id TEXT;
    ALTER TABLE runs ADD COLUMN session_id TEXT;
    CREATE INDEX calls_run ON calls (run_id) WHERE run_id IS NOT NULL;
    CREATE INDEX runs_trace ON runs (trace_id) WHERE trace_id IS NOT NULL;
    CREATE INDEX runs_of_others ON runs (server, at) WHERE session_id IS NOT NULL;
    CREATE INDEX runs_session ON runs (session_id) WHERE session_id IS NOT NULL;

    CREATE TABLE run_uses (
      run_id TEXT NOT NULL, component TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
      cache_read_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER, audio_tokens INTEGER,
      cost_pico INTEGER, price_date TEXT NOT NULL, first_of_run INTEGER NOT NULL, first_of_model INTEGER NOT NULL,
      first_of_component INTEGER NOT NULL, PRIMARY KEY (run_id, component, model)
    ) WITHOUT ROWID;
    CREATE INDEX run_uses_unpriced ON run_uses (run_id) WHERE cost_pico IS NULL AND model <> '';
    CREATE TABLE call_files (
      call_id TEXT NOT NULL, path TEXT NOT NULL, weight INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (call_id, path)
    ) WITHOUT ROWID;
    CREATE INDEX call_files_at ON call_files (at);
    CREATE TABLE rows_kept (since INTEGER NOT NULL);
    INSERT INTO rows_kept VALUES (0);

    CREATE TABLE call_totals (
      quarter INTEGER NOT NULL, tenant TEXT NOT NULL, workspace TEXT NOT NULL, tool TEXT NOT NULL, client TEXT NOT NULL,
      outcome TEXT NOT NULL, branch TEXT NOT NULL, commit_id TEXT NOT NULL, calls INTEGER NOT NULL,
      uncounted INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, duration_ms REAL NOT NULL,
      PRIMARY KEY (${callOrder})
    ) WITHOUT ROWID;
    CREATE TABLE run_totals (
      quarter INTEGER NOT NULL, tenant TEXT NOT NULL, workspace TEXT NOT NULL, flow_id TEXT NOT NULL,
      flow_name TEXT NOT NULL, outcome TEXT NOT NULL, branch TEXT NOT NULL, commit_id TEXT NOT NULL,
      component TEXT NOT NULL, model TEXT NOT NULL, unreported INTEGER NOT NULL,
      ${useTotals.map((sum) => `${sum} ${sum === "duration_ms" ? "REAL" : "INTEGER"} NOT NULL`).join(", ")},
      PRIMARY KEY (${runOrder})
    ) WITHOUT ROWID;

    CREATE TRIGGER call_added AFTER INSERT ON calls BEGIN ${addCalls("new", "")} END;
    CREATE TRIGGER call_counted AFTER UPDATE OF input_tokens, output_tokens ON calls BEGIN
      UPDATE call_totals SET uncounted = uncounted - (old.input_tokens IS NULL) + (new.input_tokens IS NULL),
        input_tokens = input_tokens - coalesce(old.input_tokens, 0) + coalesce(new.input_tokens, 0),
        output_tokens = output_tokens - coalesce(old.output_tokens, 0) + coalesce(new.output_tokens, 0)
      WHERE quarter = ${quarterOf("new.at")} AND tenant = new.tenant AND workspace = new.workspace AND tool = new.tool AND
        client = new.client AND outcome = new.outcome AND branch = new.branch AND commit_id = new.commit_id;
    END;
    CREATE TRIGGER use_added AFTER INSERT ON run_uses BEGIN ${addUse} END;
    CREATE TRIGGER use_taken_back AFTER DELETE ON run_uses
    WHEN (SELECT at FROM runs WHERE id = old.run_id) >= (SELECT since FROM rows_kept) BEGIN
      UPDATE run_totals SET ${useTotals.map((sum, index) => `${sum} = run_totals.${sum} - (${useValues("old")[index] ?? ""})`).join(", ")}
      FROM runs r WHERE r.id = old.run_id AND ${sameTotal("old")};
      DELETE FROM run_totals WHERE uses = 0 AND tenant = (SELECT tenant FROM runs WHERE id = old.run_id) AND quarter = (SELECT ${quarterOf("at")} FROM runs WHERE id = old.run_id);
    END;
    CREATE TRIGGER use_priced AFTER UPDATE OF cost_pico ON run_uses BEGIN
      UPDATE run_totals SET cost_pico = run_totals.cost_pico - coalesce(old.cost_pico, 0) + coalesce(new.cost_pico, 0),
        unpriced = run_totals.unpriced - (old.model <> '' AND old.cost_pico IS NULL) + (new.model <> '' AND new.cost_pico IS NULL)
      FROM runs r WHERE r.id = new.run_id AND ${sameTotal("new")};
    END;

    ${addCalls("call", "FROM calls call")}
    INSERT INTO run_uses
      SELECT run_id, '', model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
        audio_tokens, cost_pico, price_date, row_number() OVER (PARTITION BY run_id ORDER BY model) = 1, 1,
        row_number() OVER (PARTITION BY run_id ORDER BY model) = 1
      FROM run_models WHERE run_id IN (SELECT id FROM runs);
    INSERT INTO run_uses (run_id, component, model, price_date, first_of_run, first_of_model, first_of_component)
      SELECT id, '', '', '', 1, 1, 1 FROM runs WHERE id NOT IN (SELECT run_id FROM run_models);
    DROP TABLE run_models;
  `,
};

/** What answers spared their readers; NULL of calls that were made before, or are not counted. */
export const savingsMigration: Migration = {
  id: 7,
  sql: `
    ${savedColumns.map((column) => `ALTER TABLE calls ADD COLUMN ${column} INTEGER;`).join("\n    ")}
    ${savedColumns.map((column) => `ALTER TABLE call_totals ADD COLUMN ${column} INTEGER NOT NULL DEFAULT 0;`).join("\n    ")}
    CREATE TRIGGER call_saved AFTER UPDATE OF ${savedColumns.join(", ")} ON calls BEGIN
      UPDATE call_totals SET ${savedColumns.map((column) => `${column} = ${column} - coalesce(old.${column}, 0) + coalesce(new.${column}, 0)`).join(", ")}
      WHERE quarter = ${quarterOf("new.at")} AND tenant = new.tenant AND workspace = new.workspace AND tool = new.tool AND
        client = new.client AND outcome = new.outcome AND branch = new.branch AND commit_id = new.commit_id;
    END;
    DROP TRIGGER call_added;
    CREATE TRIGGER call_added AFTER INSERT ON calls BEGIN ${addCalls("new", "", savedColumns)} END;
  `,
};
