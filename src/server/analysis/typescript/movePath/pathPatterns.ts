import path from "node:path/posix";
import type { Moves } from "./moves.ts";

/** A path or pattern in a configuration, and the folder that it starts from, before and after the move. */
export interface PathText {
  readonly text: string;
  readonly base: string;
  readonly baseAfter: string;
  /** Endings that may be left out. */
  readonly endings?: readonly string[];
}

/** The text by which a configuration names the same files after the move; the same text when nothing changes. */
export function followedText(moves: Moves, asked: PathText): string {
  const { text, base, baseAfter, endings = [] } = asked;
  const [, not = "", whole = ""] = /^(!?)(.*)$/s.exec(text) ?? [];
  const { plain, rest } = withoutPattern(whole);
  if (plain.startsWith("/") || plain.includes("${") || (plain === "" && rest !== "")) return text;
  const target = path.join(base, plain).replace(/(.)\/$/, "$1");
  const ending = ["", ...endings].find((one) => moves.has(target + one)) ?? "";
  const isHere = moves.after(target + ending) === target + ending && base === baseAfter;
  if (isHere) return text;
  const goal = moves.after(target + ending);
  const short = ending !== "" && goal.endsWith(ending) ? goal.slice(0, goal.length - ending.length) : goal;
  const relative = path.relative(baseAfter, short);
  if (path.join(base, plain) === path.join(base, relative)) return text;
  const slash = plain.endsWith("/") && relative !== "" ? "/" : "";
  const dot = plain.startsWith(".") && !/^\.\.?(?:\/|$)/.test(relative) ? "./" : "";
  return not + (dot + relative || ".") + slash + rest;
}

/** The folders that a pattern names for sure, and what begins with a wildcard. */
export function withoutPattern(text: string): { plain: string; rest: string } {
  const wild = text.search(/[*?{[(]/);
  if (wild === -1) return { plain: text, rest: "" };
  const cut = text.lastIndexOf("/", wild) + 1;
  return { plain: text.slice(0, cut), rest: text.slice(cut) };
}
