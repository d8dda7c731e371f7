import { z } from "zod";
import type { RefactorQuery, Target } from "../analysis/typescript/answers.ts";
import { ToolError } from "../platform/errors.ts";
import type { FileChange } from "../workspace/edits/changes.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { impactOf, shownImpact } from "./support/changeFiles.ts";
import { fittingDiff } from "./support/fittingDiff.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param, DiagnosticsChange } from "./support/params.ts";
import { existing, targetOf, targetShape } from "./support/symbolTarget.ts";

const impactMs = 15_000;
const maxConflicts = 20;
const maxNotes = 20;
const maxMentions = 20;

const Line = z.int().min(1);
const input = z.strictObject({
  operation: z
    .string()
    .max(80)
    .describe(
      "rename_symbol, move_path, move_symbol, extract_function, extract_constant, extract_type, inline, organize_imports, or a TypeScript action in snake case",
    ),
  ...targetShape,
  symbols: z
    .array(z.string().min(1).max(1024))
    .min(2)
    .max(50)
    .optional()
    .describe("Instead of `symbol`: several of one file, which move_symbol moves together"),
  range: z
    .strictObject({ startLine: Line, startColumn: Line, endLine: Line, endColumn: Line })
    .optional()
    .describe("In `path`, for extract_* and actions on code"),
  newName: z.string().min(1).max(200).optional(),
  renameFile: z
    .boolean()
    .optional()
    .describe("rename_symbol also renames the file that is named after the symbol, and its tests beside it"),
  to: z.string().min(1).max(4096).optional().describe("Target path of move_path and move_symbol"),
  emptyFile: z
    .enum(["keep", "delete"])
    .optional()
    .describe("A file that move_symbol leaves without code; kept by default"),
  scope: z.enum(["inner", "outer"]).optional().describe("Where extracted code goes"),
  maxTokens: Param.maxTokens,
  wait: Param.wait.optional(),
});

export const previewRefactoring = defineTool({
  name: "preview_refactoring",
  title: "Preview refactoring",
  toolset: "refactor",
  effect: "read",
  long: true,
  description: lines(
    "Works out a TypeScript or JavaScript refactoring over all projects (rename a symbol everywhere, move it or a file, extract a selection into a function, constant or type, inline, change a signature, safe delete, organize imports, convert) and changes nothing: apply_edits applies the planId.",
    "Returns files, edits, conflicts, the diagnostics it would add and remove, and a diff.",
  ),
  otherWords: "restructure rewrite rename move extract inline imports unused delete",
  needs: ["workspace", "edits", "analysis"],
  input,
  output: z.object({
    planId: z.string().describe("For apply_edits"),
    expiresAt: z.string().describe("ISO time after which the plan is no longer kept"),
    title: z.string().describe("What the plan does, in words"),
    files: z.int().describe("Files that would change"),
    edits: z.int().describe("Pieces of text that would change"),
    ...DiagnosticsChange.pick({ added: true, removed: true }).shape,
    checked: z
      .object({ by: z.enum(["types", "names"]), files: z.int(), complete: z.boolean() })
      .describe(
        "Files that were checked for `added`; by names: each use of what is renamed or moved means what it meant, so that no type can change",
      ),
    conflicts: z
      .array(z.object({ path: z.string(), line: z.int().optional(), message: z.string() }))
      .describe("Uses whose meaning the plan would change; apply_edits refuses it unless they are accepted"),
    notes: z.array(z.string()).describe("What the plan does besides, such as exporting a helper"),
    mentions: z
      .array(z.object({ path: z.string(), line: z.int(), text: z.string() }))
      .describe("Texts with the old name or path that stay as they are: look at them"),
    mentionsLeft: z.int().optional().describe("Mentions not listed"),
    diff: z.string().describe("Unified diff, up to the budget"),
    left: z.int().optional().describe("Files not in the diff"),
  }),
  example: { operation: "rename_symbol", symbol: "Basket", newName: "Bag" },
  async handler(request, context) {
    const { workspace, analysis, edits, signal, progress } = context;
    const query = await queryOf(workspace, request);
    const ask = async (leave?: readonly string[]) => {
      const answer = await analysis.refactor({ ...query, leave }, { signal, progress });
      return { answer, plan: await edits.plan(answer.title, answer.changes, answer.conflicts) };
    };
    let { answer, plan } = await ask();
    // A manifest that only the user may write need not stop a move: what it says is listed.
    const leave = plan.protectedFiles.filter((file) => isEdited(answer.changes, file));
    const movesFile = query.operation === "move_path" || query.renameFile === true;
    if (movesFile && leave.length > 0) ({ answer, plan } = await ask(leave));
    const { title, changes, edits: count, conflicts, notes, mentions, diffs } = answer;
    const impact = await impactOf(plan.changes, { scope: "reached", timeoutMs: impactMs }, context);
    const { added, removed } = shownImpact(impact, context);
    const refused = plan.protectedFiles.map((file) => ({
      path: workspace.displayPath(file),
      message: "Protected: only the user can let this file be written.",
    }));
    const by = impact.byNames ? ("names" as const) : ("types" as const);
    const base = {
      planId: plan.id,
      expiresAt: plan.expiresAt.toISOString(),
      title,
      files: changes.length,
      edits: count,
      added,
      removed,
      checked: { by, files: impact.scope, complete: impact.complete },
      conflicts: [...refused, ...conflicts].slice(0, maxConflicts),
      notes: notes.slice(0, maxNotes),
      mentions: mentions.slice(0, maxMentions),
      ...(mentions.length > maxMentions && { mentionsLeft: mentions.length - maxMentions }),
    };
    return { ...base, ...(await fittingDiff(diffs, request.maxTokens, base)) };
  },
});

