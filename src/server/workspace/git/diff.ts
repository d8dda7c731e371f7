import { changeLetters } from "./changeLetters.ts";
import type { Change } from "./changeLetters.ts";

/** What one file has in a difference, as git prints it. */
export interface FileDiff {
  /** Relative to the work tree, with "/". */
  readonly path: string;
  /** Of a rename or a copy. */
  readonly from?: string;
  readonly change: Change | "conflicted";
  /** Absent for a binary file, whose lines git does not count. */
  readonly added?: number;
  readonly removed?: number;
  /** Each begins with its `@@` line. */
  readonly hunks: readonly string[];
}

/** How git has to print what `parseDiff` reads. */
export const diffFlags: readonly string[] = [
  "--raw",
  "--numstat",
  "-p",
  "-z",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
  "--find-renames",
  "--submodule=short",
  // What is changed within a submodule would be asked of its own repository, with its own settings.
  "--ignore-submodules=dirty",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

interface Listed {
  readonly path: string;
  readonly from?: string;
  readonly change: FileDiff["change"];
  /** How many patches it has. */
  readonly patches: number;
}

/** The old and the new kind of a file are two patches; that it is in conflict is none. */
const patchesOf: Readonly<Record<string, number>> = { T: 2, U: 0 };

/** Reads the answer of a diff with `diffFlags`: a list, the counts, and the patch of each file in the same order. */
export function parseDiff(text: string): FileDiff[] {
  const { head, patch } = split(text);
  const listed = new Map<string, Listed>();
  const counts = new Map<string, { added: number; removed: number } | undefined>();
  const fields = head.split("\0");
  for (let at = 0; at < fields.length;) {
    const field = fields[at++] ?? "";
    if (field.startsWith(":")) {
      const letter = field.split(" ").at(-1)?.charAt(0) ?? "";
      const change = letter === "U" ? "conflicted" : (changeLetters[letter] ?? "modified");
      const first = fields[at++] ?? "";
      const isPair = letter === "R" || letter === "C";
      const path = isPair ? (fields[at++] ?? "") : first;
      // A conflicted file is listed a second time with what it differs in.
      const known = listed.get(path);
      const patches = (known?.patches ?? 0) + (patchesOf[letter] ?? 1);
      listed.set(path, known ? { ...known, patches } : { path, change, patches, ...(isPair && { from: first }) });
    } else if (field !== "") {
      const [added = "", removed = "", path = ""] = field.split("\t");
      const isPair = path === "";
      if (isPair) at++;
      const name = isPair ? (fields[at++] ?? "") : path;
      counts.set(name, added === "-" ? undefined : { added: Number(added), removed: Number(removed) });
    }
  }
  const hunks = hunksByFile(patch);
  let next = 0;
  return [...listed.values()].map(({ patches, ...file }) => {
    const parts = hunks.slice(next, (next += patches));
    return { ...file, ...counts.get(file.path), hunks: parts.flat() };
  });
}

/** List and patch are kept apart by an empty field; without a list there is nothing at all. */
function split(text: string): { head: string; patch: string } {
  const end = text.indexOf("\0\0");
  return end < 0 ? { head: text, patch: "" } : { head: text.slice(0, end), patch: text.slice(end + 2) };
}

/** No line of a hunk begins like that: each has a sign in front. */
const fileStart = /^(?=diff --(?:git|cc|combined) |\* Unmerged path )/m;

function hunksByFile(patch: string): string[][] {
  if (patch === "") return [];
  const files = patch.split(fileStart).filter((file) => !file.startsWith("* Unmerged path "));
  return files.map((file) => file.split(/^(?=@@)/m).slice(1));
}

export interface HunkPart {
  readonly file: number;
  readonly text: string;
}

const linesOfPart = 120;

/** Hunks in pieces that an answer can contain, in order; joined they are the hunks. A file without a hunk has one without text. */
export function partsOf(files: readonly FileDiff[]): HunkPart[] {
  return files.flatMap(({ hunks }, file) =>
    hunks.length === 0 ? [{ file, text: "" }] : hunks.flatMap((hunk) => pieces(hunk).map((text) => ({ file, text }))),
  );
}

function pieces(hunk: string): string[] {
  const lines = hunk.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const found: string[] = [];
  for (let at = 0; at < lines.length; at += linesOfPart) found.push(lines.slice(at, at + linesOfPart).join(""));
  return found;
}
