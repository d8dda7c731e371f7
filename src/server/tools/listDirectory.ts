import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { page } from "./support/page.ts";
import { Param, listFields } from "./support/params.ts";

export const listDirectory = defineTool({
  name: "list_directory",
  title: "List directory",
  toolset: "files",
  effect: "read",
  description: lines(
    "Lists the files and folders in a directory: path, kind (file, directory, link, other) and size of each entry.",
    "With a depth, directories that contain only ignored files are named and not entered.",
  ),
  otherWords: "ls dir browse tree show what inside contents levels",
  needs: ["workspace"],
  input: z.strictObject({
    path: Param.path.optional(),
    depth: z.int().min(1).max(20).optional().describe("Levels, default 1"),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({
    entries: z
      .array(z.object({ path: z.string(), kind: z.string(), size: z.int().optional() }))
      .describe("Files and folders; the size is in bytes"),
    notEntered: z.int().optional().describe("Folders named and not entered: they contain only ignored files, or none"),
    ...listFields,
  }),
  example: { path: "src", depth: 2 },
  async handler(input, { workspace, signal }) {
    const { path = ".", depth = 1 } = input;
    const { entries, notEntered, incomplete } = await workspace.list({ path, depth, signal });
    const { items, ...rest } = await page({ tool: "list_directory", input, items: entries, incomplete });
    return { entries: items, ...(notEntered > 0 && { notEntered }), ...rest };
  },
});
