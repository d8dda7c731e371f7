import { z } from "zod";
import type { Finding, QualityQuery } from "../analysis/quality/answer.ts";
import { severities } from "../../protocol/findings.ts";
import type { Severity } from "../../protocol/findings.ts";
import { ToolError } from "../platform/errors.ts";
import type { ToolContext } from "./runner/context.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { LeftOut, Param, leftOutOf, listFields } from "./support/params.ts";

const Listed = z.object({
  rule: z.string(),
  severity: z.enum(severities),
  path: z.string(),
  line: z.int(),
  message: z.string(),
  fix: z.string(),
  preview: z
    .object({
      operation: z.string(),
      path: z.string(),
      range: z.object({ startLine: z.int(), startColumn: z.int(), endLine: z.int(), endColumn: z.int() }),
    })
    .optional()
    .describe("Arguments of preview_refactoring that do it"),
});

export const analyzeCodeQuality = defineTool({
  name: "analyze_code_quality",
  title: "Analyze code quality",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Metrics and findings, worst first, of a file, a folder, the repository (no path) or a piece of code:",
    "complexity of functions, nesting, size, duplicated and dead code, import cycles, unsafe types; each with position and fix.",
    "Of a folder or the repository: the 50 findings most worth acting on; `behind` counts the others.",
  ),
  otherWords:
    "smells lint review maintainability metrics complexity technical debt improve refactor unused long tangled complicated",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    path: Param.path.optional(),
    code: z.string().max(1_000_000).optional().describe("Instead of path"),
    language: z.string().max(40).optional().describe("Of code: typescript, python, …"),
    severity: z.enum(severities).optional().describe("Every finding from this severity on; information: all"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.looseObject({
    metrics: z
      .looseObject({ files: z.int(), lines: z.int(), functions: z.int() })
      .describe("What was measured; more figures for a file or a piece of code"),
    findings: z.array(Listed).describe("Findings, the one most worth acting on first"),
    behind: z.int().optional().describe("Findings that `severity` would add to the list"),
    inBaseline: z.int().optional().describe("Accepted findings, which .langflow-connect/baseline.json names"),
    leftOut: LeftOut,
    ...listFields,
  }),
  example: { path: "src/basket.ts" },
  async handler(input, { workspace, analysis, signal, progress }) {
    const query = await queryOf(input, workspace);
    const answer = await analysis.quality(query, { signal, progress });
    const { incomplete } = answer;
    const metrics = { ...answer.metrics };
    const findings = chosen(answer.findings, query, input.severity).map(({ about: _about, ...finding }) => finding);
    const behind = answer.findings.length - findings.length;
    const around = {
      metrics,
      ...(behind > 0 && { behind }),
      ...(answer.inBaseline > 0 && { inBaseline: answer.inBaseline }),
      ...(answer.leftOut && leftOutOf(answer.leftOut)),
    };
    const { items, ...list } = await page({
      tool: "analyze_code_quality",
      input,
      items: findings,
      shown: (finding) => Listed.parse(finding),
      incomplete,
      around,
    });
    return { ...around, findings: items, ...list };
  },
});

/** What a list contains when nobody asks for more: enough to start with, and few enough to read. */
const mostByDefault = 50;

/** Of one file or a piece of code everything; of more, what is worth acting on first. */
function chosen(found: readonly Finding[], query: QualityQuery, severity: Severity | undefined): readonly Finding[] {
  const isSingle = query.kind === "code" || query.target?.isFolder === false;
  const least = severities.indexOf(severity ?? (isSingle ? "information" : "warning"));
  const listed = found.filter((one) => severities.indexOf(one.severity) <= least);
  return severity === undefined && !isSingle ? listed.slice(0, mostByDefault) : listed;
}

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
  return { kind: "path" as const, ...(await workspace.scope(path)) };
}
