import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unsavedFile } from "../langflow/flowFolder.ts";
import type { FlowFolder } from "../langflow/flowFolder.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import { newNameProblem, pathKey } from "../workspace/paths/names.ts";
import { writeWhole } from "../workspace/texts/writeWhole.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Flow files of a workspace. Who pulls a flow asked for just that, so no preview stands before it. */
export function createFlowFolder(workspace: Workspace): FlowFolder {
  // A flow called "Credentials" is a flow: names do not count here.
  async function textOf(path: string) {
    try {
      const { absolute } = await workspace.existing(path);
      const { text, unsaved } = await workspace.documents.read(absolute);
      return { text, unsaved };
    } catch (error) {
      // Their remedies name tools, which a person at a command line does not have.
      if (!(error instanceof ToolError) || !["NOT_FOUND", "BINARY_FILE", "NOT_A_REGULAR_FILE"].includes(error.code))
        throw error;
      throw new ToolError(error.code, `${path}: ${error.message}`, "See `flow status` for the files.");
    }
  }

  async function checkText(path: string, expected: string | undefined): Promise<void> {
    const location = await workspace.resolve(path);
    const { displayPath } = location;
    const now = location.exists ? await textOf(path) : undefined;
    if (now?.unsaved) {
      throw unsavedFile(displayPath);
    }
    if (now?.text !== expected) {
      throw new ToolError("CONFLICT", `${displayPath} was changed in between.`, "Look at the file, then try again.");
    }
  }

  /** Where a file of this name can be written. */
  async function newLocation(path: string) {
    const location = await workspace.resolve(path);
    const { displayPath } = location;
    const problem = location.exists ? undefined : newNameProblem(displayPath.split("/").at(-1) ?? "");
    if (problem === undefined) return location;
    throw new ToolError("INVALID_ARGUMENT", `${displayPath} ${problem}.`, "Rename the flow in Langflow first.");
  }

  return {
    pathOf: async (path) => (await workspace.resolve(path)).displayPath,
    keyOf: pathKey,
    async inRootOf(file, inside) {
      const { root } = await workspace.resolve(file);
      return workspace.displayPath(join(root.path, inside));
    },
    async list(folder, ending = ".json") {
      const { absolute, displayPath } = await workspace.resolve(folder);
      const names = await readdir(absolute).catch((error: unknown) => {
        if (["ENOENT", "ENOTDIR"].includes(systemCode(error))) return [];
        throw error;
      });
      const found = names.filter((name) => name.endsWith(ending)).sort();
      return found.map((name) => (displayPath === "." ? name : `${displayPath}/${name}`));
    },
    read: textOf,
    async write(path, text, expected) {
      const { absolute } = await newLocation(path);
      await checkText(path, expected);
      if (text !== expected) await writeWhole(absolute, text);
    },
    async move(path, to, text, expected) {
      const [from, target] = [await workspace.existing(path), await newLocation(to)];
      await checkText(path, expected);
      // Of some file systems, a name that differs in its case alone is the same file.
      if (target.exists && !(await isOneFile(from.absolute, target.absolute))) {
        throw new ToolError("CONFLICT", `${to} exists already.`, "Move or remove it, then try again.");
      }
      await mkdir(dirname(target.absolute), { recursive: true });
      await rename(from.absolute, target.absolute);
      await writeWhole(target.absolute, text);
      await removeIfEmpty(from.absolute);
    },
    async remove(path, expected) {
      const { absolute } = await workspace.existing(path);
      await checkText(path, expected);
      await rm(absolute);
      await removeIfEmpty(absolute);
    },
  };
}

/** The folder that a Python file leaves; that of the flows stays. */
async function removeIfEmpty(file: string): Promise<void> {
  if (!file.endsWith(".py")) return;
  // It stays when something else is in it.
  await rmdir(dirname(file)).catch(() => undefined);
}

async function isOneFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return first.dev === second.dev && first.ino === second.ino;
}
