import { z } from "zod";
import { applyToOneFile, oneFileFields } from "./support/changeFiles.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const editFile = defineTool({
  name: "edit_file",
  title: "Edit file",
  toolset: "files",
  effect: "update",
  description: lines(
    "Replaces pieces of text in a file. Each `oldText` must be there exactly once, in the text as it is now, unless `all`.",
    "Returns outcome, etag, undoId and the diagnostics that the change adds and removes; AMBIGUOUS gives the lines.",
  ),
  otherWords: "change modify patch update substitute fix swap value",
  needs: ["workspace", "edits", "analysis"],
  input: z.strictObject({
    path: Param.path,
    edits: z
      .array(z.strictObject({ oldText: z.string().min(1), newText: z.string(), all: z.boolean().optional() }))
      .min(1)
      .max(200),
    ifMatch: Param.etag.optional(),
  }),
  output: z.object(oneFileFields),
  example: { path: "src/basket.ts", edits: [{ oldText: "fruits = 0", newText: "fruits = 1" }] },
  async handler({ path, edits, ifMatch }, context) {
    const replacements = edits.map(({ all = false, ...texts }) => ({ ...texts, all }));
    const plan = await context.edits.files.replace({ path, ifMatch, replacements });
    return applyToOneFile(plan, context);
  },
});
