import { z } from "zod";
import { defineTool, lines } from "./defineTool.ts";
import { page } from "./page.ts";
import { Param, listFields } from "./params.ts";
import { existing } from "./symbolTarget.ts";

export const findSymbol = defineTool({
  name: "find_symbol",
  title: "Find symbol",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Finds TypeScript and JavaScript symbols by name, part of a name or name path (`Class/method`), best match first.",
    "Returns symbol, kind, path, line, column and signature; `closest` when nothing matches.",
  ),
  input: z.strictObject({
    query: z.string().min(1).max(1024).describe("Name, part of it, or `Class/method`"),
    kinds: z.array(z.string().max(32)).max(20).optional().describe("Such as class, function, method, type, variable"),
    path: Param.path.optional(),
    include: z.array(z.enum(["body", "doc", "type"])).optional(),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.object({
    symbols: z.array(
      z.object({
        symbol: z.string(),
        kind: z.string(),
        path: z.string(),
        line: z.int(),
        column: z.int(),
        signature: z.string(),
        body: z.string().optional(),
        doc: z.string().optional(),
        type: z.string().optional(),
      }),
    ),
    closest: z.array(z.string()).optional(),
    ...listFields,
  }),
  async handler(input, { workspace, analysis, signal, progress }) {
    const { query, kinds, path, include } = input;
    const scope = path === undefined || path === "." ? undefined : await existing(workspace, path);
    const found = await analysis.symbols({ query, kinds, path: scope, include }, { signal, progress });
    const { symbols, total, closest, incomplete } = found;
    const { items, ...list } = await page({
      tool: "find_symbol",
      input,
      items: symbols,
      total,
      incomplete,
      defaultLimit: 30,
    });
    return { symbols: items, ...(closest && { closest: [...closest] }), ...list };
  },
});
