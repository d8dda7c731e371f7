import { ToolError } from "../../platform/errors.ts";
import { redactSecrets } from "../../platform/redact.ts";
import type { FileChange, TextEdit } from "./changes.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "../texts/documents.ts";
import type { EditPlan, Edits, FileEdits, Replacement } from "./edits.ts";
import { hasOneLineEnding, mainLineEnding, withLineEnding, withPlainEndings } from "../texts/lineEndings.ts";
import { differenceOf } from "../texts/textEdits.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import { currentState } from "./transitions.ts";
import type { Workspace } from "../workspace.ts";

type Planner = Pick<Edits, "plan" | "resolve">;

interface FileEditsDeps {
  readonly workspace: Workspace;
  readonly disk: Disk;
  readonly edits: Planner;
}

/** Plans for one file by what callers say about it: whole texts, pieces of text, etags. */
export function createFileEdits({ workspace, disk, edits }: FileEditsDeps): FileEdits {
  return {
    async write({ path, content, ifMatch, overwrite }) {
      const location = await edits.resolve(path);
      const document = await present(location);
      if (document && ifMatch === undefined && !overwrite) throw existsAlready(location, document);
      if (ifMatch !== undefined) checkEtag(location, { wanted: ifMatch, actual: document?.etag });
      if (!document) {
        return edits.plan(`Create ${location.displayPath}`, [
          { kind: "create", path: location.absolute, text: content },
        ]);
      }
      refuseMasks(document, content);
      const text = inStyleOf(document, content);
      return edit(location, { title: `Replace ${location.displayPath}`, edits: differenceOf(document.text, text) });
    },
    async replace({ path, ifMatch, replacements }) {
      const location = await edits.resolve(path);
      const { document } = await workspace.read(path);
      if (ifMatch !== undefined) checkEtag(location, { wanted: ifMatch, actual: document.etag });
      return edit(location, {
        title: `Edit ${location.displayPath}`,
        edits: editsOf(document.text, { location, replacements }),
      });
    },
    async remove({ path, ifMatch }) {
      const location = await edits.resolve(path);
      if (location.isLink) {
        throw new ToolError(
          "INVALID_ARGUMENT",
          `${path} is a link to ${location.displayPath}.`,
          "Delete the file it leads to.",
        );
      }
      // Before a plan is made: plans contain whole files for minutes.
      const current = location.exists ? await currentState(location.absolute, { workspace, disk }) : undefined;
      if (location.exists) checkEtag(location, { wanted: ifMatch, actual: current?.etag });
      return edits.plan(`Delete ${location.displayPath}`, [{ kind: "delete", path: location.absolute }]);
    },
  };

  function edit(
    location: WorkspacePath,
    { title, edits: parts }: { title: string; edits: TextEdit[] },
  ): Promise<EditPlan> {
    const change: FileChange = { kind: "edit", path: location.absolute, edits: parts };
    return edits.plan(title, [change]);
  }

  async function present({ exists, absolute }: WorkspacePath): Promise<Document | undefined> {
    if (!exists && workspace.documents.editorText(absolute) === undefined) return undefined;
    return workspace.documents.read(absolute);
  }
}

/** Where each piece stands, in the text as it is; every one must be there, and once unless all are meant. */
function editsOf(
  text: string,
  { location, replacements }: { location: WorkspacePath; replacements: readonly Replacement[] },
): TextEdit[] {
  const plain = withPlainEndings(text);
  const main = mainLineEnding(text);
  const found = replacements.flatMap(({ oldText, newText, all }, index) => {
    const wanted = withLineEnding(oldText, "\n");
    const starts = positionsOf(plain.text, wanted);
    const [first, ...more] = starts;
    const name = `edits[${String(index)}].oldText`;
    if (first === undefined) {
      throw new ToolError(
        "NOT_FOUND",
        `${name} is not in ${location.displayPath}.`,
        "Read the file and copy the text exactly; secrets that are shown as *** cannot be matched.",
      );
    }
    if (more.length > 0 && !all) {
      throw new ToolError(
        "AMBIGUOUS",
        `${name} is in ${location.displayPath} ${String(starts.length)} times.`,
        "Give more of the text around it, or `all: true`.",
        { lines: starts.slice(0, 50).map((start) => lineAt(plain.text, start)) },
      );
    }
    return starts.map((start) => {
      const from = plain.original(start);
      const to = plain.original(start + wanted.length);
      const ending = text.slice(from, to).includes("\n") ? mainLineEnding(text.slice(from, to)) : main;
      return { start: from, end: to, newText: withLineEnding(newText, ending) };
    });
  });
  const sorted = found.sort((a, b) => a.start - b.start);
  if (sorted.some((edit, index) => edit.start < (sorted[index - 1]?.end ?? 0))) {
    throw new ToolError("INVALID_ARGUMENT", "Two of the edits overlap.", "Make one edit of them.");
  }
  return sorted;
}

function positionsOf(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** A whole new text with the old one's line endings, and without the byte order mark that its encoding adds. */
function inStyleOf({ text }: Document, content: string): string {
  const clean = content.replace(/^\uFEFF/, "");
  return hasOneLineEnding(text) && !clean.includes("\r") ? withLineEnding(clean, mainLineEnding(text)) : clean;
}

function existsAlready({ displayPath }: WorkspacePath, { etag }: Document): ToolError {
  return new ToolError(
    "CONFLICT",
    `${displayPath} exists already.`,
    "Read it and pass its etag as ifMatch, or change a part of it with edit_file.",
    { etag },
  );
}

/** Refuses to replace a text that is not the one the caller has seen. */
function checkEtag(
  { displayPath }: WorkspacePath,
  { wanted, actual }: { wanted: string; actual: string | undefined },
): void {
  if (wanted === actual) return;
  throw new ToolError(
    "CONFLICT",
    actual === undefined
      ? `${displayPath} does not exist any more.`
      : `${displayPath} is not the text that ifMatch stands for.`,
    "Read it again and repeat the change on what is there now.",
  );
}

/** A text that was read with *** for a secret must not come back as the file. */
function refuseMasks({ text }: Document, content: string): void {
  const masks = (part: string) => part.split("***").length - 1;
  if (redactSecrets(text) === text || masks(content) <= masks(text)) return;
  throw new ToolError(
    "INVALID_ARGUMENT",
    "The content has *** where the file has a secret.",
    "Use edit_file for the other parts, so that the secret stays.",
  );
}
