import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";
import { proposalAnswer, proposalFields } from "./support/proposals.ts";

export const generateTests = defineTool({
  name: "generate_tests",
  title: "Generate tests",
  toolset: "ai",
  effect: "read",
  openWorld: true,
  long: true,
  description: lines(
    "Writes a test file for a file or a symbol, by the model that the user set, in the style and for the test runner of the project.",
    "Nothing is written: apply_edits applies the planId. Returns the test file and the diagnostics that it would add.",
  ),
  otherWords: "unit test spec coverage cases write vitest jest mocha",
  needs: ["ai", "analysis", "workspace"],
  input: z.strictObject({
    path: Param.path,
    symbol: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .describe("Of the file, such as Class/method; the whole file without"),
    to: Param.path.optional().describe("The test file; by the project's own style when left out"),
    maxTokens: Param.maxTokens.unwrap().default(4000),
    wait: Param.wait.optional(),
  }),
  output: z.object(proposalFields),
  example: { path: "src/basket.ts" },
  async handler({ maxTokens, wait: _wait, ...asked }, context) {
    const proposed = await context.ai.test(asked, context);
    return proposalAnswer(proposed, maxTokens, context);
  },
});
