import { z } from "zod";

export const LedgerTotal = z
  .object({
    name: z.string(),
    calls: z.int(),
    failed: z.int(),
    inputTokens: z.int().describe("Tokens of the arguments of calls, or tokens that a flow's models read"),
    outputTokens: z.int().describe("Tokens of the answers of calls, or tokens that a flow's models wrote"),
    uncounted: z.int().describe("Calls or runs whose tokens are not known and not in the totals"),
    averageMs: z.number(),
    cost: z
      .union([z.number(), z.literal("unknown")])
      .exactOptional()
      .describe(
        "US dollars. Of flows: by the models that the runs reported, unknown when any part has no known price. Of tool calls: an estimate for the model that is set, absent when none is.",
      ),
  })
  .readonly();
export type LedgerTotal = z.output<typeof LedgerTotal>;

const totals = z.array(LedgerTotal).readonly();

/** Totals by tool, flow, client and day since a time. Rows of other processes are in it. */
export const LedgerSummary = z
  .object({
    since: z.string().describe("ISO time"),
    tools: totals,
    flows: totals,
    clients: totals.describe("Tool calls by the name that the client gave itself"),
    days: totals.describe("Tool calls by UTC day, YYYY-MM-DD"),
    prices: z
      .object({
        date: z.string().describe("Day of the price data"),
        model: z.string().exactOptional().describe("The model that tool calls are estimated for, when one is set"),
      })
      .readonly(),
  })
  .readonly();
export type LedgerSummary = z.output<typeof LedgerSummary>;
