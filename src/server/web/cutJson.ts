import { countTokens } from "../platform/tokens.ts";

/** Something that was left out of a JSON value, at its path. */
export interface Omitted {
  readonly path: string;
  /** Items of an array, names of an object, or characters of a text; of all the paths where `[*]` stands for many. */
  readonly left: number;
}

export interface CutJson {
  readonly value: unknown;
  readonly omitted: Omitted[];
}

const mostOmitted = 20;
/** Deeper values are left out: nobody reads them, and to walk them takes the stack. */
const maxDepth = 100;

/**
 * The value in at most so many tokens: of every array the first items, the same number of each, and of long texts the
 * beginning. The number is the largest that fits.
 * @param path of the value, for what is left out
 */
export async function cutJson(value: unknown, tokens: number, path = ""): Promise<CutJson> {
  const cutAt = (items: number) => cutTo(value, path, items);
  const whole = cutAt(Number.MAX_SAFE_INTEGER);
  if (await fits(whole, tokens)) return whole;
  let best = cutAt(0);
  let [low, high] = [0, longest(value, 0)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const cut = cutAt(middle);
    if (await fits(cut, tokens)) [low, best] = [middle, cut];
    else high = middle - 1;
  }
  return best;
}

/** A token stands for at most 128 characters, so a very long text need not be counted. */
async function fits(cut: CutJson, tokens: number): Promise<boolean> {
  const text = JSON.stringify([cut.value, cut.omitted]);
  return text.length <= tokens * 128 && (await countTokens(text)) <= tokens;
}

function longest(value: unknown, depth: number): number {
  if (typeof value === "string") return Math.ceil(value.length / textPerItem);
  if (typeof value !== "object" || value === null || depth > maxDepth) return 0;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.reduce<number>((most, part) => Math.max(most, longest(part, depth + 1)), parts.length);
}

/** A long text is cut as an array of pieces of this length would be. */
const textPerItem = 40;
/** Names of an object say what there is: more of them stay than items of an array. */
const namesPerItem = 4;
const leastNames = 8;

function cutTo(value: unknown, root: string, items: number): CutJson {
  const omitted = new Map<string, { path: string; left: number; times: number }>();

  function note(path: string, general: string, left: number): void {
    const known = omitted.get(general);
    omitted.set(general, { path, left: left + (known?.left ?? 0), times: (known?.times ?? 0) + 1 });
  }

  function cut(part: unknown, path: string, general: string, depth: number): unknown {
    if (typeof part === "string") {
      const most = Math.max(items * textPerItem, textPerItem);
      if (part.length <= most) return part;
      const end = /[\uD800-\uDBFF]/.test(part.charAt(most - 1)) ? most - 1 : most;
      note(path, general, part.length - end);
      return `${part.slice(0, end)}…`;
    }
    if (typeof part !== "object" || part === null) return part;
    const mostItems = depth > maxDepth ? 0 : items;
    if (Array.isArray(part)) {
      const kept = part.slice(0, mostItems);
      if (kept.length < part.length) note(path, general, part.length - kept.length);
      return kept.map((item, at) => cut(item, `${path}[${String(at)}]`, `${general}[*]`, depth + 1));
    }
    const entries = Object.entries(part);
    const kept = entries.slice(0, depth > maxDepth ? 0 : Math.max(mostItems * namesPerItem, leastNames));
    if (kept.length < entries.length) note(path, general, entries.length - kept.length);
    return Object.fromEntries(
      kept.map(([name, item]) => [name, cut(item, withName(path, name), withName(general, name), depth + 1)]),
    );
  }

  const shown = cut(value, root, root, 0);
  const all = [...omitted].map(([general, { path, left, times }]) => ({ path: times === 1 ? path : general, left }));
  return { value: shown, omitted: all.slice(0, mostOmitted) };
}

function withName(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
