import { z } from "zod";
import { Activity } from "./status.ts";

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

/** One tool call or flow run, with all that the ledger knows of it. */
export const LedgerEntry = Activity.unwrap()
  .extend({
    workspace: z.string().describe("Names of the folders; empty for a run that others started"),
    branch: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    face: z.string().exactOptional().describe("How a tool call came in: mcp, http, stdio, cli or lsp"),
    runId: z.string().exactOptional().describe("The flow run that a tool call is part of"),
    server: z.string().exactOptional().describe("Of a run: the address of its Langflow"),
    unreported: z.string().exactOptional().describe("Of a run: why its usage is not, or not wholly, known"),
    models: z
      .array(
        z
          .object({
            model: z.string(),
            component: z.string().describe("Empty where it was not reported"),
            inputTokens: z.int(),
            outputTokens: z.int(),
            cost: z.string().nullable().describe("US dollars, exact; null without a known price"),
          })
          .readonly(),
      )
      .readonly()
      .exactOptional()
      .describe("Of a run: what its components used"),
    files: z
      .array(z.object({ path: z.string(), share: z.number().describe("0 to 1") }).readonly())
      .readonly()
      .describe("Those that it was about, by how much of the answers was about them"),
    problem: z
      .string()
      .exactOptional()
      .describe("Why a tool call failed and what to do; of the newest failed calls of this process alone"),
  })
  .readonly();
export type LedgerEntry = z.output<typeof LedgerEntry>;
