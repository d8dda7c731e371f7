import type { SqlValue } from "../storage/database.ts";
import type { RowSource } from "./report.ts";
import { quarterMs } from "./usageSchema.ts";

interface Target extends RowSource {
  exec(sql: string): void;
  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): void;
}

/** Runs before their uses, which the totals are made of. */
const rowTables = ["calls", "call_files", "listings", "model_calls", "runs", "run_uses"] as const;
/** Those that differ between two rows of one id. */
const memoryColumns = ["text", "tags", "client", "call_id", "renewed", "expires", "forgotten"];
const sinceOf = "SELECT max(since) AS since FROM rows_kept";

/**
 * Adds what another process wrote to a store of its own. Rows bring their totals by the triggers; of the time of which
 * the other store has only totals, those are added.
 */
export function mergeStore(into: Target, from: RowSource): void {
  const since = Number(from.all(sinceOf)[0]?.["since"]);
  into.exec("BEGIN");
  for (const table of rowTables) {
    const at = table === "run_uses" ? "(SELECT at FROM runs WHERE id = run_id)" : "at";
    insert(into, table, { rows: from.all(`SELECT * FROM ${table} WHERE ${at} >= ?`, since), word: "INSERT OR IGNORE" });
  }
  for (const table of ["call_totals", "run_totals", "model_totals"]) {
    const columns = into.all(`PRAGMA table_info(${table})`);
    const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
    const figures = columns.filter(({ pk }) => pk === 0).map(({ name }) => String(name));
    insert(into, table, {
      rows: from.all(`SELECT * FROM ${table} WHERE quarter < ?`, since / quarterMs),
      word: "INSERT",
      rest: `ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${figures.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`,
    });
  }
  insert(into, "memories", {
    rows: from.all("SELECT * FROM memories"),
    word: "INSERT",
    rest: `ON CONFLICT (id) DO UPDATE SET ${memoryColumns.map((name) => `${name} = excluded.${name}`).join(", ")} WHERE excluded.renewed >= renewed`,
  });
  into.exec(`UPDATE rows_kept SET since = max(since, ${String(since)})`);
  into.exec("COMMIT");
}

interface Insertion {
  readonly rows: ReturnType<RowSource["all"]>;
  readonly word: "INSERT" | "INSERT OR IGNORE";
  readonly rest?: string;
}

function insert(into: Target, table: string, { rows, word, rest = "" }: Insertion): void {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const sql = `${word} INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) ${rest}`;
  into.runMany(
    sql,
    rows.map((row) => columns.map((column) => row[column] ?? null)),
  );
}
