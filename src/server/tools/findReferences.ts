import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { InGenerated, Param, listFields } from "./support/params.ts";
import { targetOf, targetShape } from "./support/symbolTarget.ts";

const Kind = z.enum(["read", "write", "call", "import", "export", "declaration", "type"]);

export const findReferences = defineTool({
  name: "find_references",
  title: "Find references",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Finds every use of a TypeScript or JavaScript symbol in all projects of the workspace, its declaration included.",
    "Returns counts first, then positions [line, column, kind] grouped by the symbol that contains them.",
  ),
  otherWords: "usages callers calls called used impact depends who relies rely every",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    ...targetShape,
    kinds: z.array(Kind).optional(),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens.unwrap().default(550),
    wait: Param.wait.optional(),
  }),
  output: z.object({
    symbol: z.string().describe("The symbol whose references these are"),
    files: z.int().describe("Files with a reference"),
    kinds: z.record(z.string(), z.int()).describe("Number of references of each kind"),
    groups: z
      .array(
        z.object({
          path: z.string(),
          symbol: z.string().optional(),
          positions: z.array(z.tuple([z.int(), z.int(), Kind])),
        }),
      )
      .describe("References by the symbol that contains them; each is line, column and kind"),
    inGenerated: InGenerated,
    outside: z.int().optional().describe("Positions outside the workspace"),
    behind: z.int().optional().describe("Symbols of that name in generated or vendored files, which are others"),
    ...listFields,
  }),
  example: { symbol: "Basket/add" },
  async handler(input, { workspace, analysis, signal, progress }) {
    const target = await targetOf(workspace, input);
    const found = await analysis.references({ target, kinds: input.kinds }, { signal, progress });
    const { symbol, total, files, kinds, groups, inGenerated, outside, behind, incomplete } = found;
    const around = { symbol, files, kinds };
    const { items, ...list } = await page({ tool: "find_references", input, items: groups, incomplete, around });
    // Groups are what a page is cut by; positions are what a caller counts.
    const left = groups.slice(groups.length - list.left).reduce((sum, group) => sum + group.positions.length, 0);
    return {
      ...around,
      kinds: { ...kinds },
      ...(inGenerated > 0 && { inGenerated }),
      ...(outside > 0 && { outside }),
      ...(behind > 0 && { behind }),
      groups: items.map((group) => ({
        ...group,
        positions: group.positions.map(([line, column, kind]): Position => [line, column, kind]),
      })),
      ...list,
      total,
      left,
    };
  },
});

type Position = [line: number, column: number, kind: z.infer<typeof Kind>];
