import { StorageError } from "./database.ts";
import type { Database } from "./database.ts";

/** A numbered change of the schema. Once it has shipped it never changes; a mistake is corrected by the next one. */
export interface Migration {
  readonly id: number;
  readonly sql: string;
}

/** Brings the schema up to date, each step in a transaction of its own. Safe when several processes start at once. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  database.exec("CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY)");
  for (const { id, sql } of migrations) {
    database.transaction(() => {
      // Asked inside the transaction: another process may have done it meanwhile.
      if (database.prepare("SELECT id FROM migrations WHERE id = ?").get(id)) return;
      database.exec(sql);
      database.prepare("INSERT INTO migrations (id) VALUES (?)").run(id);
    });
  }
  const newest = Number(database.prepare("SELECT max(id) AS id FROM migrations").get()?.["id"] ?? 0);
  const known = migrations.at(-1)?.id ?? 0;
  if (newest <= known) return;
  throw new StorageError("refused", "The store was written by a newer version of Langflow Connect.", {
    remedy: "Update Langflow Connect, or name another data folder by LFC_DATA.",
  });
}
