import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import type { Diagnostic, Impact } from "../analysis/types.ts";
import type { EditPlan } from "../workspace/edits/edits.ts";
import { impactOf, shownImpact } from "./support/changeFiles.ts";
import { decided, decisionFields } from "./support/decision.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { DiagnosticsChange } from "./support/params.ts";

const maxFiles = 100;
const maxConflicts = 20;
/** Clients give up after a minute. */
const checkMs = 50_000;
/** When errors are accepted, the diagnostics are for the answer only. */
const acceptedMs = 10_000;

export const applyEdits = defineTool({
  name: "apply_edits",
  title: "Apply edits",
  toolset: "refactor",
  effect: "update",
  description: lines(
    "Applies the plan of preview_refactoring, all of it or nothing; CONFLICT when a file changed since.",
    "Refuses a plan that would add errors or has conflicts, unless `accept` names them.",
    "Returns outcome, undoId, files and the diagnostics added and removed.",
  ),
  otherWords: "accept perform execute carry out write refactoring plan",
  needs: ["workspace", "edits", "analysis"],
  input: z.strictObject({
    planId: z.string().max(64),
    accept: z
      .array(z.enum(["errors", "conflicts"]))
      .max(2)
      .optional()
      .describe("What the plan may bring: errors that the compiler finds, conflicts that the preview names"),
    onlyIfNoNewErrors: z
      .boolean()
      .optional()
      .describe("Look for errors in every file that depends on a changed declaration, not in the importers alone"),
  }),
  output: z.object({
    ...decisionFields,
    undoId: z.string().optional().describe("Takes the change back with undo_edits; absent when rejected"),
    files: z.array(z.string()).describe("Files that were changed"),
    left: z.int().optional().describe("Files not listed"),
    diagnostics: DiagnosticsChange.optional(),
  }),
  example: { planId: "(planId of preview_refactoring)" },
  async handler({ planId, accept = [], onlyIfNoNewErrors = false }, context) {
    const { edits, workspace } = context;
    const plan = edits.find(planId);
    if (!accept.includes("conflicts")) refuseConflicts(plan);
    const scope = onlyIfNoNewErrors ? "dependents" : "reached";
    const timeoutMs = accept.includes("errors") ? acceptedMs : checkMs;
    // Worked out on a copy before the write, while the files still are what the plan says.
    const impact = await impactOf(plan.changes, { scope, timeoutMs }, context);
    const diagnostics = shownImpact(impact, context);
    if (!accept.includes("errors") && (impact.late === true || impact.added.some(isError))) {
      // Offsets of the plan in another text look like errors; that a file has changed is what the caller has to know.
      await edits.checkUnchanged(plan);
      throw refusalOf(impact, diagnostics.added);
    }
    const { made, decision } = await decided(() => edits.apply(plan, context), context);
    if (!made) return { ...decision, files: [] };
    const { undoId, files } = made;
    const left = files.length - maxFiles;
    return {
      ...decision,
      undoId,
      files: files.slice(0, maxFiles).map((file) => workspace.displayPath(file)),
      ...(left > 0 && { left }),
      // They are of the whole change.
      ...(decision.outcome === "accepted" && { diagnostics }),
    };
  },
});

function refuseConflicts({ conflicts }: EditPlan): void {
  const [first] = conflicts;
  if (!first) return;
  throw new ToolError(
    "HAS_CONFLICTS",
    `The plan has ${count(conflicts.length, "conflict")}; nothing was changed. The first: ${first.message}`,
    'Choose another name or target. To apply it anyway, add accept: ["conflicts"].',
    { conflicts: conflicts.slice(0, maxConflicts) },
  );
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function refusalOf({ added }: Impact, shown: z.output<typeof DiagnosticsChange>["added"]): ToolError {
  const errors = added.filter(isError).length;
  if (errors > 0) {
    return new ToolError(
      "ADDS_ERRORS",
      `The plan would add ${count(errors, "error")}; nothing was changed.`,
      'Change what the errors name first, or plan something else. To apply it anyway, add accept: ["errors"].',
      { added: shown },
    );
  }
  return new ToolError(
    "NOT_READY",
    "Not every file that the change can reach could be checked in time; nothing was changed.",
    'Call again, which goes on with the rest of them; or apply it unchecked with accept: ["errors"].',
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
