import type { CostKey, CostReport, CostTokens } from "../../protocol/cost.ts";
import type { Row } from "../storage/database.ts";
import { decimalOf, picoOfSum } from "./money.ts";

/** What calls and runs add up to. */
export interface Sum {
  calls: number;
  runs: number;
  modelCalls: number;
  /** Calls and runs without known tokens. */
  uncounted: number;
  tokens: { -readonly [Kind in keyof CostTokens]: CostTokens[Kind] };
  pico: bigint;
  callMs: number;
  runMs: number;
  saved: { budget: number; unchanged: number };
  /** Runs without known tokens, and uses without a known price: with any, the cost is not known. */
  unknown: number;
  readonly unpriced: Set<string>;
  /** Calls, runs and uses that are in it with a part, each counted once. */
  readonly seen: Set<string>;
}

/** A file's part of a call, or of what a component of a run used of a model. */
export interface Part {
  readonly kind: "call" | "run";
  /** Of the call or the run. */
  readonly id: string;
  /** Of the use of a model. */
  readonly useId: string;
  readonly at: number;
  readonly path: string;
  readonly names: Partial<Record<CostKey, string>>;
  readonly tokens: { readonly [Kind in keyof CostTokens]: number | undefined } & {
    readonly input: number;
    readonly output: number;
  };
  readonly pico: bigint;
  readonly unpriced: boolean;
  readonly isUnreported: boolean;
  /** The files that are listed are all of it. */
  readonly isWhole: boolean;
}

const kinds = ["cacheRead", "cacheWrite", "reasoning", "audio"] as const;

export function emptySum(): Sum {
  const tokens = { input: 0, output: 0, cacheRead: null, cacheWrite: null, reasoning: null, audio: null };
  return {
    calls: 0,
    runs: 0,
    modelCalls: 0,
    uncounted: 0,
    tokens,
    pico: 0n,
    callMs: 0,
    runMs: 0,
    saved: { budget: 0, unchanged: 0 },
    unknown: 0,
    unpriced: new Set(),
    seen: new Set(),
  };
}

export function isEmpty({ calls, runs, modelCalls, tokens, pico }: Sum): boolean {
  return calls === 0 && runs === 0 && modelCalls === 0 && tokens.input === 0 && tokens.output === 0 && pico === 0n;
}

const ownCounts = { runs: "runs", uncounted: "uncounted" };

/** A row of the totals, with the columns that count its runs. */
export function add(sum: Sum, row: Row, { runs, uncounted } = ownCounts): void {
  const number = (column: string) => Number(row[column] ?? 0);
  sum.calls += number("calls");
  sum.runs += number(runs);
  sum.modelCalls += number("model_calls");
  sum.uncounted += number(uncounted);
  sum.tokens.input += number("input");
  sum.tokens.output += number("output");
  for (const kind of kinds) addKind(sum, kind, row[kind] ?? undefined);
  sum.pico += picoOfSum(row);
  sum.callMs += number("call_ms");
  sum.runMs += number("run_ms");
  sum.saved.budget += number("saved_by_budget");
  sum.saved.unchanged += number("saved_by_unchanged");
  // Calls have no cost that could be missing.
  if (number("uses") > 0) sum.unknown += number(uncounted) + number("unpriced");
  if (number("unpriced") > 0) sum.unpriced.add(String(row["model_key"]));
}

function addKind(sum: Sum, kind: (typeof kinds)[number], tokens: unknown): void {
  if (tokens !== undefined) sum.tokens[kind] = (sum.tokens[kind] ?? 0) + Number(tokens);
}

/** A file's part of a call, or of what a run used of a model. */
export function addPart(sum: Sum, { tokens, pico, ...part }: Part): void {
  sum.tokens.input += tokens.input;
  sum.tokens.output += tokens.output;
  for (const kind of kinds) addKind(sum, kind, tokens[kind]);
  sum.pico += pico;
  if (part.unpriced) sum.unpriced.add(part.names.model ?? "");
  if (isFirst(sum, `${part.kind} ${part.id}`)) {
    if (part.kind === "call") sum.calls++;
    else sum.runs++;
    if (part.isUnreported) {
      sum.uncounted++;
      sum.unknown++;
    }
  }
  if (part.unpriced && isFirst(sum, part.useId)) sum.unknown++;
}

function isFirst({ seen }: Sum, id: string): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}

/** What is left of a sum without some parts of it. */
export function minus(whole: Sum, part: Sum): Sum {
  const tokens = {
    ...whole.tokens,
    input: whole.tokens.input - part.tokens.input,
    output: whole.tokens.output - part.tokens.output,
  };
  for (const kind of kinds) {
    const [all, some] = [whole.tokens[kind], part.tokens[kind]];
    if (all !== null) tokens[kind] = all - (some ?? 0);
  }
  const unknown = whole.unknown - part.unknown;
  return {
    calls: whole.calls - part.calls,
    runs: whole.runs - part.runs,
    modelCalls: whole.modelCalls,
    uncounted: whole.uncounted - part.uncounted,
    tokens,
    pico: whole.pico - part.pico,
    callMs: whole.callMs,
    runMs: whole.runMs,
    saved: whole.saved,
    unknown,
    unpriced: unknown > 0 ? whole.unpriced : new Set(),
    seen: new Set(),
  };
}

export function totalOf({ pico, unknown, unpriced, seen: _seen, ...sum }: Sum): CostReport["total"] {
  return {
    ...sum,
    cost: unknown === 0 ? decimalOf(pico) : null,
    ...(unpriced.size > 0 && { unknown: [...unpriced].sort() }),
  };
}
