import { z } from "zod";
import { decided, decisionFields } from "./support/decision.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

const maxFiles = 100;

export const undoEdits = defineTool({
  name: "undo_edits",
  title: "Undo edits",
  toolset: "refactor",
  effect: "update",
  description: lines(
    "Takes back the last change of files, or an earlier one, by the undoId that a writing tool returned, as long as its files are unchanged since.",
    "Returns files.",
  ),
  otherWords: "revert rollback restore undo back previous roll take",
  needs: ["workspace", "edits"],
  input: z.strictObject({ undoId: z.string().max(64) }),
  output: z.object({
    ...decisionFields,
    files: z.array(z.string()).describe("Files that are as they were before"),
    left: z.int().optional().describe("Files not listed"),
  }),
  example: { undoId: "(undoId of apply_edits)" },
  async handler({ undoId }, context) {
    const { edits, workspace } = context;
    const { made, decision } = await decided(() => edits.undo(undoId, context), context);
    const { files } = made ?? { files: [] };
    const left = files.length - maxFiles;
    return {
      ...decision,
      files: files.slice(0, maxFiles).map((file) => workspace.displayPath(file)),
      ...(left > 0 && { left }),
    };
  },
});
