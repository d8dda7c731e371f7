import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { rootNames } from "../../../protocol/rootNames.ts";
import { ToolError } from "../../platform/errors.ts";

export interface Root {
  /** Folder name, made unique among the roots; paths start with it when there are several roots. */
  readonly name: string;
  /** Real absolute path, without a trailing separator. */
  readonly path: string;
}

/** Checks that each folder is there and gives the roots their names; the same folder twice is one root. */
export async function openRoots(folders: readonly string[]): Promise<readonly Root[]> {
  const paths = new Set<string>();
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined || !(await stat(real)).isDirectory()) {
      throw new ToolError("NOT_FOUND", `${folder} is not a folder.`, "Give an existing folder.");
    }
    paths.add(real);
  }
  const names = rootNames([...paths].map((real) => path.basename(real)));
  return [...paths].map((real, at) => ({ name: names[at] ?? "root", path: real }));
}

/** 16 hex digits that stand for a set of roots, in any order. */
export function rootsHash(roots: readonly Root[]): string {
  const paths = roots.map((root) => root.path).sort();
  return createHash("sha256").update(paths.join("\0")).digest("hex").slice(0, 16);
}
