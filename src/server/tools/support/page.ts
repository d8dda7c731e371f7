import { createHash } from "node:crypto";
import { ToolError } from "../../platform/errors.ts";
import type { Incomplete } from "../../platform/call.ts";
import { noteItemsNotSent } from "../../platform/notSent.ts";
import { countTokens } from "../../platform/tokens.ts";

export interface PageRequest<T> {
  readonly tool: string;
  /** The arguments of the call. What they ask for beside the paging is what the cursor is bound to. */
  readonly input: {
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
    readonly maxTokens: number;
  };
  /** Every item, in an order that is the same each time. */
  readonly items: readonly T[];
  /** How many there are when `items` was cut short. */
  readonly total?: number;
  /** What could not be read, so that the list is not whole. */
  readonly incomplete?: readonly Incomplete[];
  /** Items of one answer when the caller sets no limit; the budget usually ends it earlier. */
  readonly defaultLimit?: number;
  /** The answer's own fields beside the list; they share the budget. */
  readonly around?: object;
  /** An item as the answer has it, where that differs. */
  shown?(item: T): unknown;
}

export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  /** Items after this page. */
  readonly left: number;
  /** For the next page, while anything is left. */
  readonly cursor?: string;
  /** False when the list itself is not whole; `incomplete` says why. */
  readonly complete: boolean;
  readonly incomplete?: Incomplete[];
}

/** Tokens of the list fields and braces around the items. */
export const frameTokens = 70;
/** What could not be read is listed up to here; `complete: false` says the rest. */
const maxUnread = 10;

/**
 * The items that fit the caller's limit and token budget; at least one, so that a caller always gets on. Only the items
 * of the page are counted in tokens, however long the list is.
 */
export async function page<T>(request: PageRequest<T>): Promise<Page<T>> {
  const { input, items, incomplete = [], total = items.length, defaultLimit = 1000 } = request;
  const shown = (item: T) => request.shown?.(item) ?? item;
  const stamp = stampOf(request);
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, stamp, items.length);
  const start = Math.min(items.length, cursor?.offset ?? 0);
  const end = Math.min(items.length, start + (input.limit ?? defaultLimit));
  const unread = incomplete.slice(0, maxUnread);
  let tokens = frameTokens + (unread.length > 0 ? await countTokens(JSON.stringify(unread)) : 0);
  if (request.around) tokens += await countTokens(JSON.stringify(request.around));
  let next = start;
  for (const item of items.slice(start, end)) {
    tokens += (await (request.shown ? countTokens(JSON.stringify(shown(item))) : tokensOf(item))) + 1;
    if (tokens > input.maxTokens && next > start) break;
    next++;
  }
  const more = next < items.length;
  // What a caller's own limit leaves out is no saving of ours, and what a next page then gives of it none that is taken back.
  const cutTo = cursor ? cursor.cutTo : input.limit === undefined ? items.length : end;
  if (cursor) noteItemsNotSent("taken", items.slice(start, Math.min(next, cutTo)), shown);
  else noteItemsNotSent("budget", items.slice(next, cutTo), shown);
  return {
    items: items.slice(start, next),
    total,
    left: total - next,
    ...(more && { cursor: cursorOf({ offset: next, cutTo }, stamp, items.length) }),
    complete: incomplete.length === 0,
    ...(unread.length > 0 && { incomplete: unread }),
  };
}

/** Where the page of a cursor begins, for items that are only read when they are shown; `page` checks the cursor. */
export function pageStart(cursor: string | undefined): number {
  const [offset = ""] = cursor === undefined ? [] : Buffer.from(cursor, "base64url").toString("utf8").split(".");
  return /^\d{1,9}$/.test(offset) ? Number(offset) : 0;
}

/** Of lists and items that are the same objects as before: analysis gives them out again while nothing has changed. */
const digests = new WeakMap<readonly unknown[], string>();
const itemTokens = new WeakMap<object, number>();

async function tokensOf(item: unknown): Promise<number> {
  if (typeof item !== "object" || item === null) return countTokens(JSON.stringify(item));
  const known = itemTokens.get(item);
  if (known !== undefined) return known;
  const tokens = await countTokens(JSON.stringify(item));
  itemTokens.set(item, tokens);
  return tokens;
}

function digestOf(items: readonly unknown[]): string {
  const known = digests.get(items);
  if (known !== undefined) return known;
  const list = createHash("sha256");
  for (const item of items) list.update(`${JSON.stringify(item)}\n`);
  const made = list.digest("hex").slice(0, 16);
  digests.set(items, made);
  return made;
}

interface Stamp {
  readonly query: string;
  readonly list: string;
}

function stampOf<T>({ tool, input, items }: PageRequest<T>): Stamp {
  const paging = new Set(["limit", "cursor", "maxTokens", "wait"]);
  const asked = Object.entries(input)
    .filter(([name, value]) => !paging.has(name) && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { query: digest(JSON.stringify([tool, asked])), list: digestOf(items) };
}

interface Cursor {
  /** Of the first item of the next page. */
  readonly offset: number;
  /** Items up to here were noted as cut by the budget of the first page. */
  readonly cutTo: number;
}

function cursorOf({ offset, cutTo }: Cursor, { query, list }: Stamp, length: number): string {
  const parts = [offset, query, list, ...(cutTo === length ? [] : [cutTo])];
  return Buffer.from(parts.join(".")).toString("base64url");
}

function readCursor(cursor: string, stamp: Stamp, length: number): Cursor {
  const [offset = "", query, list, cutTo = String(length)] = Buffer.from(cursor, "base64url")
    .toString("utf8")
    .split(".");
  if (!/^\d{1,9}$/.test(offset) || query !== stamp.query) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "The cursor belongs to another call.",
      "Pass the cursor of the previous answer together with the same arguments, or leave it out.",
    );
  }
  if (list !== stamp.list) {
    throw new ToolError("CONFLICT", "The list changed since the previous page.", "Start again without a cursor.");
  }
  return { offset: Number(offset), cutTo: Number(cutTo) };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
