import { mainLineEnding, withLineEnding } from "../workspace/texts/lineEndings.ts";
import { hashless, marked } from "./markers.ts";
import type { Piece } from "./markers.ts";
import type { Section } from "./sections.ts";

export interface Merged {
  /** The page as pieces of text, in their order. */
  readonly chunks: readonly string[];
  /** Sections that somebody edited, whose text the page no longer has. */
  readonly lost: readonly { readonly id: string; readonly line: number }[];
}

const keptId = "kept";
const kept: Section = {
  id: keptId,
  content: "## Notes on removed parts\n\nThese notes stood beside parts of the code that are gone.",
};

/**
 * A page with new sections, and every text that is not ours where it was: behind the section that it stood behind, or at the
 * end when that is gone.
 */
export function mergedPage(text: string, old: readonly Piece[], wanted: readonly Section[]): Merged {
  const eol = mainLineEnding(text);
  const notes = notesOf(old, eol);
  const known = new Map(old.flatMap((each) => (each.kind === "section" ? [[each.id, each] as const] : [])));
  const gone = [...notes].filter(
    ([id, note]) => id !== undefined && id !== keptId && note.trim() !== "" && !wanted.some((each) => each.id === id),
  );
  const keptNote = [notes.get(keptId) ?? "", ...gone.map(([id = "", note]) => `### ${id}\n\n${note.trim()}\n`)]
    .filter((note) => note.trim() !== "")
    .join("\n");
  const sections = keptNote === "" ? wanted : [...wanted, kept];
  const chunks: string[] = [];
  const add = (chunk: string) => chunk !== "" && chunks.push(chunk);
  add(notes.get(undefined) ?? "");
  const lastOld = old.findLast(({ kind }) => kind === "section");
  for (const [at, section] of sections.entries()) {
    const isLast = at === sections.length - 1;
    const fresh = withLineEnding(marked(section), eol);
    const before = known.get(section.id);
    add(before && withLineEnding(before.text, eol) === fresh ? before.text : fresh);
    const note = section === kept ? withLineEnding(`\n${keptNote.replace(/^\s*\n/, "")}`, eol) : notes.get(section.id);
    add(spaced(note, { isLast, wasLast: before !== undefined && before === lastOld, eol }));
  }
  const lost = [...known.values()].filter(({ id, isEdited, text: was }) => {
    const section = wanted.find((each) => each.id === id) ?? (id === keptId ? kept : undefined);
    return isEdited && (!section || hashless(withLineEnding(was, "\n")) !== hashless(marked(section)));
  });
  return { chunks, lost };
}

/** What stands behind each section, and in front of the first. */
function notesOf(old: readonly Piece[], eol: string): Map<string | undefined, string> {
  const notes = new Map<string | undefined, string>();
  let behind: string | undefined;
  for (const piece of old) {
    if (piece.kind === "section") behind = piece.id;
    else notes.set(behind, piece.text);
  }
  const first = notes.get(undefined);
  if (first !== undefined && !first.endsWith("\n")) notes.set(undefined, `${first}${eol}`);
  return notes;
}

/** A text between two sections, or the empty line that separates them. */
function spaced(
  note: string | undefined,
  { isLast, wasLast, eol }: { isLast: boolean; wasLast: boolean; eol: string },
): string {
  if (note === undefined || note.trim() === "") {
    if (isLast) return wasLast ? (note ?? "") : "";
    return note?.includes("\n") ? note : eol;
  }
  // A marker needs a line of its own.
  return isLast || note.endsWith("\n") ? note : `${note}${eol}${eol}`;
}
