import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { decided, decisionFields } from "./support/decision.ts";
import { Param } from "./support/params.ts";

export const deleteFile = defineTool({
  name: "delete_file",
  title: "Delete file",
  toolset: "files",
  effect: "delete",
  description: lines(
    "Removes one file. undo_edits with the undoId returned brings it back, for 7 days and the last 200 MB of changes.",
  ),
  otherWords: "delete rm unlink erase trash",
  needs: ["edits", "workspace"],
  input: z.strictObject({ path: Param.path, ifMatch: Param.etag }),
  output: z.object({
    ...decisionFields,
    undoId: z.string().optional().describe("Takes the change back with undo_edits; absent when rejected"),
  }),
  example: { path: "old.txt", ifMatch: "(etag of read_file)" },
  async handler({ path, ifMatch }, context) {
    const plan = await context.edits.files.remove({ path, ifMatch });
    const { made, decision } = await decided(() => context.edits.apply(plan, context), context);
    return { ...decision, ...(made && { undoId: made.undoId }) };
  },
});
