import { stat } from "node:fs/promises";
import path from "node:path";
import ignore from "ignore";
import type { Incomplete } from "../../platform/call.ts";
import { isDeclarationOfSource, isGenerated } from "../../platform/fileKinds.ts";
import type { FileList } from "../../platform/listFiles.ts";
import { outsideWorkspace } from "../paths/paths.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import { isSecretFile } from "../paths/secrets.ts";
import type { Workspace } from "../workspace.ts";
import { filesWithout } from "./candidates.ts";
import type { SearchGroup } from "./messages.ts";

export interface FilesToSearch {
  readonly groups: readonly SearchGroup[];
  readonly incomplete: readonly Incomplete[];
  readonly leftOut: FileList["leftOut"];
}

export interface FilesQuery {
  readonly path?: string | undefined;
  /** What every matching line has, if anything. */
  readonly literal: string | undefined;
  readonly caseSensitive: boolean;
}

/** With more repositories the files of the others are all read. */
const maxRepositories = 16;

/** The files to read for a query: those that it names, without the ones in which git did not find its literal. */
export async function filesToSearch(
  workspace: Workspace,
  query: FilesQuery,
  signal: AbortSignal,
): Promise<FilesToSearch> {
  const groups: SearchGroup[] = [];
  const copies: SearchGroup[] = [];
  const leftOut = { ignored: 0, excluded: 0 };
  const incomplete: Incomplete[] = [];
  for (const { location, pattern } of await startsOf(workspace, query.path)) {
    const unsaved = workspace.documents.unsaved();
    const text = unsaved.get(location.absolute);
    if (text !== undefined || (location.exists && (await isFile(location)))) {
      const { absolute, displayPath } = location;
      if (isSecretFile(location.relative)) incomplete.push(secret(displayPath));
      else {
        const texts = new Map(text === undefined ? [] : [["", text]]);
        groups.push({ absolute, displayPath, files: [""], generated: isGenerated(location.relative), texts });
      }
      continue;
    }
    const list = await listAndSkip(workspace, location, query, signal);
    leftOut.ignored += list.leftOut.ignored;
    leftOut.excluded += list.leftOut.excluded;
    const matcher = pattern === undefined ? undefined : ignore().add(pattern);
    const before = location.displayPath === "." ? "" : `${location.displayPath}/`;
    const isWanted = (file: string) => matcher?.ignores(file) ?? true;
    const { own, generated, secret: secrets } = sorted(list, location);
    for (const file of secrets) if (isWanted(file)) incomplete.push(secret(before + file));
    const texts = textsBelow(location.absolute, unsaved);
    const toRead = (files: readonly string[]) =>
      files.filter((file) => (!list.without.has(file) || texts.has(file)) && isWanted(file));
    const start = { absolute: location.absolute + path.sep, displayPath: before, texts };
    groups.push({ ...start, files: toRead(own), generated: false });
    copies.push({ ...start, files: toRead(generated), generated: true });
    for (const item of list.unread)
      incomplete.push({ ...item, path: path.posix.join(location.displayPath, item.path) });
  }
  return { groups: [...groups, ...copies], incomplete, leftOut };
}

interface Searched extends FileList {
  /** Files that cannot match. */
  readonly without: ReadonlySet<string>;
}

/**
 * Up to here the worker has read every file sooner than git is asked: to start a process takes 10 to 15 ms once the type
 * checker's memory is the server's.
 */
const fewFiles = 2500;
/** Folders that had so few files when they were listed last. */
const small = new Set<string>();

