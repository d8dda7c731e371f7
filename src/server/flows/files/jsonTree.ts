import { skipSpace, skipString, skipValue } from "./jsonPositions.ts";
import type { TextRange } from "./jsonPositions.ts";

type Path = readonly (string | number)[];

/** A member of an object, an item of a list, or the whole text. */
export interface JsonPart {
  readonly key: string | number;
  readonly value: TextRange;
  /** Of a member, with its quotes. */
  readonly name?: TextRange;
}

/** Where the parts of a JSON text stand. Each object and list is read when it is first asked for, and once. */
export interface JsonTree {
  /** Of two members with one name the last, as JSON.parse has it. */
  find(path: Path): JsonPart | undefined;
  /** The innermost part around the offset, its ends included. */
  around(offset: number): { readonly path: Path; readonly isName: boolean };
  partsOf(part: JsonPart): readonly JsonPart[];
}

/** The text is valid JSON: whoever asks has parsed it. */
export function createJsonTree(text: string): JsonTree {
  const top: JsonPart = { key: "", value: { start: skipSpace(text, 0), end: text.length } };
  const ends = containerEnds(text);
  const read = new Map<number, readonly JsonPart[]>();

  function partsOf({ value: { start } }: JsonPart): readonly JsonPart[] {
    const parts = read.get(start) ?? readParts(text, start, ends);
    read.set(start, parts);
    return parts;
  }

  return {
    partsOf,
    find(path) {
      let found: JsonPart | undefined = top;
      for (const key of path) {
        const parts: readonly JsonPart[] = found ? partsOf(found) : [];
        found = typeof key === "number" ? parts[key] : parts.findLast((part) => part.key === key);
      }
      return found;
    },
    around(offset) {
      const path: (string | number)[] = [];
      let inside = partAround(partsOf(top), offset);
      while (inside) {
        path.push(inside.key);
        if (inside.name && offset < inside.value.start) return { path, isName: true };
        inside = partAround(partsOf(inside), offset);
      }
      return { path, isName: false };
    },
  };
}

function partAround(parts: readonly JsonPart[], offset: number): JsonPart | undefined {
  return parts.find(({ name, value }) => (name ?? value).start <= offset && offset <= value.end);
}

function readParts(text: string, start: number, ends: Ends): readonly JsonPart[] {
  const isObject = text[start] === "{";
  if (!isObject && text[start] !== "[") return [];
  const parts: JsonPart[] = [];
  let at = skipSpace(text, start + 1);
  while (at < text.length && text[at] !== "}" && text[at] !== "]") {
    const part = isObject ? memberAt(text, at, ends) : { key: parts.length, value: valueAt(text, at, ends) };
    parts.push(part);
    at = skipSpace(text, part.value.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return parts;
}

function memberAt(text: string, start: number, ends: Ends): JsonPart {
  const end = skipString(text, start);
  const key: unknown = JSON.parse(text.slice(start, end));
  const value = skipSpace(text, skipSpace(text, end) + 1);
  return { key: String(key), name: { start, end }, value: valueAt(text, value, ends) };
}

function valueAt(text: string, start: number, ends: Ends): TextRange {
  return { start, end: ends.get(start) ?? skipValue(text, start) };
}

/** Where each object and list ends, by where it starts. */
type Ends = ReadonlyMap<number, number>;

/** One pass, so that no level of the tree needs a pass of its own over all that is below it. */
function containerEnds(text: string): Ends {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = skipString(text, at) - 1;
    else if (sign === brace || sign === bracket) open.push(at);
    else if (sign === closingBrace || sign === closingBracket) {
      const start = open.pop();
      if (start !== undefined) ends.set(start, at + 1);
    }
  }
  return ends;
}

const [quote, brace, bracket, closingBrace, closingBracket] = [0x22, 0x7b, 0x5b, 0x7d, 0x5d];
