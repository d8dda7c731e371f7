import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ToolError } from "../../platform/errors.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { filePath } from "./documents.ts";
import type { FolderFiles } from "./flowLanguage/flowsOfFolder.ts";

/** Flow files of the workspace for questions about a whole folder. What cannot be read answers no question. */
export function createFolderFiles(workspace: Workspace): FolderFiles {
  return {
    async beside(uri) {
      const file = filePath(uri);
      if (file === undefined) return [uri];
      const { absolute } = await workspace.existing(path.dirname(file));
      const names = (await readdir(absolute)).filter((name) => name.endsWith(".json")).sort();
      // An editor may write the URI of a file in another way.
      const own = path.basename(fileURLToPath(uri));
      return names.map((name) => (name === own ? uri : new URL(encodeURIComponent(name), uri).href));
    },
    async read(uri) {
      const file = filePath(uri);
      if (file === undefined) return undefined;
      try {
        const { absolute } = await workspace.existing(file);
        return (await workspace.documents.read(absolute)).text;
      } catch (error) {
        if (error instanceof ToolError) return undefined;
        throw error;
      }
    },
  };
}