/** Git looks at the repository around the folder while the folder is listed; at those inside it after that. */
async function listAndSkip(
  workspace: Workspace,
  { absolute, root }: WorkspacePath,
  { literal, caseSensitive }: FilesQuery,
  signal: AbortSignal,
): Promise<Searched> {
  const question = literal === undefined || small.has(absolute) ? undefined : { literal, caseSensitive, signal };
  const [list, around] = await Promise.all([
    workspace.listFiles(absolute, { root: root.path, signal }),
    question ? filesWithout(absolute, question) : new Set<string>(),
  ]);
  if (list.files.length <= fewFiles) small.add(absolute);
  else small.delete(absolute);
  const inner = question ? list.repositories.filter((name) => name !== "").slice(0, maxRepositories - 1) : [];
  if (!question || inner.length === 0) return { ...list, without: around };
  const ofInner = await Promise.all(
    inner.map(async (name) =>
      [...(await filesWithout(path.join(absolute, name), question))].map((file) => `${name}/${file}`),
    ),
  );
  return { ...list, without: new Set([...around, ...ofInner.flat()]) };
}

interface Sorted {
  readonly own: readonly string[];
  /** Generated files and copies of others' code, by their names. */
  readonly generated: readonly string[];
  /** Files that contain credentials, by their names. */
  readonly secret: readonly string[];
}

const known = new WeakMap<readonly string[], Sorted>();

/** Kinds of the listed files. While nothing changed, the list is the same one and so is the answer. */
function sorted({ files }: FileList, { relative }: WorkspacePath): Sorted {
  const before = known.get(files);
  if (before) return before;
  const all = new Set(files);
  const kinds = Map.groupBy(files, (file) => {
    const name = path.posix.join(relative, file);
    if (isSecretFile(name)) return "secret";
    return isGenerated(name) || isDeclarationOfSource(file, (one) => all.has(one)) ? "generated" : "own";
  });
  const found = {
    own: kinds.get("own") ?? [],
    generated: kinds.get("generated") ?? [],
    secret: kinds.get("secret") ?? [],
  };
  known.set(files, found);
  return found;
}

function secret(displayPath: string): Incomplete {
  return { path: displayPath, reason: "It contains credentials." };
}

function textsBelow(folder: string, unsaved: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const prefix = folder + path.sep;
  const below = [...unsaved].filter(([absolute]) => absolute.startsWith(prefix));
  return new Map(below.map(([absolute, text]) => [absolute.slice(prefix.length).split(path.sep).join("/"), text]));
}

interface Start {
  readonly location: WorkspacePath;
  /** What its files must match, relative to it. */
  readonly pattern?: string;
}

async function startsOf(workspace: Workspace, input: string | undefined): Promise<Start[]> {
  const isNamed = workspace.roots[0]?.prefix !== "";
  if (input === undefined || (input === "." && isNamed)) {
    return Promise.all(workspace.roots.map(async (root) => ({ location: await workspace.resolve(root.path) })));
  }
  const parts = input.split("/");
  const firstGlob = parts.findIndex((part) => /[*?[\]]/.test(part));
  // A pattern that starts at "/" starts at the top of the disk, as such a path does.
  const base = parts.slice(0, firstGlob).join("/") || (input.startsWith("/") ? "/" : ".");
  if (firstGlob !== -1 && !(await isThere(workspace, input))) {
    if (parts.slice(firstGlob).includes("..")) throw outsideWorkspace();
    // The fixed part in front is a path like any other, so a pattern leads no further than a path.
    if (isNamed && firstGlob === 0) {
      const starts = await startsOf(workspace, undefined);
      return starts.map((start) => ({ ...start, pattern: input }));
    }
    const pattern = parts.slice(firstGlob).join("/");
    return [{ location: await workspace.existing(base), pattern: firstGlob === 0 ? pattern : `/${pattern}` }];
  }
  return [{ location: await workspace.existing(input) }];
}

async function isThere(workspace: Workspace, input: string): Promise<boolean> {
  const location = await workspace.resolve(input).catch(() => undefined);
  return location?.exists === true;
}

async function isFile({ absolute }: WorkspacePath): Promise<boolean> {
  // It may go away after its path was resolved; the listing then says so.
  return (await stat(absolute).catch(() => undefined))?.isFile() === true;
}
