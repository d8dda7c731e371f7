import path from "node:path/posix";
import type { View } from "../engine.ts";
import { filesNow } from "../fileState.ts";
import { outputsFor } from "../move/outputs.ts";
import { createResolver } from "../move/resolver.ts";
import type { Resolver } from "../move/resolver.ts";
import { dotted } from "../move/specifiers.ts";
import type { Project } from "../project.ts";
import { fileNameOf } from "../scriptFiles.ts";
import { importedFiles, keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";
import { calledPaths, referencesOf, specifierNodes, specifierPath } from "./codePaths.ts";
import type { CodePath } from "./codePaths.ts";
import type { Moves } from "./moves.ts";

/** A path in code, and where it leads in each project that has the file. */
export interface CodeUse {
  readonly path: CodePath;
  readonly targets: { readonly project: Project; readonly target: string | undefined }[];
}

/** A file that moves, or that names what moves. */
export interface UsingFile {
  /** Also of a component, of which `file` is the script: offsets are the same in both. */
  readonly name: string;
  readonly file: ts.SourceFile;
  /** By their position. */
  readonly uses: Map<number, CodeUse>;
  /** What leads somewhere, also to what stays: no text of it is left to wonder about. */
  readonly understood: ts.TextRange[];
}

/** Every file of the workspace's own that a move concerns, by its key. */
export function usesOf(view: View, moves: Moves): Map<string, UsingFile> {
  const found = new Map<string, UsingFile>();
  const names = namesOf(moves);
  for (const project of view.projects) {
    const reading = { view, moves, names, project, resolver: resolverBefore(view, project) };
    for (const file of project.program().getSourceFiles()) {
      if (view.isOwn(file.fileName)) readFile(reading, file, found);
    }
  }
  return found;
}

interface Reading {
  readonly view: View;
  readonly moves: Moves;
  readonly names: Names;
  readonly project: Project;
  readonly resolver: Resolver;
}

function readFile(reading: Reading, file: ts.SourceFile, found: Map<string, UsingFile>): void {
  const { moves, names, project } = reading;
  const name = fileNameOf(file.fileName);
  const isMoved = moves.has(name);
  const isLookedAt = isMoved || names.mayMention(file.text);
  const key = keyOf(name);
  const program = project.program();
  const using = (): UsingFile => {
    const known = found.get(key) ?? { name, file, uses: new Map(), understood: [] };
    found.set(key, known);
    return known;
  };
  const add = (path: CodePath, target: string | undefined): void => {
    if (target !== undefined && isLookedAt) using().understood.push(path.range);
    if (!isMoved && !(target !== undefined && moves.has(target)) && !names.mayCapture(path.text)) return;
    const { uses } = using();
    const use = uses.get(path.range.pos) ?? { path, targets: [] };
    uses.set(path.range.pos, use);
    if (!use.targets.some((one) => one.project === project)) use.targets.push({ project, target });
  };
  for (const node of specifierNodes(file)) {
    const target = targetOf(reading, file, node);
    const concerns = isLookedAt || (target !== undefined && moves.has(target)) || names.mayCapture(node.text);
    if (concerns) add(specifierPath(program, file, node), target);
  }
  if (!isLookedAt) return;
  for (const one of [...referencesOf(file), ...calledPaths(file)]) add(one, targetOfPath(reading, file.fileName, one));
}

/** The source that an import leads to, also where the compiler sees it by what it is built to. */
function targetOf({ project, resolver }: Reading, file: ts.SourceFile, node: ts.StringLiteralLike): string | undefined {
  const program = project.program();
  const [found] = importedFiles(program, file, node);
  if (found !== undefined) return program.getSourceFile(found)?.fileName ?? found;
  // An asset, which the compiler does not resolve.
  return /\.\w+(?:[?].*)?$/.test(node.text)
    ? resolver.resolve(node.text, { from: file.fileName, mode: program.getModeForUsageLocation(file, node) })
    : undefined;
}

export function targetOfPath({ view, resolver }: Pick<Reading, "view" | "resolver">, from: string, one: CodePath) {
  const { kind, text, mode } = one;
  if (kind !== "module") {
    const plain = path.join(path.dirname(from), text).replace(/(.)\/$/, "$1");
    if (view.files.exists(plain) || view.files.folders.kindOf(plain) === "folder") return plain;
  }
  if (kind === "joined") return undefined;
  return resolver.resolve(kind === "url" ? dotted(text) : text, { from, mode });
}

function resolverBefore(view: View, project: Project): Resolver {
  const { options, folder } = project.spec;
  const files = filesNow(view.files);
  return createResolver({ files, options, folder, outputs: outputsFor(project, { view, files }) });
}

interface Names {
  /** Whether a text can name what moves, beyond what imports say. */
  mayMention(text: string): boolean;
  /** Whether a specifier of other files could lead to what moves, where it will be. */
  mayCapture(specifier: string): boolean;
}

export const sourceEnding = /(?:\.d)?\.[cm]?tsx?$|\.[cm]?jsx?$|\.json$/;

/** A file's name as others write it: without its ending, and an index by its folder. */
export function stemsOf(file: string): string[] {
  const stem = path.basename(file).replace(sourceEnding, "");
  return stem === "index" ? [stem, path.basename(path.dirname(file))] : [stem];
}

function namesOf({ from, files, isFolder }: Moves): Names {
  const stems = isFolder ? [path.basename(from)] : [...files.keys()].flatMap(stemsOf);
  const coming = new Set([...files.values()].flatMap(stemsOf));
  const folderItself = /(['"`])\.{1,2}\/?\1/;
  return {
    mayMention: (text) => stems.some((stem) => text.includes(stem)) || (stems.length > 1 && folderItself.test(text)),
    mayCapture: (specifier) => coming.has(path.basename(specifier).replace(sourceEnding, "")),
  };
}
