import { readdir } from "node:fs/promises";
import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import type { FileLister } from "../../platform/listFiles.ts";
import { readFolder } from "../../platform/openFile.ts";
import { displayPathIn } from "./paths.ts";
import type { WorkspacePath } from "./paths.ts";
import { isSecretFile } from "./secrets.ts";

const mostNames = 3;
/** A hint is not worth a longer wait. */
const listMs = 1_000;

/** The error for a path that does not exist, with the nearest paths that do. */
export async function notFound(location: WorkspacePath, listFiles: FileLister): Promise<ToolError> {
  const names = await nearest(location, listFiles).catch(() => []);
  const hint = names.length === 0 ? "" : `Did you mean ${names.join(" or ")}? `;
  return new ToolError(
    "NOT_FOUND",
    `${location.displayPath} does not exist.`,
    `${hint}Use list_directory to see what exists.`,
    names.length === 0 ? {} : { nearest: names },
  );
}

/** Names that are spelt alike in the deepest folder that exists, then files of the same name in other folders. */
async function nearest({ root, absolute, missing }: WorkspacePath, listFiles: FileLister): Promise<string[]> {
  const [wrong = "", ...rest] = missing;
  const folder = path.resolve(absolute, ...missing.map(() => ".."));
  const alike = (await namesIn(folder))
    .map((name) => ({ name, distance: distanceOf(name, wrong) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wrong.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => path.join(folder, name));
  const found = rest.length === 0 ? alike : [];
  for (const start of rest.length === 0 ? [] : alike.slice(0, mostNames)) {
    const [last = ""] = rest.slice(-1);
    const inner = path.join(start, ...rest.slice(0, -1));
    if ((await namesIn(inner).catch((): string[] => [])).includes(last)) found.push(path.join(inner, last));
  }
  const files = await listFiles(root.path, { root: root.path, signal: AbortSignal.timeout(listMs) }).then(
    (list) => list.files,
    (): readonly string[] => [],
  );
  const base = path.basename(absolute).toLowerCase();
  const namesakes = files.filter((file) => path.posix.basename(file).toLowerCase() === base);
  const all = [...found, ...namesakes.map((file) => path.join(root.path, file))];
  const shownNames = all
    .filter((at) => !isSecretFile(path.relative(root.path, at).split(path.sep).join("/")))
    .map((at) => displayPathIn(root, at));
  return [...new Set(shownNames)].slice(0, mostNames);
}

function namesIn(folder: string): Promise<string[]> {
  return readFolder(folder, (at) => readdir(at));
}

/** Levenshtein's distance, ignoring case. */
function distanceOf(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const changed = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
