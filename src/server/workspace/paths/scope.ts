import { stat } from "node:fs/promises";
import type { WorkspacePath } from "./paths.ts";
import type { Root } from "./roots.ts";

interface Located {
  readonly absolute: string;
  readonly displayPath: string;
}

/** The part of the workspace that a question is about. */
export interface Scope {
  /** Every root, with the name that its paths begin with: "" for an only root. */
  readonly roots: readonly Located[];
  /** A file or folder; absent: everything. */
  readonly target?: Located & { readonly isFolder: boolean };
}

/** @param location Undefined for everything. */
export async function scopeOf(roots: readonly Root[], location: WorkspacePath | undefined): Promise<Scope> {
  const all = {
    roots: roots.map((root) => ({ absolute: root.path, displayPath: root.prefix })),
  };
  if (!location || location.displayPath === ".") return all;
  const { absolute, displayPath, exists } = location;
  // A file that only the editor has is on no disk.
  const isFolder = exists && (await stat(absolute)).isDirectory();
  return { ...all, target: { absolute, displayPath, isFolder } };
}
