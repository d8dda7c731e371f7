import { fieldsOf, textOf } from "./fields.ts";

/** Part of a text, as offsets. */
export interface NodeRange {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** An object or a list that the text has begun. */
interface Opened {
  readonly start: number;
  readonly isList: boolean;
  /** The member or the item that is being read. */
  key: string | number;
}

/** Where the nodes of a flow stand in its text. None where the text is no JSON. */
export function nodeRanges(text: string): readonly NodeRange[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return [];
  }
  const nodes = fieldsOf(fieldsOf(file)["data"])["nodes"];
  if (!Array.isArray(nodes)) return [];
  return [...itemRanges(text)].flatMap(([index, range]) => {
    const id = textOf(fieldsOf(nodes[index])["id"]);
    return id === "" ? [] : [{ id, ...range }];
  });
}

/** The objects of the list data.nodes, by their indexes. The text is valid JSON. */
function itemRanges(text: string): ReadonlyMap<number, Omit<NodeRange, "id">> {
  const ranges = new Map<number, Omit<NodeRange, "id">>();
  const open: Opened[] = [];
  const signs = /["[\]{},:]/g;
  let lastText = "";
  for (let found = signs.exec(text); found; found = signs.exec(text)) {
    const [sign] = found;
    const at = found.index;
    const inner = open.at(-1);
    if (sign === '"') {
      signs.lastIndex = endOfText(text, at);
      // Members further down are of no interest.
      if (open.length <= 2) lastText = text.slice(at + 1, signs.lastIndex - 1);
    } else if (sign === "{" || sign === "[") open.push({ start: at, isList: sign === "[", key: sign === "[" ? 0 : "" });
    else if (sign === ":") {
      if (inner) inner.key = lastText;
    } else if (sign === ",") {
      if (typeof inner?.key === "number") inner.key++;
    } else {
      open.pop();
      const [top, data, nodes] = open;
      const isNode = open.length === 3 && top?.key === "data" && data?.key === "nodes" && sign === "}";
      if (isNode && typeof nodes?.key === "number") ranges.set(nodes.key, { start: inner?.start ?? at, end: at + 1 });
    }
  }
  return ranges;
}

/** Behind the closing quote. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text[first - 1] === "\\") first--;
    if ((at - first) % 2 === 0) return at + 1;
  }
  return text.length;
}
