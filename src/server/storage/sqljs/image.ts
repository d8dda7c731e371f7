import { readFileSync, writeFileSync } from "node:fs";
import type { Row, SqlValue } from "../database.ts";
import { loadSqljs } from "../open.ts";
import { allOf } from "./engine.ts";

/** A database in memory, made of a file or empty. */
export interface ImageDatabase {
  exec(sql: string): void;
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** For each row. */
  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): void;
}

/** Changes a file that nobody else has open, or looks at an empty database. */
export async function editImage<T>(
  { file, wasm }: { readonly file?: string; readonly wasm: string },
  work: (database: ImageDatabase) => T,
): Promise<T> {
  const sqljs = await loadSqljs(wasm);
  const sql = new sqljs.Database(file === undefined ? undefined : readFileSync(file));
  try {
    const result = work({
      exec: (text) => void sql.exec(text),
      all: (text, ...params) => allOf(sql, text, params),
      runMany(text, rows) {
        const statement = sql.prepare(text);
        try {
          for (const row of rows) statement.run([...row]);
        } finally {
          statement.free();
        }
      },
    });
    if (file !== undefined) writeFileSync(file, sql.export());
    return result;
  } finally {
    sql.close();
  }
}
