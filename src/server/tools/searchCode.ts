import { z } from "zod";
import type { MeaningMatch } from "../vectors/codeIndex.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { InGenerated, LeftOut, Param, leftOutOf, listFields } from "./support/params.ts";

export const searchCode = defineTool({
  name: "search_code",
  title: "Search code",
  toolset: "files",
  effect: "read",
  description: lines(
    "Finds every line of the workspace's files that contains a text or matches a regular expression, like git grep;",
    "ignored and binary files are left out, unsaved text counts. For uses of a symbol take find_references.",
    "Mode meaning, where the user set it up, finds the parts of code nearest to a description, the nearest first.",
  ),
  otherWords: "grep rg ripgrep find string occurrences pattern look mention mentions phrase text anywhere lines",
  needs: ["search", "meaning"],
  input: z.strictObject({
    query: z.string().min(1).max(2000),
    mode: z.enum(["text", "regex", "meaning"]).optional().describe("Default text; regex is JavaScript"),
    caseSensitive: z.boolean().optional().describe("Default true"),
    path: Param.path.optional().describe("A file, a folder, or a pattern such as src/**/*.ts"),
    context: z.int().min(0).max(10).optional().describe("Lines before and after; of mode meaning, that follow"),
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
          endLine: z.int().optional().describe("Of mode meaning"),
          score: z.number().optional().describe("Of mode meaning; 1 is the same"),
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
  example: { query: "Basket", path: "src" },
  async handler(input, { search, meaning, signal }) {
    const { query, mode = "text", caseSensitive = true, path, context = 0 } = input;
    if (mode === "meaning") {
      const { matches, incomplete } = await meaning.find(query, path, signal);
      const { items, ...rest } = await page({
        tool: "search_code",
        input,
        items: matches.map((match) => partOf(match, context)),
        incomplete,
      });
      return { matches: items, ...rest };
    }
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

/** The first line of a part of code, and as many of the following ones as were asked for. */
function partOf({ lines: [text = "", ...after], score, ...where }: MeaningMatch, context: number) {
  const following = after.slice(0, context).map(shortened);
  return {
    ...where,
    score: Math.round(score * 1_000) / 1_000,
    text: shortened(text),
    ...(following.length > 0 && { after: following }),
  };
}

function shortened(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
