import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";
import { proposalAnswer, proposalFields } from "./support/proposals.ts";

export const optimizePerformance = defineTool({
  name: "optimize_performance",
  title: "Optimize performance",
  toolset: "ai",
  effect: "read",
  openWorld: true,
  long: true,
  description: lines(
    "Proposes how to make a file or a symbol faster without changing what it does, by the model that the user set.",
    "Nothing is written: apply_edits applies the planId. Measure before and after: the gain is the model's claim. Returns the diff and the diagnostics that it would add and remove; only `why` when nothing is worth changing.",
  ),
  otherWords: "speed up slow faster quicker efficient memory bottleneck",
  needs: ["ai", "analysis", "workspace"],
  input: z.strictObject({
    path: Param.path,
    symbol: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .describe("Of the file, such as Class/method; the whole file without"),
    goal: z.string().trim().min(1).max(2000).optional().describe("What is slow, or what matters"),
    maxTokens: Param.maxTokens.unwrap().default(3000),
    wait: Param.wait.optional(),
  }),
  output: z.object(proposalFields).partial().required({ why: true, model: true }),
  example: { path: "src/basket.ts", symbol: "Basket/add" },
  async handler({ maxTokens, wait: _wait, ...asked }, context) {
    const proposed = await context.ai.optimize(asked, context);
    return "plan" in proposed ? proposalAnswer(proposed, maxTokens, context) : proposed;
  },
});
