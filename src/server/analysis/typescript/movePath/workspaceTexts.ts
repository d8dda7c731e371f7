import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path/posix";
import { isGenerated } from "../../../platform/fileKinds.ts";
import { createExcluder, createMatcher, defaultExclusions, isIgnored } from "../../../platform/ignoreRules.ts";
import type { FolderRules } from "../../../platform/ignoreRules.ts";
import type { View } from "../engine.ts";

export interface WorkspaceTexts {
  /** Absolute paths of the texts that people write: no generated files, no lock files, nothing that is ignored. */
  readonly files: readonly string[];
  /** There were more than are looked at. */
  readonly isCut: boolean;
}

const maxFiles = 20_000;
const maxBytes = 512 * 1024;
const isExcluded = createExcluder(defaultExclusions.exclude);

const textName =
  /\.(?:mdx?|markdown|rst|adoc|txt|ya?ml|json[5c]?|toml|ini|html?|s?css|sass|less|styl|vue|svelte|astro|[cm]?[jt]sx?|sh|bash|zsh|ps1|cmd|bat|py|rb|go|rs|java|kt|php|cs|graphql|gql|prisma|proto|sql|xml|csproj|gradle|code-workspace|mk|tf|hbs|ejs|pug|njk|liquid)$|(?:^|\/)(?:\.[a-z]+(?:ignore|rc|attributes)|Dockerfile[^/]*|Makefile|Justfile|Procfile|CODEOWNERS|Jenkinsfile)$/i;

/** The names are read afresh for each question: stamps of every folder would cost the questions that need none. */
export function workspaceTexts(view: View): WorkspaceTexts {
  const files: string[] = [];
  for (const root of view.roots) {
    const rules: readonly FolderRules[] = [];
    const waiting = [{ name: "", rules }];
    for (let open = waiting.pop(); open && files.length < maxFiles; open = waiting.pop()) {
      const found = namesIn(root, open.name, open.rules);
      for (const name of found.files) if (!isGenerated(name)) files.push(path.join(root, name));
      for (const name of found.folders) waiting.push({ name, rules: found.rules });
    }
  }
  return { files: files.slice(0, maxFiles), isCut: files.length >= maxFiles };
}

/** The text of the editor or of the disk; undefined for what is too large or no text. */
export function textOf({ files }: View, file: string): string | undefined {
  const known = files.known(file);
  if (known !== undefined) return known;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > maxBytes) return undefined;
  try {
    const text = readFileSync(file, "utf8");
    return text.includes("\0") ? undefined : text.replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}

function namesIn(root: string, folder: string, outer: readonly FolderRules[]) {
  const base = folder === "" ? "" : `${folder}/`;
  const entries = entriesOf(path.join(root, folder));
  const layers = [".rgignore", ".ignore", ".gitignore"].map((name) =>
    entries.some((entry) => entry.name === name) ? matcherOf(path.join(root, base + name)) : undefined,
  );
  const rules = layers.some(Boolean) ? [...outer, { base, layers: [...layers, undefined] }] : outer;
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    const name = base + entry.name;
    const isFolder = entry.isDirectory();
    if (!isFolder && !(entry.isFile() && textName.test(entry.name))) continue;
    if (isExcluded(name, entry.name, isFolder) || isIgnored(name, isFolder, rules)) continue;
    (isFolder ? folders : files).push(name);
  }
  return { files, folders, rules };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone in between, or not readable.
    return [];
  }
}

function matcherOf(file: string) {
  try {
    return createMatcher(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
