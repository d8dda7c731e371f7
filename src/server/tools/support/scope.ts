import { stat } from "node:fs/promises";
import type { ToolContext } from "../runner/context.ts";

/** The part of the workspace that a tool is asked about: a file or folder, or everything without a path. */
export async function scopeOf(path: string | undefined, workspace: ToolContext["workspace"]) {
  const { roots } = workspace;
  const query = {
    kind: "path" as const,
    roots: roots.map((root) => ({ absolute: root.path, displayPath: roots.length === 1 ? "" : root.name })),
  };
  if (path === undefined || path === ".") return query;
  const location = await workspace.existing(path);
  if (location.displayPath === ".") return query;
  const isFolder = location.exists && (await stat(location.absolute)).isDirectory();
  return { ...query, target: { absolute: location.absolute, displayPath: location.displayPath, isFolder } };
}
