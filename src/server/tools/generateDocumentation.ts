import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

export const generateDocumentation = defineTool({
  name: "generate_documentation",
  title: "Generate documentation",
  toolset: "docs",
  effect: "read",
  long: true,
  description: lines(
    "Writes Markdown documentation from the code, without a model: an overview with a Mermaid chart of the modules, and a page for each TypeScript or JavaScript module",
    "with every exported name, its signature, comment and members, linked to its line. Nothing is written to the workspace.",
  ),
  otherWords: "docs manual reference readme diagram mermaid typedoc describe exported",
  needs: ["documentation"],
  input: z.strictObject({
    path: Param.path.optional().describe("A file for its page alone, or a folder; everything without one"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens.unwrap().default(4000),
    wait: Param.wait.optional(),
  }),
  output: z.object({
    pages: z
      .array(
        z.object({
          subject: z.string(),
          kind: z.enum(["overview", "module"]),
          content: z.string(),
        }),
      )
      .describe("The overview first, then modules by path; links lead to path#L12"),
    ...listFields,
  }),
  example: { path: "src" },
  async handler(input, { documentation, signal, progress }) {
    const { pages, incomplete } = await documentation.pages(input.path, { signal, progress });
    const { items, ...list } = await page({ tool: "generate_documentation", input, items: pages, incomplete });
    return { pages: items, ...list };
  },
});
