import type { Activity } from "./status.ts";

/** The newest first. A run is recorded again once its usage is known: it then stands instead of what was known before. */
export function addActivity(list: readonly Activity[], added: Activity): readonly Activity[] {
  const others = list.filter(({ id }) => id !== added.id);
  const at = others.findIndex(({ startedAt }) => startedAt <= added.startedAt);
  return others.toSpliced(at === -1 ? others.length : at, 0, added);
}

/** Two lists, each the newest first; an entry of both is as the second has it. */
export function mergeActivities(one: readonly Activity[], two: readonly Activity[]): readonly Activity[] {
  const entries = new Map([...one, ...two].map((activity) => [activity.id, activity]));
  return [...entries.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}
