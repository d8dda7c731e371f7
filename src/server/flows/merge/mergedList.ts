import { isFields } from "../files/flowFile.ts";
import type { Three } from "./conflict.ts";

type Lists = Three<readonly unknown[]>;

/**
 * Merges lists whose items have an id or a name of their own, item by item. Undefined when the items of a list have none, or
 * two have the same.
 */
export function mergedList(
  lists: Lists,
  merge: (item: Three<unknown>, key: string) => unknown,
): readonly unknown[] | undefined {
  const keyed = byKey(lists, "id") ?? byKey(lists, "name");
  if (!keyed) return undefined;
  const { base, mine, theirs } = keyed;
  const merged = orderOf({ base: [...base.keys()], mine: [...mine.keys()], theirs: [...theirs.keys()] }).map((key) =>
    merge({ base: base.get(key), mine: mine.get(key), theirs: theirs.get(key) }, key),
  );
  return merged.filter((item) => item !== undefined);
}

function byKey({ base, mine, theirs }: Lists, name: string): Three<ReadonlyMap<string, unknown>> | undefined {
  const [was, here, there] = [base, mine, theirs].map((list) => {
    const keys = list.map((item) => (isFields(item) ? item[name] : undefined));
    const map = new Map(keys.flatMap((key, index) => (typeof key === "string" ? [[key, list[index]] as const] : [])));
    return map.size === list.length ? map : undefined;
  });
  return was && here && there ? { base: was, mine: here, theirs: there } : undefined;
}

/** All keys: in the order of the side that changed the order, and those of the other side after their neighbours. */
function orderOf({ base, mine, theirs }: Three<readonly string[]>): readonly string[] {
  const isKept = isSameOrder(base, mine);
  const order = [...(isKept ? theirs : mine)];
  const known = new Set(order);
  let at = -1;
  for (const key of isKept ? mine : theirs) {
    if (known.has(key)) at = order.indexOf(key);
    else order.splice(++at, 0, key);
  }
  return order;
}

function isSameOrder(base: readonly string[], mine: readonly string[]): boolean {
  const [was, is] = [new Set(base), new Set(mine)];
  const before = base.filter((key) => is.has(key));
  return mine.filter((key) => was.has(key)).every((key, index) => key === before[index]);
}
