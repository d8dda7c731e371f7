import { modelKeys, modelValues } from "./modelCalls.ts";
import type { RowSource } from "./report.ts";
import { callKeys, quarterMs, runKeys, savedColumns, useTotals, useValues } from "./usageSchema.ts";

/** Something that is wrong with a store, and what to do. */
export interface StoreProblem {
  readonly message: string;
  readonly remedy: string;
}

/** A part of the schema: a table, an index or a trigger. */
export interface SchemaPart {
  readonly name: string;
  readonly sql: string;
}

export const schemaQuery =
  "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%' ORDER BY name";

const damaged = "Restore a backup with `langflow-connect storage restore FILE`; the damaged store is kept beside it.";
const report = "Keep a copy with `langflow-connect storage backup FILE`, and report this with the file of `support`.";

/** Milliseconds by which two orders of adding up may differ. */
const roundingMs = 0.5;

/** What is wrong with the file itself. */
export function checkFile(store: RowSource): readonly StoreProblem[] {
  const found = store.all("PRAGMA integrity_check(10)").map((row) => String(Object.values(row)[0]));
  return found.filter((line) => line !== "ok").map((line) => ({ message: `SQLite: ${line}.`, remedy: damaged }));
}

/** The newest migration of the store; undefined when it is none of ours. */
export function migrationOf(store: RowSource): number | undefined {
  const isOurs = store.all(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name IN ('migrations', 'calls', 'runs')",
  );
  if (isOurs.length !== 3) return undefined;
  return Number(store.all("SELECT max(id) AS id FROM migrations")[0]?.["id"] ?? 0);
}

/** Parts that the schema of this migration has and the store lacks, or the reverse. */
export function checkSchema(store: RowSource, expected: readonly SchemaPart[]): readonly StoreProblem[] {
  const found = new Map(store.all(schemaQuery).map(({ name, sql }) => [String(name), oneLine(String(sql))]));
  const wanted = new Map(expected.map(({ name, sql }) => [name, oneLine(sql)]));
  const different = [...wanted].filter(([name, sql]) => found.get(name) !== sql).map(([name]) => name);
  const foreign = [...found.keys()].filter((name) => !wanted.has(name));
  return [
    ...different.map((name) => `${name} is missing or was changed`),
    ...foreign.map((name) => `${name} is not of Langflow Connect`),
  ].map((problem) => ({ message: `Schema: ${problem}.`, remedy: damaged }));
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim();
}

/** Rows and totals that do not fit each other; asked in one snapshot. */
export function checkRows(store: RowSource): readonly StoreProblem[] {
  const count = (sql: string) => Number(store.all(`SELECT count(*) AS n FROM ${sql}`)[0]?.["n"]);
  const since = Number(store.all("SELECT max(since) AS since FROM rows_kept")[0]?.["since"]);
  const orphans = [
    ["run_uses", "run", count("run_uses WHERE run_id NOT IN (SELECT id FROM runs)")],
    ["call_files", "call", count("call_files WHERE call_id NOT IN (SELECT id FROM calls)")],
    ["runs", "use", count("runs WHERE id NOT IN (SELECT run_id FROM run_uses)")],
  ] as const;
  const wrong = [
    ["call_totals", wrongTotals(store, callTotals(since))],
    ["run_totals", wrongTotals(store, runTotals(since))],
    ["model_totals", wrongTotals(store, modelTotals(since))],
  ] as const;
  return [
    ...orphans.flatMap(([table, other, rows]) =>
      rows === 0 ? [] : [{ message: `${table}: ${String(rows)} rows without a ${other}.`, remedy: report }],
    ),
    ...wrong.flatMap(([table, quarters]) => {
      const [first] = quarters;
      if (first === undefined) return [];
      const number = quarters.length === 1 ? "1 total differs" : `${String(quarters.length)} totals differ`;
      const from = new Date(first * quarterMs).toISOString();
      return [{ message: `${table}: ${number} from the rows, the first at ${from}.`, remedy: report }];
    }),
  ];
}

/** The quarters of an hour of the totals that are not what their rows add up to, in order. */
function wrongTotals(store: RowSource, sql: string): readonly number[] {
  return store.all(sql).map(({ quarter }) => Number(quarter));
}

const callValues = {
  calls: "1",
  uncounted: "input_tokens IS NULL",
  input_tokens: "coalesce(input_tokens, 0)",
  output_tokens: "coalesce(output_tokens, 0)",
  duration_ms: "duration_ms",
  ...Object.fromEntries(savedColumns.map((column) => [column, `coalesce(${column}, 0)`])),
};

function callTotals(since: number): string {
  const [, ...keys] = callKeys.split(", ");
  return differences(callKeys, {
    totals: `call_totals WHERE quarter >= ${String(since / quarterMs)}`,
    rows: `calls WHERE at >= ${String(since)}`,
    keysOfRow: [`at / ${String(quarterMs)}`, ...keys],
    figures: Object.keys(callValues),
    values: Object.values(callValues),
  });
}

function runTotals(since: number): string {
  const of: Readonly<Record<string, string>> = {
    quarter: `r.at / ${String(quarterMs)}`,
    component: "used.component",
    model: "used.model",
    unreported: "r.unreported IS NOT NULL",
  };
  return differences(runKeys, {
    totals: `run_totals WHERE quarter >= ${String(since / quarterMs)}`,
    rows: `run_uses used JOIN runs r ON r.id = used.run_id WHERE r.at >= ${String(since)}`,
    keysOfRow: runKeys.split(", ").map((key) => of[key] ?? `r.${key}`),
    figures: useTotals,
    values: useValues("used"),
  });
}

function modelTotals(since: number): string {
  const [, ...keys] = modelKeys.split(", ");
  const values = modelValues("model_calls");
  return differences(modelKeys, {
    totals: `model_totals WHERE quarter >= ${String(since / quarterMs)}`,
    rows: `model_calls WHERE at >= ${String(since)}`,
    keysOfRow: [`at / ${String(quarterMs)}`, ...keys],
    figures: Object.keys(values),
    values: Object.values(values),
  });
}

interface Sides {
  readonly totals: string;
  readonly rows: string;
  readonly keysOfRow: readonly string[];
  readonly figures: readonly string[];
  readonly values: readonly string[];
}

/** Totals minus what their rows add up to, where that is not 0. */
function differences(keys: string, { totals, rows, keysOfRow, figures, values }: Sides): string {
  const isWrong = figures.map(
    (figure) => `abs(sum(${figure})) > ${figure === "duration_ms" ? String(roundingMs) : "0"}`,
  );
  return `
    SELECT quarter FROM (
      SELECT ${keys}, ${figures.join(", ")} FROM ${totals}
      UNION ALL
      SELECT ${keysOfRow.join(", ")}, ${values.map((value) => `-(${value})`).join(", ")} FROM ${rows}
    ) GROUP BY ${keys} HAVING ${isWrong.join(" OR ")} ORDER BY quarter`;
}
