import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { applyPlan, impactOf, shownImpact } from "./support/changeFiles.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { DiagnosticsChange } from "./support/params.ts";

const maxFiles = 100;
const checkMs = 50_000;

export const applyEdits = defineTool({
  name: "apply_edits",
  title: "Apply edits",
  toolset: "refactor",
  effect: "update",
  description: lines(
    "Applies the plan of preview_refactoring, all of it or nothing; CONFLICT when a file changed since.",
    "Returns undoId, files and the diagnostics added and removed.",
  ),
  needs: ["workspace", "edits", "analysis"],
  input: z.strictObject({
    planId: z.string().max(64),
    onlyIfNoNewErrors: z
      .boolean()
      .optional()
      .describe("Refuse when any file that depends on a changed declaration would get a new error"),
  }),
  output: z.object({
    undoId: z.string().describe("Takes the change back with undo_edits"),
    files: z.array(z.string()).describe("Files that were changed"),
    left: z.int().optional().describe("Files not listed"),
    diagnostics: DiagnosticsChange,
  }),
  async handler({ planId, onlyIfNoNewErrors = false }, context) {
    const { edits, workspace } = context;
    const plan = edits.find(planId);
    if (!onlyIfNoNewErrors) return answer(await applyPlan(plan, context));
    const impact = await impactOf(plan.changes, { scope: "dependents", timeoutMs: checkMs }, context);
    const diagnostics = shownImpact(impact, context);
    if (!impact.complete) {
      throw new ToolError(
        "NOT_READY",
        "Not every dependent file could be checked in time; nothing was changed.",
        "Call again, or without onlyIfNoNewErrors.",
      );
    }
    if (impact.added.some((item) => item.severity === "error")) {
      throw new ToolError("CONFLICT", "The plan would add errors; nothing was changed.", "Change the plan.", {
        added: diagnostics.added,
      });
    }
    return answer({ ...(await edits.apply(plan, context)), diagnostics });

    function answer({ undoId, files, diagnostics: changed }: Awaited<ReturnType<typeof applyPlan>>) {
      const left = files.length - maxFiles;
      return {
        undoId,
        files: files.slice(0, maxFiles).map((file) => workspace.displayPath(file)),
        ...(left > 0 && { left }),
        diagnostics: changed,
      };
    }
  },
});
