import { createHmac, randomBytes } from "node:crypto";
import { readKept, sweepTemporaries, writePrivate } from "../platform/dataFolder.ts";
import type { Migration } from "../storage/migrate.ts";

/** Says of two calls whether tool, arguments and answer are the same, and nothing else of them without the key. */
export type AnswerHash = (tool: string, inputText: string, outputText: string) => number;

/** 48 bits: an exact number in every engine. */
const hashBytes = 6;
const keyBytes = 32;

/** The key is no part of the ledger, so that a copy of the ledger cannot be used to guess texts. */
export async function openAnswerHash(file: string): Promise<AnswerHash> {
  // It is written once: nothing else would remove what a kill in the middle of that left.
  await sweepTemporaries(file);
  if ((await readKept(file)) === undefined) await writePrivate(file, `${randomBytes(keyBytes).toString("hex")}\n`);
  // Another process may have written at the same moment: the file decides.
  const key = (await readKept(file)) ?? "";
  return (tool, inputText, outputText) => {
    const hmac = createHmac("sha256", key)
      .update(JSON.stringify([tool, inputText]))
      .update(outputText);
    return hmac.digest().readUIntBE(0, hashBytes);
  };
}

/** What optimizations are worked out from: repeated answers, and what the lists of tools cost that clients ask for. */
export const optimizationMigration: Migration = {
  id: 6,
  sql: `
    ALTER TABLE calls ADD COLUMN answer_hash INTEGER;
    CREATE TABLE listings (
      id TEXT PRIMARY KEY, at INTEGER NOT NULL, tenant TEXT NOT NULL, client TEXT NOT NULL, tools INTEGER NOT NULL,
      tokens INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX listings_at ON listings (at);
  `,
};
