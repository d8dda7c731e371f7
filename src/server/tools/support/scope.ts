import { stat } from "node:fs/promises";
import { ToolError } from "../../platform/errors.ts";
import type { ToolContext } from "../runner/context.ts";

/** The part of the workspace that a tool is asked about: a file or folder, or everything without a path. */
export async function scopeOf(path: string | undefined, workspace: ToolContext["workspace"]) {
  const { roots, documents } = workspace;
  const query = {
    kind: "path" as const,
    roots: roots.map((root) => ({ absolute: root.path, shown: roots.length === 1 ? "" : root.name })),
  };
  if (path === undefined || path === ".") return query;
  const place = await workspace.resolve(path);
  if (!place.exists && documents.editorText(place.absolute) === undefined) {
    throw new ToolError("NOT_FOUND", `${place.shown} does not exist.`, "Look with list_directory.");
  }
  if (place.shown === ".") return query;
  const isFolder = place.exists && (await stat(place.absolute)).isDirectory();
  return { ...query, target: { absolute: place.absolute, shown: place.shown, isFolder } };
}
