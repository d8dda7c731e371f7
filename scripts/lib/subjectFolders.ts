// Where the real packages lie that tests and figures are taken on; subjects.ts makes them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "./cache.mjs";

export const subjectNames = ["viem@2.57.0", "rxjs@7.8.2", "effect@4.1.0"] as const;
export type SubjectName = (typeof subjectNames)[number];

/** Raised when the recipe changes, so that an older copy is recreated. */
const RECIPE = 1;

export function subjectFolder(name: SubjectName): string {
  return join(cacheDir(), `subject-${name}-${RECIPE}`);
}

export function isSubject(name: string): name is SubjectName {
  return subjectNames.some((known) => known === name);
}

/** It is renamed to its folder when it is complete. */
export function hasSubject(name: SubjectName): boolean {
  return existsSync(subjectFolder(name));
}
