import { stat } from "node:fs/promises";
import type { ToolContext } from "../runner/context.ts";

/** The part of the workspace that a tool is asked about: a file or folder, or everything without a path. */
export async function scopeOf(path: string | undefined, workspace: ToolContext["workspace"]) {
  const { roots } = workspace;
  const query = {
    kind: "path" as const,
    roots: roots.map((root) => ({ absolute: root.path, shown: roots.length === 1 ? "" : root.name })),
  };
  if (path === undefined || path === ".") return query;
  const place = await workspace.existing(path);
  if (place.shown === ".") return query;
  const isFolder = place.exists && (await stat(place.absolute)).isDirectory();
  return { ...query, target: { absolute: place.absolute, shown: place.shown, isFolder } };
}
