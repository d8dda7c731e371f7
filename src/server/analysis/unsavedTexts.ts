import type { UnsavedChanges } from "./messages.ts";

type Texts = ReadonlyMap<string, string>;

/** What a thread that knows `before` has to be sent to know `now`; nothing when it knows it. */
export function unsavedChanges(before: Texts, now: Texts): UnsavedChanges | undefined {
  const set = new Map([...now].filter(([file, text]) => before.get(file) !== text));
  const closed = [...before.keys()].filter((file) => !now.has(file));
  return set.size === 0 && closed.length === 0 ? undefined : { set, closed };
}

/** A map of its own, because a running call goes on with the texts that it started with. */
export function withChanges(before: Texts, changes: UnsavedChanges | undefined): Texts {
  if (!changes) return before;
  const now = new Map(before);
  for (const file of changes.closed) now.delete(file);
  for (const [file, text] of changes.set) now.set(file, text);
  return now;
}
