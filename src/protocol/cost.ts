import { z } from "zod";

/** What a cost report adds up by. Hours, days, weeks (from Monday) and months are those of the server's time zone. */
export const CostKey = z.enum([
  "hour",
  "day",
  "week",
  "month",
  "flow",
  "component",
  "model",
  "tool",
  "client",
  "file",
  "folder",
  "commit",
  "branch",
]);
export type CostKey = z.output<typeof CostKey>;

const Tokens = z
  .object({
    input: z
      .int()
      .describe("Tokens of the arguments of calls, and tokens that models read, those from a cache included"),
    output: z
      .int()
      .describe("Tokens of the answers of calls, and tokens that models of runs wrote, reasoning included"),
    cacheRead: z.int().nullable(),
    cacheWrite: z.int().nullable(),
    reasoning: z.int().nullable(),
    audio: z.int().nullable(),
  })
  .readonly()
  .describe("A kind that no part reported is null, never 0");
export type CostTokens = z.output<typeof Tokens>;

/** US dollars of the runs as a decimal, such as "0.0123"; null where a part has no known price or no known tokens. */
const Money = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/)
  .nullable();

const CostRow = z
  .object({
    key: z.partialRecord(CostKey, z.string()),
    calls: z.int().describe("Tool calls"),
    runs: z.int().describe("Flow runs"),
    modelCalls: z.int().describe("Requests for embeddings, which are no part of a run"),
    tokens: Tokens,
    uncounted: z.int().describe("Calls, runs and requests whose tokens are not known and not in the totals"),
    callMs: z.number().nullable().describe("Milliseconds of all calls; null in rows that share calls"),
    runMs: z.number().nullable().describe("Milliseconds of all runs; null in rows that share runs, as by model"),
    saved: z
      .object({
        budget: z.int().describe("Cut by the budgets of answers, and not read on later"),
        unchanged: z.int().describe("Texts that the caller had, as it said by ifNoneMatch"),
      })
      .readonly()
      .nullable()
      .describe("Tokens that answers of calls left out; null in rows that share calls"),
    cost: Money.describe("US dollars of runs and embeddings, exact; null where a part is not known"),
    unknown: z.array(z.string()).readonly().exactOptional().describe("Models without a known price"),
  })
  .readonly();
export type CostRow = z.output<typeof CostRow>;

/** Totals from a time to a time, one row for each combination of the keys that has any. */
export const CostReport = z
  .object({
    currency: z.literal("USD").describe("Of every cost"),
    prices: z
      .object({ version: z.string(), date: z.string() })
      .readonly()
      .describe("The price list that is in use now; a run is priced with the one of its time"),
    from: z.string().describe("ISO time, inclusive; the start of a quarter of an hour"),
    to: z.string().describe("ISO time, exclusive; the end of one"),
    rows: z.array(CostRow).readonly().describe("One for each combination of the keys that has any calls or runs"),
    total: CostRow.unwrap().omit({ key: true }).readonly().describe("Of all rows; a run of several models counts once"),
  })
  .readonly();
export type CostReport = z.output<typeof CostReport>;

export const CostQuery = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: z.array(CostKey).max(4),
});
export type CostQuery = z.output<typeof CostQuery>;
