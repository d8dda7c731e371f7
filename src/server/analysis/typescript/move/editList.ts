import type { ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";

export interface ListChange {
  readonly file: ts.SourceFile;
  readonly list: readonly ts.Node[];
  /** Those that stay, one at least. */
  readonly kept: readonly ts.Node[];
  readonly added: readonly string[];
  readonly edits: FileEdits;
}

/** Removes names of a list and adds others behind the last one; lines and comments of the rest stay. */
export function editList({ file, list, kept, added, edits }: ListChange): void {
  const last = kept.at(-1);
  if (!last) return;
  const line = /\n([ \t]*)$/.exec(file.text.slice(0, last.getStart(file)))?.[1];
  const newLine = file.text.includes("\r\n") ? "\r\n" : "\n";
  const more = added.map((text) => (line === undefined ? `, ${text}` : `,${newLine}${line}${text}`)).join("");
  const all = [...list];
  const lastAt = all.findIndex((element) => element === last);
  for (let from = 0; from < lastAt; from++) {
    if (kept.includes(all[from] ?? last)) continue;
    let to = from;
    while (!kept.includes(all[to] ?? last)) to++;
    edits.replace({ pos: all[from]?.getStart(file) ?? 0, end: all[to]?.getStart(file) ?? 0 }, "");
    from = to;
  }
  const end = all.at(-1)?.end ?? last.end;
  if (end > last.end) edits.replace({ pos: last.end, end }, more);
  else if (more !== "") edits.insert(last.end, more);
}
