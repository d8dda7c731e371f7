import { z } from "zod";
import { applyToOneFile, oneFileFields } from "./support/changeFiles.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const writeFile = defineTool({
  name: "write_file",
  title: "Write file",
  toolset: "files",
  effect: "update",
  description: lines(
    "Creates a new text file with its folders, or replaces the content of a whole one; use edit_file for a part.",
    "An existing file needs `ifMatch` or `overwrite: true`; it keeps encoding, BOM, line endings and mode.",
    "Returns outcome, etag, undoId and the diagnostics that the change adds and removes.",
  ),
  otherWords: "save store make add put",
  needs: ["workspace", "edits", "analysis"],
  input: z.strictObject({
    path: Param.path,
    content: z.string(),
    ifMatch: Param.etag.optional(),
    overwrite: z.boolean().optional().describe("Replace the file, whatever it contains"),
  }),
  output: z.object(oneFileFields),
  example: { path: "notes/to-do.md", content: "# To do\n" },
  async handler({ path, content, ifMatch, overwrite = false }, context) {
    const plan = await context.edits.files.write({ path, content, ifMatch, overwrite });
    return applyToOneFile(plan, context);
  },
});
