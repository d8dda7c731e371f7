import { isDeepStrictEqual } from "node:util";
import { picoOfDecimal } from "../../../protocol/dollars.ts";
import { ToolError } from "../../platform/errors.ts";
import { selectJson } from "../../platform/jsonPath.ts";
import type { Expectations } from "./testFile.ts";

export interface Judged {
  /** The first expectation that did not come true, in words; undefined when all did. */
  readonly expected?: string;
  /** What came instead. */
  readonly actual: string;
}

interface Answer {
  readonly text: string;
  readonly ms: number;
  /** Null where it is not known. */
  readonly cost: string | null;
}

/** Costs that are not known are no proof that a limit was kept. */
export function judge({ text, ms, cost }: Answer, expect: Expectations): Judged {
  const { equals, contains, matches, json = {}, maxSeconds, maxCost } = expect;
  const answer = { actual: text };
  if (equals !== undefined && text !== equals) return { ...answer, expected: `equals ${JSON.stringify(equals)}` };
  if (contains !== undefined && !text.includes(contains)) {
    return { ...answer, expected: `contains ${JSON.stringify(contains)}` };
  }
  if (matches !== undefined && !new RegExp(matches, "u").test(text))
    return { ...answer, expected: `matches /${matches}/` };
  for (const [path, value] of Object.entries(json)) {
    const found = valueAt(text, path);
    const expected = `${path} is ${JSON.stringify(value)}`;
    if (typeof found === "string") return { expected, actual: found };
    if (!isDeepStrictEqual(found.value, value)) return { expected, actual: JSON.stringify(found.value) };
  }
  if (maxSeconds !== undefined && ms > maxSeconds * 1000) {
    return { expected: `at most ${String(maxSeconds)} s`, actual: `${(ms / 1000).toFixed(1)} s` };
  }
  if (maxCost !== undefined && (cost === null || picoOfDecimal(cost) > picoOfDecimal(maxCost))) {
    return { expected: `at most $${maxCost}`, actual: cost === null ? "its cost is not known" : `$${cost}` };
  }
  return answer;
}

/** Text says why there is no value. */
function valueAt(text: string, path: string): { readonly value: unknown } | string {
  let whole: unknown;
  try {
    whole = JSON.parse(withoutFence(text));
  } catch {
    return `no JSON: ${text}`;
  }
  try {
    return { value: selectJson(whole, path) };
  } catch (error) {
    if (error instanceof ToolError) return `nothing there in ${JSON.stringify(whole)}`;
    throw error;
  }
}

/** Models put JSON into a block of code. */
function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text;
}
