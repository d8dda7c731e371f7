import type { Database } from "../storage/database.ts";
import { quarterMs } from "./usageSchema.ts";

/** Calls or runs in one commit: a few milliseconds, so that calls that come in meanwhile do not wait. */
const batchRows = 2_000;

/**
 * Deletes calls and runs that began before a time; the totals keep what they add up to. Gives control back after each
 * commit. What is deleted at a time is the oldest, so that an end in between leaves nothing half.
 *
 * @returns how many rows were deleted
 */
export function* forgetRows(database: Database, before: number): Generator<number> {
  const until = Math.floor(before / quarterMs) * quarterMs;
  const keep = database.prepare("UPDATE rows_kept SET since = ? WHERE since < ?");
  const oldCalls = "SELECT id FROM calls WHERE at < ? ORDER BY at LIMIT ?";
  const oldRuns = "SELECT id FROM runs WHERE at < ? ORDER BY at LIMIT ?";
  const deleteFiles = database.prepare(`DELETE FROM call_files WHERE call_id IN (${oldCalls})`);
  const deleteCalls = database.prepare(`DELETE FROM calls WHERE id IN (${oldCalls})`);
  const deleteListings = database.prepare("DELETE FROM listings WHERE at < ?");
  const deleteModelCalls = database.prepare("DELETE FROM model_calls WHERE at < ?");
  const deleteUses = database.prepare(`DELETE FROM run_uses WHERE run_id IN (${oldRuns})`);
  const deleteRuns = database.prepare(`DELETE FROM runs WHERE id IN (${oldRuns})`);
  // First, since the triggers take back what is deleted only of rows after it.
  database.transaction(() => {
    keep.run(until, until);
    deleteListings.run(until);
    deleteModelCalls.run(until);
  });
  for (;;) {
    const deleted = database.transaction(() => {
      deleteFiles.run(until, batchRows);
      deleteUses.run(until, batchRows);
      return deleteCalls.run(until, batchRows).changes + deleteRuns.run(until, batchRows).changes;
    });
    if (deleted === 0) return;
    yield deleted;
  }
}
