import { noteItemsNotSent } from "../../platform/notSent.ts";
import { countTokens } from "../../platform/tokens.ts";

type Lists = Readonly<Record<string, readonly unknown[]>>;

export interface FitRequest<L extends Lists> {
  /** Fields that are always whole. */
  readonly around: object;
  /** In order of importance; each list's best items first. */
  readonly lists: L;
  readonly maxTokens: number;
}

/**
 * Cuts several lists to one budget: an item of each in turn, so that none crowds the others out. `left` names the lists
 * that were cut, with how many of their items are missing.
 */
export async function fitLists<L extends Lists>(
  request: FitRequest<L>,
): Promise<{ lists: L; left: Record<string, number> }> {
  const { around, lists, maxTokens } = request;
  const open = new Map(Object.entries(lists).map(([name, items]) => [name, { items, taken: 0 }]));
  const all = [...open];
  // The names of the lists and of `left` are paid for ahead.
  let tokens = (await countTokens(JSON.stringify(around))) + 12 * open.size + 10;
  while (open.size > 0) {
    for (const [name, list] of open) {
      const cost = list.taken < list.items.length ? await costOf(list.items[list.taken]) : Infinity;
      if (tokens + cost > maxTokens) {
        open.delete(name);
        continue;
      }
      tokens += cost;
      list.taken++;
    }
  }
  const cut = all.map(([name, { items, taken }]) => [name, items.slice(0, taken)] as const);
  const left: Record<string, number> = {};
  for (const [name, { items, taken }] of all) {
    if (taken === items.length) continue;
    left[name] = items.length - taken;
    noteItemsNotSent("budget", items.slice(taken));
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the same lists, only shorter
  return { lists: Object.fromEntries(cut) as unknown as L, left };
}

async function costOf(item: unknown): Promise<number> {
  return (await countTokens(JSON.stringify(item))) + 1;
}
