import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";
import { scopeOf } from "./support/scope.ts";

const kinds = z.enum([
  "class",
  "interface",
  "type",
  "enum",
  "function",
  "method",
  "variable",
  "namespace",
  "route",
  "test",
  "export",
]);

export const extractCodeComponents = defineTool({
  name: "extract_code_components",
  title: "Extract code components",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Classes, functions, methods, types, exported variables, HTTP routes, tests and re-exports of a file, a folder or the",
    "repository (no path), with place and signature. TypeScript, JavaScript, Python;",
    "types and functions of Go, Java, Rust, C#, Ruby, PHP, C++.",
  ),
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    path: Param.path.optional(),
    kinds: z.array(kinds).min(1).optional(),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.object({
    components: z
      .array(
        z.object({
          name: z.string(),
          kind: kinds,
          path: z.string(),
          line: z.int(),
          endLine: z.int(),
          signature: z.string(),
          exported: z.boolean(),
        }),
      )
      .describe("Parts of the code with their first and last lines"),
    ...listFields,
  }),
  async handler(input, { workspace, analysis, signal, progress }) {
    const query = { ...(await scopeOf(input.path, workspace)), ...(input.kinds && { kinds: input.kinds }) };
    const { components, incomplete } = await analysis.components(query, { signal, progress });
    const { items, ...list } = await page({ tool: "extract_code_components", input, items: components, incomplete });
    return { components: items, ...list };
  },
});
