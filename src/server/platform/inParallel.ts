/** Enough to share the syncs of a disk; each may have a file open. */
const lanes = 16;

/**
 * Does the work for every item, several at a time; the results are in the order of the items. After a failure nothing
 * further is begun, and the error comes only when what was under way has ended, so that whoever cleans up meets nothing
 * that is still being written.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const left = items.entries();
  const results: R[] = [];
  const failures: unknown[] = [];
  async function lane(): Promise<void> {
    for (const [index, item] of left) {
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
