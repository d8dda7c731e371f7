import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { applyPlan } from "./support/changeFiles.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const writeBaseline = defineTool({
  name: "write_baseline",
  title: "Write baseline",
  toolset: "quality",
  effect: "update",
  long: true,
  description: lines(
    "Accepts the findings that the workspace has now: writes them to .langflow-connect/baseline.json of each root,",
    "so that analyze_code_quality lists only new ones. The file is protected: the user confirms it in the editor.",
  ),
  otherWords: "accept ignore suppress existing findings",
  needs: ["workspace", "edits", "analysis"],
  input: z.strictObject({ wait: Param.wait.optional() }),
  output: z.object({
    undoIds: z.array(z.string()).describe("One for each file"),
    findings: z.int().describe("Accepted findings"),
    files: z.array(z.string()).describe("Baseline files that were written"),
  }),
  async handler(_input, context) {
    const { workspace, analysis, edits, signal, progress } = context;
    const query = { kind: "path", ...(await workspace.scope()), forBaseline: true } as const;
    const { findings, baseline = [] } = await analysis.quality(query, { signal, progress });
    if (findings.some(({ rule }) => rule === "invalid-configuration")) {
      throw new ToolError(
        "CONFLICT",
        "The rules of this workspace cannot be read, so that its findings are not known.",
        "Correct .langflow-connect/quality.json first; analyze_code_quality names the line.",
      );
    }
    const undoIds: string[] = [];
    for (const { path, text } of baseline) {
      const plan = await edits.files.write({ path, content: text, ifMatch: undefined, overwrite: true });
      undoIds.push((await applyPlan(plan, context)).undoId);
    }
    return { undoIds, findings: findings.length, files: baseline.map(({ path }) => path) };
  },
});
