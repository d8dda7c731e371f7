import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";
import { usageFields } from "./support/proposals.ts";

export const explainCode = defineTool({
  name: "explain_code",
  title: "Explain code",
  toolset: "ai",
  effect: "read",
  openWorld: true,
  long: true,
  description: lines(
    "Explains what a file or a symbol does, or answers a question about it, by the model that the user set.",
    "The code is sent to that model. Returns explanation as Markdown with lines as path:line: the model's words, to check.",
  ),
  otherWords: "understand describe meaning how does it work walk through what summary",
  needs: ["ai"],
  input: z.strictObject({
    path: Param.path,
    symbol: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .describe("Of the file, such as Class/method; the whole file without"),
    question: z.string().min(1).max(4000).optional().describe("What to answer about it"),
    wait: Param.wait.optional(),
  }),
  output: z.object({
    explanation: z.string().describe("Markdown, by the model"),
    part: z.literal(true).optional().describe("The file is too large: the model saw its start and the symbol only"),
    ...usageFields,
  }),
  example: { path: "src/basket.ts", symbol: "Basket" },
  async handler({ path, symbol, question }, { ai, signal, progress }) {
    const { isPart, ...answer } = await ai.explain({ path, symbol, question }, { signal, progress });
    return { ...answer, ...(isPart && { part: true as const }) };
  },
});
