import { z } from "zod";
import { CostEstimate } from "../../protocol/estimate.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

export const estimateCost = defineTool({
  name: "estimate_cost",
  title: "Estimate cost",
  toolset: "cost",
  effect: "read",
  description: lines(
    "Estimates what one run of a flow will cost, by its past runs and the prices of now.",
    "Returns the median and the range of cost and tokens by model; `unknown` says what is not known.",
  ),
  otherWords: "price expected forecast predict before expensive roughly cost run",
  needs: ["cost"],
  input: z.strictObject({
    flow: z.string().min(1).max(500).describe("Id or name of a flow, or its file"),
    input: z.string().max(1_000_000).optional().describe("What the run would be given"),
  }),
  output: CostEstimate.unwrap(),
  example: { flow: "Code review", input: "Review src/basket.ts" },
  handler: ({ flow, input }, { cost, caller, signal }) =>
    cost.estimate({ flow, ...(input !== undefined && { input }), signal }, caller.principal),
});
