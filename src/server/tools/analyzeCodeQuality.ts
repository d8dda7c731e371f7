import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import type { ToolContext } from "./runner/context.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";
import { scopeOf } from "./support/scope.ts";

export const analyzeCodeQuality = defineTool({
  name: "analyze_code_quality",
  title: "Analyze code quality",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Metrics and findings, worst first, of a file, a folder, the repository (no path) or a piece of code:",
    "complexity, nesting, size, copies, import cycles, unused exports, holes in types; each with place and fix.",
  ),
  input: z.strictObject({
    path: Param.path.optional(),
    code: z.string().max(1_000_000).optional().describe("Instead of path"),
    language: z.string().max(40).optional().describe("Of code: typescript, python, …"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.looseObject({
    metrics: z.looseObject({ files: z.int(), lines: z.int(), functions: z.int() }),
    findings: z.array(
      z.object({ rule: z.string(), path: z.string(), line: z.int(), message: z.string(), fix: z.string() }),
    ),
    ...listFields,
  }),
  async handler(input, { workspace, analysis, signal, progress }) {
    const answer = await analysis.quality(await queryOf(input, workspace), { signal, progress });
    const { findings, incomplete } = answer;
    const metrics = { ...answer.metrics };
    const around = { metrics };
    const { items, ...list } = await page({
      tool: "analyze_code_quality",
      input,
      items: findings,
      incomplete,
      around,
    });
    return { metrics, findings: items, ...list };
  },
});

interface Asked {
  readonly path?: string | undefined;
  readonly code?: string | undefined;
  readonly language?: string | undefined;
}

async function queryOf({ path, code, language }: Asked, workspace: ToolContext["workspace"]) {
  // Langflow 1.7 fills an argument named "code" with its component's own source: beside a path only a language means it.
  if (code !== undefined && (path === undefined || language !== undefined)) {
    if (path !== undefined || language === undefined) {
      const message = path === undefined ? "code comes without language." : "path and code exclude each other.";
      throw new ToolError("INVALID_ARGUMENT", message, "Give either path, or code and language.");
    }
    return { kind: "code" as const, code, language };
  }
  return scopeOf(path, workspace);
}
