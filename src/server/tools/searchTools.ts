import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

export const searchTools = defineTool({
  name: "search_tools",
  title: "Search tools",
  toolset: "tools",
  effect: "read",
  description: lines(
    "Finds tools of this server by a task in plain words, also those that are not in your list (git, web, documentation, cost, memory and more).",
    "Returns tools, best first, each with the arguments that call_tool takes.",
  ),
  needs: ["tools"],
  input: z.strictObject({
    task: z.string().trim().min(1).max(1000).describe("Such as: who last changed this line"),
    limit: z.int().min(1).max(20).default(5).describe("Most tools in one answer"),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens.unwrap().default(3000),
  }),
  output: z.object({
    tools: z
      .array(
        z.object({
          name: z.string(),
          toolset: z.string(),
          description: z.string(),
          inputSchema: z.looseObject({}),
          example: z.looseObject({}),
        }),
      )
      .describe("With the JSON schema of their arguments, and arguments as an example"),
    ...listFields,
  }),
  example: { task: "who last changed this line" },
  async handler(input, { tools }) {
    const found = tools.find(input.task).map(({ title: _title, otherWords: _words, ...tool }) => tool);
    const { items, ...list } = await page({ tool: "search_tools", input, items: found });
    return { tools: items, ...list };
  },
});
