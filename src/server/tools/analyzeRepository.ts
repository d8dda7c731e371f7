import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { fitLists } from "./support/fitLists.ts";
import { Incomplete, LeftOut, Param, leftOutOf } from "./support/params.ts";

const Counts = z.looseObject({ files: z.int(), lines: z.int() });
const Items = z.array(z.unknown());

export const analyzeRepository = defineTool({
  name: "analyze_repository",
  title: "Analyze repository",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Overview of the repository or a folder of it: files and lines by language, modules and the imports between them,",
    "import cycles, hot spots (commits × complexity), dependencies with licences, entry points, tests,",
    "and a health score from 0 to 100 with its reasons.",
    "Counts are always whole; `left` says how many items of each list the budget cut: raise maxTokens for more.",
  ),
  otherWords:
    "architecture structure summary project packages size overview statistics licences big picture third-party libraries new",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    path: Param.path.optional(),
    untested: z.boolean().optional().describe("Also list exported functions and classes that no test imports"),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.looseObject({
    files: z.int().describe("Files of every kind"),
    lines: z.int().describe("Lines of the files that are text"),
    languages: z
      .array(z.object({ language: z.string(), files: z.int(), lines: z.int() }))
      .describe("Sizes by language"),
    code: Counts.describe("Code that is judged"),
    tests: Counts.describe("Tests"),
    generated: Counts.optional().describe("Build output and code of others, which is not judged"),
    leftOut: LeftOut,
    modules: Items.describe("Folders with their sizes and imports"),
    cycles: Items.describe("Import cycles"),
    hotSpots: Items.describe("Files that are complex and change often"),
    churn: z.enum(["git", "none"]).describe("Where the number of changes comes from"),
    dependencies: Items.describe("Declared dependencies"),
    licences: Items.describe("Licences of the dependencies"),
    entryPoints: Items.describe("Files that start a program or are its public interface"),
    untested: Items.optional().describe("TypeScript and JavaScript alone; `reached`: a test loads the file otherwise"),
    health: z
      .object({
        score: z.int().optional(),
        reasons: z.array(z.object({ points: z.int(), reason: z.string() })),
      })
      .describe("0 to 100, and what lowers it; no score without code"),
    left: z.record(z.string(), z.int()).optional().describe("Items that each list left out"),
    complete: z.boolean().describe("false when something could not be read"),
    incomplete: Incomplete.optional().describe("What could not be read, and why"),
  }),
  async handler({ path, untested: isAsked = false, maxTokens }, { workspace, analysis, signal, progress }) {
    const scope = await workspace.scope(path);
    if (scope.target?.isFolder === false) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        `${scope.target.displayPath} is a file.`,
        "Give a folder, or call analyze_code_quality.",
      );
    }
    const answer = await analysis.repository(scope, { signal, progress });
    const { languages, modules, cycles, hotSpots, dependencies, licences, entryPoints, untested, ...rest } = answer;
    const { generated, leftOut, incomplete, ...summary } = rest;
    const around = {
      ...summary,
      ...(generated.files > 0 && { generated }),
      ...(leftOut && leftOutOf(leftOut)),
      complete: incomplete.length === 0,
      ...(incomplete.length > 0 && { incomplete: incomplete.slice(0, 10) }),
    };
    const all = {
      ...{ languages, hotSpots, cycles, modules, licences, dependencies, entryPoints },
      ...(isAsked && { untested }),
    };
    const { lists, left } = await fitLists({ around, lists: all, maxTokens });
    return { ...lists, ...around, ...(Object.keys(left).length > 0 && { left }) };
  },
});
