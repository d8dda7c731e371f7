import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { InGenerated, LeftOut, Param, leftOutOf, listFields } from "./support/params.ts";

export const searchCode = defineTool({
  name: "search_code",
  title: "Search code",
  toolset: "files",
  effect: "read",
  description: lines(
    "Finds the lines of the workspace's files that contain a text or match a regular expression, like git grep;",
    "ignored and binary files are left out, unsaved text counts. For uses of a symbol take find_references.",
  ),
  needs: ["search"],
  input: z.strictObject({
    query: z.string().min(1).max(2000),
    mode: z.enum(["text", "regex"]).optional().describe("Default text; regex is JavaScript"),
    caseSensitive: z.boolean().optional().describe("Default true"),
    path: Param.path.optional().describe("A file, a folder, or a pattern such as src/**/*.ts"),
    context: z.int().min(0).max(10).optional().describe("Lines before and after"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({
    matches: z
      .array(
        z.object({
          path: z.string(),
          line: z.int(),
          column: z.int(),
          text: z.string(),
          before: z.array(z.string()).optional(),
          after: z.array(z.string()).optional(),
        }),
      )
      .describe(
        "Lines that match, in the order of their files, generated and vendored ones last; before and after are their context",
      ),
    inGenerated: InGenerated,
    leftOut: LeftOut,
    ...listFields,
  }),
  async handler(input, { search, signal }) {
    const { query, mode = "text", caseSensitive = true, path, context = 0 } = input;
    const found = await search.find({ query, mode, caseSensitive, path, context }, signal);
    const { items, ...rest } = await page({
      tool: "search_code",
      input,
      items: found.matches,
      incomplete: found.incomplete,
    });
    const { inGenerated } = found;
    return { matches: items, ...(inGenerated > 0 && { inGenerated }), ...leftOutOf(found.leftOut), ...rest };
  },
});
