import { hunks } from "../platform/unifiedDiff.ts";
import type { FileChange } from "../workspace/edits/changes.ts";
import type { PlanConflict } from "../workspace/edits/edits.ts";
import { chunkEdits } from "./chunkEdits.ts";
import { marked } from "./markers.ts";
import { mergedPage } from "./mergePage.ts";
import type { Section } from "./sections.ts";
import type { WrittenFile } from "./writtenFiles.ts";

interface PageRequest {
  /** Display path of the page. */
  readonly file: string;
  readonly absolute: string;
  readonly before: WrittenFile | undefined;
  /** Without any, its module is gone. */
  readonly sections: readonly Section[];
}

interface PageChange {
  readonly change?: FileChange;
  readonly diff: string;
  readonly conflicts: readonly PlanConflict[];
}

/** What makes a page have these sections; nothing where it has them. */
export function changeOf({ file, absolute, before, sections }: PageRequest): PageChange {
  if (!before) {
    const text = sections.map(marked).join("\n");
    const added = text
      .trimEnd()
      .split("\n")
      .map((line) => `+${line}`);
    return {
      change: { kind: "create", path: absolute, text },
      diff: ["--- /dev/null", `+++ ${file}`, ...added].join("\n"),
      conflicts: [],
    };
  }
  const { text, pieces } = before;
  const hasNotes = pieces.some((piece) => piece.kind === "hand" && piece.text.trim() !== "");
  const wanted = sections.length > 0 || !hasNotes ? sections : [goneSection(before)];
  const { chunks, lost } = mergedPage(text, pieces, wanted);
  const conflicts = lost.map(({ id, line }) => ({
    path: file,
    line,
    message: `The generated section "${id}" was edited, which would be lost: move the text behind its end marker.`,
  }));
  if (wanted.length === 0) {
    return { change: { kind: "delete", path: absolute }, diff: `--- ${file}\n+++ /dev/null`, conflicts };
  }
  const edits = chunkEdits(
    pieces.map((piece) => piece.text),
    chunks,
  );
  if (edits.length === 0) return { diff: "", conflicts: [] };
  return {
    change: { kind: "edit", path: absolute, edits },
    diff: [`--- ${file}`, ...hunks(text, edits)].join("\n"),
    conflicts,
  };
}

/** The page of a module that is gone, for as long as somebody's notes stand in it. */
function goneSection({ subject = "" }: WrittenFile): Section {
  return {
    id: subject,
    content: `# ${subject.replace(/^page /, "")}\n\nThis module is gone, or exports nothing any more.`,
  };
}
