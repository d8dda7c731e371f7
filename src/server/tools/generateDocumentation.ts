import { z } from "zod";
import type { Incomplete } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import type { FileChange } from "../workspace/edits/changes.ts";
import type { PlanConflict } from "../workspace/edits/edits.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import type { ToolContext } from "./runner/context.ts";
import { fittingDiff } from "./support/fittingDiff.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

const maxConflicts = 20;
const maxNotes = 20;

const input = z.strictObject({
  path: Param.path.optional().describe("A file for its page alone, or a folder; everything without one"),
  to: Param.path
    .optional()
    .describe("Plan the pages as files below this folder, such as docs/api; `path` is then a folder"),
  tsdoc: z
    .boolean()
    .optional()
    .describe(
      "Instead of pages, plan TSDoc comments for exported functions, classes and methods: facts only, no prose",
    ),
  limit: Param.limit.optional(),
  cursor: Param.cursor.optional(),
  maxTokens: Param.maxTokens.unwrap().default(4000),
  wait: Param.wait.optional(),
});

export const generateDocumentation = defineTool({
  name: "generate_documentation",
  title: "Generate documentation",
  toolset: "docs",
  effect: "read",
  long: true,
  description: lines(
    "Writes Markdown documentation from the code, without a model: an overview with a Mermaid chart of the modules, and a page for each TypeScript or JavaScript module",
    "with every exported name, its signature, comment and members. Nothing is written: with `to` or `tsdoc` the answer has a planId, which apply_edits applies.",
    "Pages below `to` are kept: a second plan changes what the code changed, and text outside of the generated parts stays.",
  ),
  otherWords: "docs manual reference readme diagram mermaid typedoc tsdoc describe exported",
  needs: ["documentation", "analysis", "edits", "workspace"],
  input,
  output: z.object({
    pages: z
      .array(
        z.object({
          subject: z.string(),
          kind: z.enum(["overview", "module"]),
          content: z.string(),
        }),
      )
      .optional()
      .describe("Without `to` and `tsdoc`: the overview first, then modules by path; links lead to path#L12"),
    planId: z.string().optional().describe("For apply_edits; absent when nothing would change"),
    expiresAt: z.string().optional().describe("ISO time after which the plan is no longer kept"),
    files: z
      .array(z.object({ path: z.string(), change: z.enum(["create", "edit", "delete"]) }))
      .optional()
      .describe("Files that the plan changes"),
    conflicts: z
      .array(z.object({ path: z.string(), line: z.int().optional(), message: z.string() }))
      .optional()
      .describe(
        "Generated text that somebody edited and the plan would replace; apply_edits refuses it unless accepted",
      ),
    notes: z.array(z.string()).optional().describe("Comments that name what the code has not"),
    diff: z.string().optional().describe("Unified diff, up to the budget"),
    diffLeft: z.int().optional().describe("Files not in the diff"),
    ...listFields,
  }),
  example: { path: "src" },
  async handler(request, context) {
    const { documentation, signal, progress } = context;
    const { path, to, tsdoc = false } = request;
    if (tsdoc && to !== undefined) {
      const remedy = "Leave one of them out.";
      throw new ToolError("INVALID_ARGUMENT", "`to` writes pages, and `tsdoc` comments in the code.", remedy);
    }
    if (tsdoc) return planned(await comments(path, context), request, context);
    if (to !== undefined)
      return planned(await documentation.written({ path, to }, { signal, progress }), request, context);
    const { pages, incomplete } = await documentation.pages(path, { signal, progress });
    const { items, ...list } = await page({ tool: "generate_documentation", input: request, items: pages, incomplete });
    return { pages: items, ...list };
  },
});

type Context = Pick<ToolContext, "analysis" | "edits" | "signal" | "progress" | "workspace">;

interface Wanted {
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly change: "create" | "edit" | "delete" }[];
  readonly changes: readonly FileChange[];
  readonly conflicts?: readonly PlanConflict[];
  readonly notes?: readonly string[];
  readonly diffs: readonly { readonly path: string; readonly text: string }[];
  readonly incomplete: readonly Incomplete[];
}

async function comments(path: string | undefined, { analysis, workspace, signal, progress }: Context): Promise<Wanted> {
  const { target } = await workspace.scope(path);
  const answer = await analysis.comments({ path: target?.absolute }, { signal, progress });
  const files = answer.changes.map(({ path: file }) => ({
    path: workspace.displayPath(file),
    change: "edit" as const,
  }));
  return { ...answer, title: `Add ${String(answer.comments)} TSDoc comments`, files };
}

/** The answer about a plan, without one when nothing would change. */
async function planned(
  { title, files, changes, conflicts = [], notes = [], diffs, incomplete }: Wanted,
  request: z.output<typeof input>,
  { edits }: Context,
) {
  const plan = changes.length > 0 ? await edits.plan(title, changes, conflicts) : undefined;
  const around = {
    ...(plan && { planId: plan.id, expiresAt: plan.expiresAt.toISOString() }),
    ...(conflicts.length > 0 && { conflicts: conflicts.slice(0, maxConflicts) }),
    ...(notes.length > 0 && { notes: notes.slice(0, maxNotes) }),
  };
  const list = { tool: "generate_documentation", input: request, items: files, incomplete, around };
  const { items, ...rest } = await page({ ...list, defaultLimit: 50 });
  const base = { ...around, files: items, ...rest };
  // The first page of the files has the diff.
  if (!plan || request.cursor !== undefined) return base;
  const { diff, left } = await fittingDiff(diffs, request.maxTokens, base);
  return { ...base, diff, ...(left !== undefined && { diffLeft: left }) };
}
