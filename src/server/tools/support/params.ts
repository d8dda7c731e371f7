import { z } from "zod";

/** Arguments and answer fields that mean the same in every tool. */
export const Param = {
  path: z.string().min(1).max(4096).describe("Path relative to the workspace root, with /"),
  line: z.int().min(1).describe("1-based line"),
  column: z.int().min(1).describe("1-based column"),
  limit: z.int().min(1).max(1000).describe("Most items in one answer"),
  etag: z.string().max(64).describe("etag that read_file gave for the text being replaced"),
  cursor: z.string().max(4096).describe("`cursor` of the previous answer, for the next page"),
  maxTokens: z.int().min(200).max(100_000).default(2000).describe("Answer budget in tokens"),
  wait: z.int().min(0).max(170).describe("Seconds to wait for the answer before a job id is given"),
};

export const Incomplete = z.array(z.object({ path: z.string(), reason: z.string() }));

const Change = z.object({
  path: z.string(),
  line: z.int(),
  column: z.int(),
  code: z.int(),
  message: z.string(),
  severity: z.string(),
});

/** What a write did to the diagnostics of the changed files and their direct importers. */
export const DiagnosticsChange = z
  .object({
    added: z.array(Change).describe("Diagnostics that the change brings"),
    removed: z.array(Change).describe("Diagnostics that the change takes away"),
    left: z.int().optional().describe("Diagnostics not listed"),
    scope: z.int().describe("Files looked at"),
    complete: z.boolean(),
  })
  .describe("What the change did to the diagnostics of the changed files and their importers");

/** The fields that every list answer has, for its output schema; `page` in page.ts fills them. */
export const listFields = {
  total: z.int().describe("Items of all pages"),
  left: z.int().describe("Items after this page"),
  cursor: z.string().optional().describe("For the next page; absent on the last"),
  complete: z.boolean().describe("false when something could not be read"),
  incomplete: Incomplete.optional().describe("What could not be read, and why"),
};

/** How many items of a list are in generated and vendored files, for its output schema. */
export const InGenerated = z.int().optional().describe("Items in generated or vendored files; they come last");

/** What a walk of files passed over, for an output schema; `leftOutOf` fills it. */
export const LeftOut = z
  .object({ ignored: z.int().optional(), excluded: z.int().optional() })
  .optional()
  .describe("Files and folders passed over: named by an ignore file, or excluded as node_modules is");

/** The field with the counts that are not 0; nothing when nothing was passed over. */
export function leftOutOf({ ignored, excluded }: { readonly ignored: number; readonly excluded: number }) {
  if (ignored + excluded === 0) return {};
  return { leftOut: { ...(ignored > 0 && { ignored }), ...(excluded > 0 && { excluded }) } };
}
