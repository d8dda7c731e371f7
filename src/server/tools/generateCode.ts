import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";
import { proposalAnswer, proposalFields } from "./support/proposals.ts";

export const generateCode = defineTool({
  name: "generate_code",
  title: "Generate code",
  toolset: "ai",
  effect: "read",
  openWorld: true,
  long: true,
  description: lines(
    "Writes code from an instruction, by the model that the user set: a new file, or a change of an existing one.",
    "Nothing is written: apply_edits applies the planId. Returns the diff and the diagnostics that it would add and remove.",
  ),
  otherWords: "implement create add feature function write program build new change draft",
  needs: ["ai", "analysis", "workspace"],
  input: z.strictObject({
    path: Param.path.describe("File to change, or a new one"),
    instruction: z.string().trim().min(1).max(8000).describe("What the code must do"),
    like: Param.path.optional().describe("A file whose style to follow"),
    maxTokens: Param.maxTokens.unwrap().default(3000),
    wait: Param.wait.optional(),
  }),
  output: z.object(proposalFields),
  example: { path: "src/basket.ts", instruction: "Add a method that empties the basket." },
  async handler({ maxTokens, wait: _wait, ...asked }, context) {
    const proposed = await context.ai.write(asked, context);
    return proposalAnswer(proposed, maxTokens, context);
  },
});
