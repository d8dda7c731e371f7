import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const createDirectory = defineTool({
  name: "create_directory",
  title: "Create directory",
  toolset: "files",
  effect: "create",
  description: lines("Makes a directory (folder) and its parents. Returns created, false when it was there already."),
  otherWords: "mkdir create new",
  needs: ["workspace", "edits"],
  input: z.strictObject({ path: Param.path }),
  output: z.object({ created: z.boolean().describe("false when the folder existed") }),
  example: { path: "src/fruits" },
  async handler({ path }, context) {
    const { workspace, edits } = context;
    return { created: await edits.createFolder(await workspace.resolve(path), context) };
  },
});
