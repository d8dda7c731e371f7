import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import type { Diagnostic, Impact, ImpactQuery } from "../../analysis/types.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Applied, EditPlan } from "../../workspace/edits/edits.ts";
import type { ToolContext } from "../runner/context.ts";
import { decided, decisionFields } from "./decision.ts";
import { DiagnosticsChange } from "./params.ts";

type Context = Pick<
  ToolContext,
  "analysis" | "arrivedAt" | "caller" | "edits" | "log" | "progress" | "signal" | "workspace"
>;

/** A write answers after at most this long, with what is known of its diagnostics by then. */
const impactMs = 10_000;
const maxShown = 20;

export interface Changed extends Applied {
  readonly diagnostics: z.output<typeof DiagnosticsChange>;
}

/**
 * Applies a plan and reports what it does to the diagnostics. These are worked out on a copy before the write, while the
 * files still are what the plan says; the write does not depend on them.
 */
export async function applyPlan(plan: EditPlan, context: Context): Promise<Changed> {
  const impact = await impactOf(plan.changes, { scope: "importers", timeoutMs: impactMs }, context);
  const applied = await context.edits.apply(plan, context);
  return { ...applied, diagnostics: shownImpact(impact, context) };
}

/** What a tool answers that writes one file. */
export const oneFileFields = {
  ...decisionFields,
  etag: z.string().optional().describe("SHA-256 of the file after the change; absent when rejected"),
  undoId: z.string().optional().describe("Takes the change back with undo_edits; absent when rejected"),
  diagnostics: DiagnosticsChange.optional(),
};

/** The same for a plan of one file, with its new etag. */
export async function applyToOneFile(plan: EditPlan, context: Context) {
  const { made, decision } = await decided(() => applyPlan(plan, context), context);
  if (!made) return decision;
  const [etag = ""] = made.etags.values();
  return { ...decision, etag, undoId: made.undoId, ...("diagnostics" in made && { diagnostics: made.diagnostics }) };
}

/** What a set of changes would do to the diagnostics; `complete: false` with what is known when the time is over. */
export async function impactOf(
  changes: readonly FileChange[],
  options: Pick<ImpactQuery, "scope" | "timeoutMs">,
  { analysis, signal, progress, log }: Pick<ToolContext, "analysis" | "signal" | "progress" | "log">,
): Promise<Impact> {
  let known: Impact = { added: [], removed: [], scope: 0, complete: false };
  const partial = (impact: Impact) => {
    known = impact;
  };
  const late = new AbortController();
  // The thread keeps the time itself, but not in the middle of a file or behind another question.
  const timer = setTimeout(() => late.abort(), options.timeoutMs + 500);
  try {
    const aborted = AbortSignal.any([signal, late.signal]);
    return await analysis.impact({ changes, ...options }, { signal: aborted, progress, partial });
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    log.debug("edits.impact", { code: error.code });
    return { ...known, late: true };
  } finally {
    clearTimeout(timer);
  }
}

/** The diagnostics with callers' paths, the first of each kind. */
export function shownImpact(impact: Impact, { workspace }: Pick<Context, "workspace">): Changed["diagnostics"] {
  const listed = (items: readonly Diagnostic[]) =>
    items.slice(0, maxShown).map((item) => ({ ...item, path: workspace.displayPath(item.path) }));
  const left = Math.max(0, impact.added.length - maxShown) + Math.max(0, impact.removed.length - maxShown);
  return {
    added: listed(impact.added),
    removed: listed(impact.removed),
    ...(left > 0 && { left }),
    scope: impact.scope,
    complete: impact.complete,
  };
}
