import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { rootNames } from "../../../protocol/rootNames.ts";
import { ToolError } from "../../platform/errors.ts";

export interface Root {
  /** Folder name, made unique among the roots. */
  readonly name: string;
  /** What paths in it begin with: "" for an only root, the name where there are several or the root has another workspace around it. */
  readonly prefix: string;
  /** Real absolute path, without a trailing separator. */
  readonly path: string;
}

/**
 * Checks that each folder is there and gives the roots their names; the same folder twice is one root.
 * @param prefix Of an only root that has another workspace around it.
 */
export async function openRoots(folders: readonly string[], prefix?: string): Promise<readonly Root[]> {
  const paths = new Set<string>();
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined || !(await stat(real)).isDirectory()) {
      throw new ToolError("NOT_FOUND", `${folder} is not a folder.`, "Give an existing folder.");
    }
    paths.add(real);
  }
  const names = rootNames([...paths].map((real) => path.basename(real)));
  return [...paths].map((real, at) => {
    const name = prefix ?? names[at] ?? "root";
    return { name, path: real, prefix: paths.size === 1 && prefix === undefined ? "" : name };
  });
}

/** 16 hex digits that stand for a set of roots, in any order. */
export function rootsHash(roots: readonly Root[]): string {
  const paths = roots.map((root) => root.path).sort();
  return createHash("sha256").update(paths.join("\0")).digest("hex").slice(0, 16);
}
