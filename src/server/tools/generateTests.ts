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
    "Where the user allows it, they are run first in a copy: they must pass on the code and notice a fault in it. Nothing is written: apply_edits applies the planId. Returns the test file and `checked`.",
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
  output: z.object({
    ...proposalFields,
    checked: z
      .object({
        runner: z.string().optional(),
        faults: z.int().optional(),
        noticed: z.int().optional(),
        missed: z.array(z.object({ line: z.int(), what: z.string() })).optional(),
        notRun: z.string().optional(),
      })
      .describe(
        "The tests passed on the code, and noticed so many of the faults that were put into a copy of it; or why they were not run",
      ),
  }),
  example: { path: "src/basket.ts" },
  async handler({ maxTokens, wait: _wait, ...asked }, context) {
    const proposed = await context.ai.test(asked, context);
    const { checked } = proposed;
    return { ...(await proposalAnswer(proposed, maxTokens, context)), checked };
  },
});
