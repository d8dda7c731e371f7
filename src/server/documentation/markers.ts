import { createHash } from "node:crypto";
import type { Section } from "./sections.ts";

// A kept page: generated sections stand between two comments of HTML, everything else is its authors'.

/** A piece of a page as it is in the file. */
export type Piece =
  | { readonly kind: "hand"; readonly text: string; readonly line: number }
  | {
      readonly kind: "section";
      readonly id: string;
      readonly text: string;
      readonly line: number;
      readonly isEdited: boolean;
    };

export interface Damage {
  readonly line: number;
  readonly message: string;
}

const marker = /^<!-- langflow-connect:(begin|end) (\S+)(?: (\S+))? -->[ \t]*\r?$/gm;

/** The pieces of a text, whose line ends stay as they are; or why its markers cannot be read. */
export function piecesOf(text: string): readonly Piece[] | Damage {
  const pieces: Piece[] = [];
  const ids = new Set<string>();
  let done = 0;
  let open: { id: string; at: number; body: number; line: number } | undefined;
  for (const { index, 0: whole, 1: word, 2: name = "", 3: hash } of text.matchAll(marker)) {
    const line = lineAt(text, index);
    const after = text[index + whole.length] === "\n" ? index + whole.length + 1 : index + whole.length;
    if (word === "begin") {
      if (open) return { line, message: `A marker begins inside the section ${decoded(open.id)}.` };
      if (ids.has(name)) return { line, message: `The section ${decoded(name)} is there twice.` };
      ids.add(name);
      if (index > done) pieces.push({ kind: "hand", text: text.slice(done, index), line: lineAt(text, done) });
      open = { id: name, at: index, body: after, line };
    } else {
      if (open?.id !== name) return { line, message: `The end of the section ${decoded(name)} has no beginning.` };
      const body = text.slice(open.body, index);
      const isEdited = hash !== hashOf(body.replaceAll("\r\n", "\n"));
      pieces.push({ kind: "section", id: decoded(name), text: text.slice(open.at, after), line: open.line, isEdited });
      done = after;
      open = undefined;
    }
  }
  if (open) return { line: open.line, message: `The section ${decoded(open.id)} has no end.` };
  if (done < text.length) pieces.push({ kind: "hand", text: text.slice(done), line: lineAt(text, done) });
  return pieces;
}

/** A section as it stands in a page, with line feeds. */
export function marked({ id, content }: Section): string {
  // What a comment of the code says about markers is none.
  const body = `${content.replaceAll("<!-- langflow-connect:", "<!--langflow-connect:")}\n`;
  const name = encoded(id);
  return `<!-- langflow-connect:begin ${name} -->\n${body}<!-- langflow-connect:end ${name} ${hashOf(body)} -->\n`;
}

function encoded(id: string): string {
  return encodeURIComponent(id)
    .replaceAll("-", "%2D")
    .replaceAll("_", "%5F")
    .replaceAll("%20", "_")
    .replaceAll("%2F", "/");
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("_", "%20"));
  } catch {
    return name;
  }
}

/** By which a section is known that somebody edited. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** A section without what says whether somebody edited it. */
export function hashless(text: string): string {
  return text.replace(/ \S+ -->\s*$/, "");
}
