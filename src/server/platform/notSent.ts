import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What an answer spared its reader, as JSON text: `budget` is what the answer's budget cut, `taken` what a next page of a
 * cut answer gave after all, `unchanged` a text that the caller has already. Counted in tokens by the ledger, never stored.
 */
export interface NotSent {
  readonly budget: string;
  readonly taken: string;
  readonly unchanged: string;
}

type Kind = keyof NotSent;
type Collected = Record<Kind, string>;

/** More of one call is not counted: its saving is at least what is. */
const mostChars = 1024 * 1024;

const current = new AsyncLocalStorage<Collected>();

/** Does the work, and gives what its answer does not have; more may come while it goes on as a job. */
export async function collectNotSent<T>(work: () => Promise<T>): Promise<{ value: T; notSent: NotSent }> {
  const collected: Collected = { budget: "", taken: "", unchanged: "" };
  const value = await current.run(collected, work);
  return { value, notSent: collected };
}

/** Said by whoever cuts an answer. */
export function noteNotSent(kind: Kind, text: string): void {
  const collected = current.getStore();
  if (collected) add(collected, kind, text);
}

/** Items of a list, each as it would have stood in the answer. */
export function noteItemsNotSent<T>(kind: Kind, items: readonly T[], shown: (item: T) => unknown = same): void {
  const collected = current.getStore();
  if (!collected || items.length === 0) return;
  let text = "";
  for (const item of items) {
    if (text.length > mostChars) break;
    text += `${text === "" ? "[" : ","}${JSON.stringify(shown(item))}`;
  }
  add(collected, kind, `${text}]`);
}

function same(item: unknown): unknown {
  return item;
}

/** What belongs to the call now, for a job that ends in another one. */
export function notSentHere(): NotSent | undefined {
  return current.getStore();
}

function add(collected: Collected, kind: Kind, text: string): void {
  const room = mostChars - collected[kind].length;
  if (room > 0) collected[kind] += text.slice(0, room);
}

/** The answer that a job gives is that of the call which asks for it. */
export function noteAllNotSent(notSent: NotSent): void {
  for (const kind of ["budget", "taken", "unchanged"] as const) noteNotSent(kind, notSent[kind]);
}