function isEdited(changes: readonly FileChange[], file: string): boolean {
  return changes.some((change) => change.kind === "edit" && change.path === file);
}

async function queryOf(workspace: Workspace, request: z.output<typeof input>): Promise<RefactorQuery> {
  const { operation, symbol, symbols, path, line, range, newName, renameFile, to, emptyFile, scope } = request;
  const goal = to === undefined ? undefined : await locationOf(workspace, to);
  const base = { operation, newName, renameFile, to: goal, emptyFile, scope };
  if (renameFile === true && operation !== "rename_symbol") {
    throw new ToolError("INVALID_ARGUMENT", `${operation} takes no \`renameFile\`.`, "Move a file with move_path.");
  }
  if (symbols) return { ...base, targets: await targetsOf(workspace, { ...request, symbols }) };
  if (symbol !== undefined || line !== undefined) return { ...base, target: await targetOf(workspace, request) };
  if (path !== undefined) return { ...base, file: await existing(workspace, path), range };
  throw new ToolError(
    "INVALID_ARGUMENT",
    "No code to refactor is named.",
    "Give `symbol`, or `path` and maybe `range`.",
  );
}

type Several = z.output<typeof input> & { readonly symbols: readonly string[] };

async function targetsOf(
  workspace: Workspace,
  { operation, symbol, symbols, path, line, range }: Several,
): Promise<Target[]> {
  if (operation !== "move_symbol") {
    throw new ToolError("INVALID_ARGUMENT", `${operation} takes no \`symbols\`.`, "Name one by `symbol`.");
  }
  if (symbol !== undefined || line !== undefined || range !== undefined) {
    const message = "`symbols` names all that moves: `symbol`, `line` and `range` cannot be given besides.";
    throw new ToolError("INVALID_ARGUMENT", message, "Name every symbol in `symbols`.");
  }
  return Promise.all(symbols.map((one) => targetOf(workspace, { symbol: one, path })));
}

/** Only a location inside the roots: the plan sees to the rest. */
async function locationOf(workspace: Workspace, to: string): Promise<string> {
  return (await workspace.resolve(to)).absolute;
}
