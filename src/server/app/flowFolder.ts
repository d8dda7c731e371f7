import { readdir } from "node:fs/promises";
import type { FlowFolder } from "../langflow/flowFiles.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import { writeWhole } from "../workspace/texts/writeWhole.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Flow files of a workspace. Who pulls a flow asked for just that, so no preview stands before it. */
export function createFlowFolder(workspace: Workspace): FlowFolder {
  return {
    async list(folder) {
      const { absolute, displayPath } = await workspace.resolve(folder);
      const names = await readdir(absolute).catch((error: unknown) => {
        if (["ENOENT", "ENOTDIR"].includes(systemCode(error))) return [];
        throw error;
      });
      const found = names.filter((name) => name.endsWith(".json")).sort();
      return found.map((name) => (displayPath === "." ? name : `${displayPath}/${name}`));
    },
    read: async (path) => (await workspace.read(path)).document.text,
    async write(path, text) {
      const location = await workspace.resolve(path);
      if (workspace.documents.unsaved().has(location.absolute)) {
        throw new ToolError(
          "CONFLICT",
          `${location.displayPath} has unsaved changes in the editor.`,
          "Save or revert the file, then try again.",
        );
      }
      await writeWhole(location.absolute, text);
    },
  };
}
