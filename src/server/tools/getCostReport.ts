import { z } from "zod";
import { CostQuery, CostReport } from "../../protocol/cost.ts";
import { ToolError } from "../platform/errors.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

export const getCostReport = defineTool({
  name: "get_cost_report",
  title: "Get cost report",
  toolset: "cost",
  effect: "read",
  description: lines(
    "Adds up how much flow runs cost and the tokens of runs and tool calls, from a time to a time, by up to four keys.",
    "Returns rows and total in US dollars; cost null means unknown, not free.",
  ),
  otherWords: "spend spent spending price money dollars usage tokens bill invoice month week model",
  needs: ["cost"],
  input: z.strictObject({
    from: CostQuery.shape.from.optional().describe("ISO time in UTC, inclusive; whole quarters of an hour count"),
    to: CostQuery.shape.to.optional().describe("ISO time in UTC, exclusive; now when left out"),
    days: z.int().min(1).max(3660).optional().describe("Instead of from: this many days before to"),
    by: CostQuery.shape.by.default(["day"]),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({
    ...CostReport.unwrap().omit({ total: true }).shape,
    sum: CostReport.unwrap().shape.total,
    ...listFields,
  }),
  example: { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", by: ["flow", "model"] },
  async handler(input, { cost, caller }) {
    const { by } = input;
    const { from, to } = timesOf(input);
    const { rows, total: sum, ...around } = await cost.report({ from, to, by }, caller.principal);
    const { items, ...rest } = await page({ tool: "get_cost_report", input, items: rows, around: { ...around, sum } });
    return { ...around, sum, rows: items, ...rest };
  },
});

interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly days?: number | undefined;
}

function timesOf({ from, to = new Date().toISOString(), days }: Asked): { from: string; to: string } {
  if (from !== undefined && days === undefined) return { from, to };
  if (from === undefined && days !== undefined) {
    return { from: new Date(Date.parse(to) - days * 86_400_000).toISOString(), to };
  }
  const message = from === undefined ? "from and days are left out." : "from and days exclude each other.";
  throw new ToolError("INVALID_ARGUMENT", message, "Give one of them.");
}
