import { z } from "zod";
import { OptimizationReport } from "../../protocol/optimizations.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

export const getOptimizations = defineTool({
  name: "get_optimizations",
  title: "Get optimizations",
  toolset: "cost",
  effect: "read",
  description: lines(
    "Suggests what could cost fewer tokens or dollars, by the ledger of the last 30 days, and what applied ones saved.",
    "Applies nothing: the user does that with `langflow-connect optimizations --apply ID`.",
  ),
  otherWords: "save reduce lower cheaper improve cut money shrink ways",
  needs: ["cost"],
  input: z.strictObject({
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({ ...OptimizationReport.unwrap().shape, ...listFields }),
  async handler(input, { cost, caller }) {
    const { suggestions, ...around } = await cost.optimizations(caller.principal);
    const { items, ...rest } = await page({ tool: "get_optimizations", input, items: suggestions, around });
    return { ...around, suggestions: items, ...rest };
  },
});
