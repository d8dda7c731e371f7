import type { Migration } from "../storage/migrate.ts";

/**
 * Times are milliseconds since 1970. `workspace` is the hash of the roots, empty for the scope user; `flow` is empty for the
 * other scopes. An id is made of tenant, scope and text, so that equal texts are one row in every store. A forgotten row
 * stands for one that is in the store of another process.
 */
export const memoryMigration: Migration = {
  id: 5,
  sql: `
    CREATE TABLE memories (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, principal TEXT NOT NULL, workspace TEXT NOT NULL, flow TEXT NOT NULL,
      text TEXT NOT NULL, tags TEXT NOT NULL, client TEXT NOT NULL, call_id TEXT NOT NULL, created INTEGER NOT NULL,
      renewed INTEGER NOT NULL, expires INTEGER, forgotten INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX memories_seen ON memories (tenant, workspace, flow);
    CREATE INDEX memories_expiring ON memories (expires) WHERE expires IS NOT NULL;
  `,
};
