import path from "node:path/posix";
import type { Mention } from "../answers.ts";
import type { View } from "../engine.ts";
import { lineAt, mentionAt } from "../mentions.ts";
import { isTypeScriptOrJavaScript, keyOf } from "../ts.ts";
import { sourceEnding, stemsOf } from "./codeUses.ts";
import type { Moves } from "./moves.ts";
import { withoutPattern } from "./pathPatterns.ts";

interface Range {
  readonly pos: number;
  readonly end: number;
}

export interface Searched {
  readonly view: View;
  readonly moves: Moves;
}

/** Characters that do not belong to a path in prose, markup or code. */
const border = /[\s"'`<>()[\],;|=]/;
const longest = 300;

/** Where a text names what moves, besides what is understood of it. */
export function mentionsIn(searched: Searched, file: string, text: string, understood: readonly Range[]): Mention[] {
  const { view, moves } = searched;
  const found = new Map<number, Mention>();
  for (const { pos, token } of tokensIn(text, moves, file)) {
    if (understood.some((range) => pos < range.end && pos + token.length > range.pos)) continue;
    if (!leadsElsewhere(searched, file, token)) continue;
    const line = lineAt(text, pos);
    if (!found.has(line)) found.set(line, mentionAt(view, file, text, pos));
  }
  return [...found.values()];
}

interface Token {
  readonly pos: number;
  readonly token: string;
}

/** What looks like a path to what moves; in a file that moves, every relative path. */
function* tokensIn(text: string, moves: Moves, file: string): Generator<Token> {
  const stems = moves.isFolder ? [path.basename(moves.from)] : [...moves.files.keys()].flatMap(stemsOf);
  let last = -1;
  for (const stem of new Set(stems)) {
    for (let at = text.indexOf(stem); at !== -1; at = text.indexOf(stem, at + stem.length)) {
      const token = tokenAround(text, at, at + stem.length);
      if (token && token.pos !== last) yield token;
      last = token?.pos ?? last;
    }
  }
  if (!moves.has(file)) return;
  for (const { index, 1: before = "" } of text.matchAll(/(^|["'`(\s=:])\.{1,2}\/(?=[\w.@-])/g)) {
    const start = index + before.length;
    const token = tokenAround(text, start, start + 2);
    if (token) yield token;
  }
}

function tokenAround(text: string, start: number, end: number): Token | undefined {
  let pos = start;
  let stop = end;
  while (pos > 0 && start - pos < longest && !border.test(text.charAt(pos - 1))) pos--;
  while (stop < text.length && stop - end < longest && !border.test(text.charAt(stop))) stop++;
  const whole = text.slice(pos, stop).replace(/(?:[?#].*|[.:!]+|(?::\d+)+)$/, "");
  // `key:value` and `!pattern`
  const lead = /^(?:[\w-]+:(?!\/)|[!*]+(?=[\w.]))/.exec(whole)?.[0].length ?? 0;
  const token = whole.slice(lead);
  return token === "" || /^\w+:\/\//.test(token) ? undefined : { pos: pos + lead, token };
}

/** Whether a path led to what moves, or from what moves to what stays, and would not do so any more. */
function leadsElsewhere(searched: Searched, file: string, token: string): boolean {
  const { view, moves } = searched;
  const folder = path.dirname(file);
  const folderAfter = path.dirname(moves.after(file));
  const { plain, rest } = withoutPattern(token.replace(/^\//, ""));
  const isNamed = /\/|\.\w+$/.test(token) || (moves.isFolder && isSettings(file));
  if (!isNamed || plain === "") return false;
  const isAbsolute = token.startsWith("/");
  if (!isAbsolute) {
    const at = path.join(folder, plain).replace(/(.)\/$/, "$1");
    const target = named(searched, file, at, rest !== "");
    const there = path.join(folderAfter, path.relative(folder, at));
    if (target !== undefined) return there !== withEndingOf(moves.after(target), target.slice(at.length));
    if (token.startsWith(".")) return false;
  }
  return basesOf(view, file).some((base) => {
    if (base === folder && !isAbsolute) return false;
    if (!isAbsolute && !token.includes("/") && !moves.isFolder) return false;
    const target = named(searched, file, path.join(base, plain).replace(/(.)\/$/, "$1"), rest !== "");
    return target !== undefined && moves.has(target);
  });
}

/** A path without the ending that the old text left out. */
function withEndingOf(goal: string, left: string): string {
  return left !== "" && goal.endsWith(left) ? goal.slice(0, goal.length - left.length) : goal;
}

/** The file or folder that a path names, which moves or from which the path is read; without its ending too. */
function named({ view, moves }: Searched, file: string, at: string, isPattern: boolean): string | undefined {
  const { files } = view;
  if (moves.isFolder && moves.has(at)) return at;
  if (!moves.isFolder && !isPattern) {
    const own = [...moves.files.keys()].find((from) => isNameOf(from, file, at));
    if (own !== undefined) return own;
  }
  return files.exists(at) || files.folders.kindOf(at) === "folder" ? at : undefined;
}

/** Whether a path in a file names another file, with its ending or without. */
function isNameOf(named: string, file: string, at: string): boolean {
  const bare = named.replace(sourceEnding, "");
  if (keyOf(at) === keyOf(named) || keyOf(at.replace(sourceEnding, "")) === keyOf(bare)) return true;
  // Only code means the index by the name of a folder.
  const isIndex = path.basename(bare) === "index" && isTypeScriptOrJavaScript(file);
  return isIndex && keyOf(at) === keyOf(path.dirname(bare));
}

/** Folders that paths start from: the root's, the package's. */
function basesOf({ roots, files }: View, file: string): string[] {
  const root = roots.find((one) => keyOf(file).startsWith(`${keyOf(one)}/`));
  if (root === undefined) return [];
  const found = [root];
  for (let at = path.dirname(file); at !== root && at.length > root.length; at = path.dirname(at)) {
    if (files.exists(path.join(at, "package.json"))) found.push(at);
  }
  return found;
}

function isSettings(file: string): boolean {
  return /\.(?:ya?ml|json[5c]?|toml|ini|sh)$|(?:^|\/)(?:\.[^/]+|Dockerfile[^/]*|Makefile|CODEOWNERS)$/.test(file);
}
