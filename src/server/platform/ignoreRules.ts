import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import ignore from "ignore";
import { isRacy } from "./stamps.ts";

/** VS Code's defaults of `files.exclude` and `search.exclude`: out of the workspace even where git does not ignore them. */
const excludedNames = new Set([".git", ".svn", ".hg", ".DS_Store", "Thumbs.db", "node_modules", "bower_components"]);

export function isExcluded(name: string): boolean {
  return excludedNames.has(name) || name.endsWith(".code-search");
}

interface Verdict {
  readonly ignored: boolean;
  readonly unignored: boolean;
}

/** What patterns as in .gitignore say of a path; a folder's ends in "/". */
export type Matcher = (name: string) => Verdict;

const mostRemembered = 10_000;

/** The package remembers every path that it was ever asked about, so it is replaced before that takes much memory. */
export function createMatcher(patterns: string | readonly string[]): Matcher {
  const compiled = () => ignore({ ignorecase: false }).add(typeof patterns === "string" ? patterns : [...patterns]);
  let matcher = compiled();
  let asked = 0;
  return (name) => {
    if (++asked % mostRemembered === 0) matcher = compiled();
    return matcher.test(name);
  };
}

/** The ignore files of one folder. */
export interface FolderRules {
  /** Of the folder, relative to where the listing starts: empty or with "/" at its end. */
  readonly base: string;
  /** From the folder down to where the listing starts, when the listing starts below it. */
  readonly lead?: string;
  /** In the order in which ripgrep lets them decide. */
  readonly layers: readonly (Matcher | undefined)[];
}

const ignoreFiles = [".rgignore", ".ignore", ".gitignore", ".git/info/exclude"];
const maxIgnoreBytes = 1024 * 1024;

/** The ignore files that a folder with these names may have. */
export function ignoreFilesIn(names: ReadonlySet<string>): readonly string[] {
  return ignoreFiles.filter((file) => names.has(file.split("/")[0] ?? file));
}

/** Another text whenever one of the ignore files changed; undefined while it may change without that. */
export async function ignoreStamp(folder: string, files: readonly string[]): Promise<string | undefined> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const stats = await stat(path.join(folder, file), { bigint: true }).catch(() => undefined);
      if (stats && isRacy(stats)) return undefined;
      return stats ? `${stats.mtimeNs}.${stats.ctimeNs}.${stats.size}.${stats.ino}` : "none";
    }),
  );
  return stamps.includes(undefined) ? undefined : stamps.join(" ");
}

/** Undefined when the folder has no ignore files. `files` are those that it may have. */
export async function rulesOf(
  folder: string,
  base: string,
  files: readonly string[],
): Promise<FolderRules | undefined> {
  if (files.length === 0) return undefined;
  const read = async (file: string) => (files.includes(file) ? patternsOf(path.join(folder, file)) : undefined);
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
      const verdict = layers[layer]?.(lead + asked.slice(base.length));
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
    }
  }
  return false;
}

/** Undefined for what is empty, too large, or no file: a FIFO or a device would never end. */
async function patternsOf(file: string): Promise<Matcher | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile() || stats.size > maxIgnoreBytes) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim() === "" ? undefined : createMatcher(text);
}
