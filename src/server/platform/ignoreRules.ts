import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";

/** VS Code's defaults of `files.exclude` and `search.exclude`: out of the workspace even where git does not ignore them. */
const excludedNames = new Set([".git", ".svn", ".hg", ".DS_Store", "Thumbs.db", "node_modules", "bower_components"]);

export function isExcluded(name: string): boolean {
  return excludedNames.has(name) || name.endsWith(".code-search");
}

/** The ignore files of one folder. */
export interface FolderRules {
  /** Of the folder, relative to where the listing starts: empty or with "/" at its end. */
  readonly base: string;
  /** From the folder down to where the listing starts, when the listing starts below it. */
  readonly lead?: string;
  /** In the order in which ripgrep lets them decide. */
  readonly layers: readonly (Ignore | undefined)[];
}

const ignoreFiles = [".rgignore", ".ignore", ".gitignore", ".git/info/exclude"];
const maxIgnoreBytes = 1024 * 1024;

/** Undefined when the folder has no ignore files. `names` are those in the folder. */
export async function rulesOf(
  folder: string,
  base: string,
  names: ReadonlySet<string>,
): Promise<FolderRules | undefined> {
  const found = ignoreFiles.filter((file) => names.has(file.split("/")[0] ?? file));
  if (found.length === 0) return undefined;
  const read = async (file: string) => (found.includes(file) ? patternsOf(path.join(folder, file)) : undefined);
  const layers = await Promise.all(ignoreFiles.map(read));
  return layers.some((layer) => layer !== undefined) ? { base, layers } : undefined;
}

/**
 * Whether VS Code's search passes a name over. In each layer the deepest folder with an opinion decides. As there, git's
 * index is not asked, so a tracked file that is ignored is passed over, and the rules of a repository reach into the
 * submodules, nested repositories and worktrees in it (ripgrep's --no-require-git).
 */
export function isIgnored(name: string, isFolder: boolean, rules: readonly FolderRules[]): boolean {
  if (rules.length === 0) return false;
  const asked = isFolder ? `${name}/` : name;
  for (const layer of ignoreFiles.keys()) {
    for (let at = rules.length - 1; at >= 0; at--) {
      const { base = "", lead = "", layers = [] } = rules[at] ?? {};
      const verdict = layers[layer]?.test(lead + asked.slice(base.length));
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
    }
  }
  return false;
}

/** Undefined for what is empty, too large, or no file: a FIFO or a device would never end. */
async function patternsOf(file: string): Promise<Ignore | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile() || stats.size > maxIgnoreBytes) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim() === "" ? undefined : ignore({ ignorecase: false }).add(text);
}
