// Where in the text of a JSON file something stands. The text is valid JSON: whoever asks has parsed it.

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

type Path = readonly (string | number)[];

/** What is looked for below a value, by member or index. */
interface Wanted {
  readonly below: Map<string | number, Wanted>;
  range?: TextRange;
}

/**
 * For each path a range to point at: a plain value itself, the name of a member whose value is an object or a list, and
 * the first character of an object in a list. Of a path that the file lacks, what there is of it.
 */
export function positionsIn(text: string, paths: readonly Path[]): TextRange[] {
  const top: Wanted = { below: new Map() };
  for (const path of paths) want(top, path);
  readValue(text, skipSpace(text, 0), top);
  return paths.map((path) => rangeIn(top, path));
}

function want(top: Wanted, path: Path): void {
  let at = top;
  for (const part of path) {
    const next = at.below.get(part) ?? { below: new Map() };
    at.below.set(part, next);
    at = next;
  }
}

function rangeIn(top: Wanted, path: Path): TextRange {
  let found = top.range ?? { start: 0, end: 1 };
  let at: Wanted | undefined = top;
  for (const part of path) {
    at = at?.below.get(part);
    found = at?.range ?? found;
  }
  return found;
}

/** Returns where the value ends. */
function readValue(text: string, start: number, wanted: Wanted | undefined, name?: TextRange): number {
  const opening = text[start];
  const isContainer = opening === "{" || opening === "[";
  if (!wanted) return skipValue(text, start);
  if (!isContainer || wanted.below.size === 0) {
    const end = skipValue(text, start);
    wanted.range = isContainer ? (name ?? { start, end: start + 1 }) : { start, end };
    return end;
  }
  wanted.range = name ?? { start, end: start + 1 };
  let at = skipSpace(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index++) {
    at = opening === "{" ? readMember(text, at, wanted) : readValue(text, at, wanted.below.get(index));
    at = skipSpace(text, at);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return at + 1;
}

function readMember(text: string, start: number, { below }: Wanted): number {
  const end = skipString(text, start);
  const key: unknown = JSON.parse(text.slice(start, end));
  const value = skipSpace(text, skipSpace(text, end) + 1);
  return readValue(text, value, below.get(String(key)), { start, end });
}

export function skipValue(text: string, start: number): number {
  if (text[start] === '"') return skipString(text, start);
  if (text[start] !== "{" && text[start] !== "[") return endOf(/[,\]}\s]|$/g, text, start);
  const sign = /["[\]{}]/g;
  let depth = 0;
  for (let at = start; at < text.length;) {
    sign.lastIndex = at;
    const found = sign.exec(text);
    if (!found) break;
    if (found[0] === '"') {
      at = skipString(text, found.index);
      continue;
    }
    depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
    at = found.index + 1;
    if (depth === 0) return at;
  }
  return text.length;
}

export function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text[first - 1] === "\\") first--;
    if ((at - first) % 2 === 0) return at + 1;
  }
  return text.length;
}

export function skipSpace(text: string, start: number): number {
  return endOf(/\S|$/g, text, start);
}

function endOf(sign: RegExp, text: string, start: number): number {
  sign.lastIndex = start;
  return sign.exec(text)?.index ?? text.length;
}
