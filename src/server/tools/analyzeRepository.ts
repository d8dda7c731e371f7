import { z } from "zod";
import { defineTool, lines } from "./defineTool.ts";
import { Incomplete, Param } from "./params.ts";

export const analyzeRepository = defineTool({
  name: "analyze_repository",
  title: "Analyze repository",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines("Counts the files and lines of the repository or a folder of it, by language."),
  input: z.strictObject({ path: Param.path.optional(), maxTokens: Param.maxTokens, wait: Param.wait.optional() }),
  output: z.looseObject({
    files: z.int(),
    lines: z.int(),
    languages: z.array(z.object({ language: z.string(), files: z.int(), lines: z.int() })),
    complete: z.boolean(),
    incomplete: Incomplete.optional(),
  }),
  async handler({ path = "." }, { workspace, analysis, signal, progress }) {
    const places = path === "." ? workspace.roots.map((root) => root.path) : [(await workspace.resolve(path)).absolute];
    return { ...(await analysis.repository({ folders: places }, { signal, progress })) };
  },
});
