/** Ids of flows that were deleted together. */
export type Deletion = readonly string[];

/**
 * Takes the deletion of these ids out of a window's deletions; without ids, the last one. What was brought back of it
 * before is not in it any more.
 */
export function takeDeletion(deletions: Deletion[], ids: unknown): Deletion | undefined {
  if (!Array.isArray(ids)) return deletions.pop();
  const at = deletions.findIndex((deletion) => deletion.every((id) => ids.includes(id)));
  return at === -1 ? undefined : deletions.splice(at, 1)[0];
}
