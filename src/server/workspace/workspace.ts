import { createDocuments } from "./documents.ts";
import type { Documents } from "./documents.ts";
import { resolvePath } from "./paths.ts";
import type { WorkspacePath } from "./paths.ts";
import { openRoots } from "./roots.ts";
import type { Root } from "./roots.ts";

/** The folders that tools may touch, and the texts in them. */
export interface Workspace {
  readonly roots: readonly Root[];
  readonly documents: Documents;
  resolve(path: string): Promise<WorkspacePath>;
}

export async function openWorkspace(folders: readonly string[]): Promise<Workspace> {
  const roots = await openRoots(folders);
  return { roots, documents: createDocuments(), resolve: (path) => resolvePath(roots, path) };
}
