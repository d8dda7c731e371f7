import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";
import { existing } from "./support/symbolTarget.ts";

export const getDiagnostics = defineTool({
  name: "get_diagnostics",
  title: "Get diagnostics",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Finds the type errors of a TypeScript or JavaScript file, a folder, or the whole workspace as tsc does, unsaved text included.",
    "Returns items with path, line, column, code, message and severity.",
  ),
  otherWords: "compile compiler build errors warnings problems tsc check broken type wrong argument noEmit",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    path: Param.path.optional(),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.object({
    items: z
      .array(
        z.object({
          path: z.string(),
          line: z.int(),
          column: z.int(),
          code: z.int(),
          message: z.string(),
          severity: z.enum(["error", "warning", "suggestion"]),
        }),
      )
      .describe("What the compiler reports; code is TypeScript's number of the message"),
    ...listFields,
  }),
  example: { path: "src/shop.ts" },
  async handler(input, { workspace, analysis, signal, progress }) {
    const scope = input.path === undefined || input.path === "." ? undefined : await existing(workspace, input.path);
    const { items, incomplete } = await analysis.diagnostics({ path: scope }, { signal, progress });
    const listed = items.map((item) => ({ ...item, path: workspace.displayPath(item.path) }));
    const paged = await page({ tool: "get_diagnostics", input, items: listed, incomplete });
    return paged;
  },
});
