import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import ignore from "ignore";
import { stampOf } from "./stamps.ts";

/** What is no part of the workspace besides what ignore files say. */
export interface Exclusions {
  /** Patterns of `files.exclude` and `search.exclude`, as VS Code reads them: from the root, with `**` and `{a,b}`. */
  readonly exclude: readonly string[];
  /** `search.useIgnoreFiles`. */
  readonly useIgnoreFiles: boolean;
}

/** VS Code's defaults: out of the workspace even where git does not ignore them. */
export const defaultExclusions: Exclusions = {
  exclude: [
    ...["**/.git", "**/.svn", "**/.hg", "**/.DS_Store", "**/Thumbs.db"],
    ...["**/node_modules", "**/bower_components", "**/*.code-search"],
  ],
  useIgnoreFiles: true,
};

/** Whether a path from the root is excluded; `name` is its last part. */
export type Excluder = (path: string, name: string, isFolder: boolean) => boolean;

/** Most patterns name a file or an ending at any depth: those need no matching of the path. */
export function createExcluder(patterns: readonly string[]): Excluder {
  const names = new Set<string>();
  const ends: string[] = [];
  const others: string[] = [];
  for (const pattern of patterns.flatMap(withoutBraces)) {
    const [, star, plain] = /^\*\*\/(\*?)([^*?[\]\\/]+)$/.exec(pattern) ?? [];
    if (plain === undefined) others.push(`/${pattern.replace(/^\//, "")}`);
    else if (star === "") names.add(plain);
    else ends.push(plain);
  }
  const matcher = others.length > 0 ? createMatcher(others) : undefined;
  return (path, name, isFolder) =>
    names.has(name) ||
    ends.some((end) => name.endsWith(end)) ||
    matcher?.(isFolder ? `${path}/` : path).ignored === true;
}

const mostAlternatives = 1000;

/** `{a,b}` is not known to .gitignore's patterns, which match the rest. */
function withoutBraces(pattern: string): string[] {
  let all = [pattern];
  for (;;) {
    const next = all.flatMap((one) => {
      const [whole, before = "", inside = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(one) ?? [];
      return whole === undefined ? [one] : inside.split(",").map((part) => before + part + after);
    });
    if (next.length === all.length && next.every((one, at) => one === all[at])) return all;
    if (next.length > mostAlternatives) return [pattern];
    all = next;
  }
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
      return stats ? stampOf(stats) : "none";
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
