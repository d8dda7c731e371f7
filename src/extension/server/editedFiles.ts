import { createHash } from "node:crypto";
import { Range, Uri, workspace } from "vscode";
import type { TextDocument } from "vscode";
import { comparable } from "../../protocol/edits.ts";
import type { EditorChange, PositionedEdit } from "../../protocol/edits.ts";

/** A file that is edited in a buffer, as it was before. */
export interface Touched {
  readonly change: Extract<EditorChange, { kind: "edit" | "rename" }>;
  readonly document: TextDocument;
  readonly version: number;
  readonly wasDirty: boolean;
  /** What the buffer must contain afterwards. */
  readonly wanted: string;
}

export async function openTouched(changes: readonly EditorChange[]): Promise<readonly Touched[]> {
  const touched: Touched[] = [];
  for (const change of changes) {
    if (change.kind !== "edit" && change.kind !== "rename") continue;
    const document = await workspace.openTextDocument(Uri.file(change.path));
    const text = document.getText();
    touched.push({
      change,
      document,
      version: document.version,
      wasDirty: document.isDirty,
      wanted: digest(edited(document, text, change.edits)),
    });
  }
  return touched;
}

/** Files that are not what the change was made for: other texts, or something where a file is to be made. */
export async function unlikePlan(touched: readonly Touched[], changes: readonly EditorChange[]): Promise<string[]> {
  const texts = touched.filter(({ change, document }) => digest(document.getText()) !== change.before);
  const made = changes.flatMap((change) => {
    if (change.kind === "create") return change.overwrite ? [] : [change.path];
    // Where case does not count, a file stands in the way of its own new name.
    const isFree = change.kind !== "rename" || change.to.toLowerCase() === change.path.toLowerCase();
    return isFree ? [] : [change.to];
  });
  const taken = await Promise.all(made.map((path) => isThere(path)));
  return [...texts.map(({ change }) => change.path), ...made.filter((_path, index) => taken[index])];
}

export interface Made {
  /** Files that do not have all of the change. */
  readonly left: readonly string[];
  /** Whether anything of it was made. */
  readonly any: boolean;
}

const settleMs = 2_000;
/** Nothing more comes of an edit that VS Code did not apply, but what it had done by then may arrive late. */
const refusedMs = 200;

/**
 * Looks at what is there now, since VS Code says only whether it got to the end: `false` is a discarded preview, and also an
 * edit that failed after its first files. Saves what was saved before, leaves dirty what was dirty.
 */
export async function settle(
  touched: readonly Touched[],
  { changes, applied }: { readonly changes: readonly EditorChange[]; readonly applied: boolean },
): Promise<Made> {
  const left: string[] = [];
  let any = false;
  for (const change of changes) {
    if (change.kind !== "create" && change.kind !== "delete") continue;
    if (await isDone(change, applied)) any = true;
    else left.push(change.path);
  }
  await Promise.all(
    touched.map(async ({ change, document: before, version, wasDirty, wanted }) => {
      const moved = change.kind === "rename" ? await opened(change.to) : undefined;
      const document = moved ?? before;
      const isWhole = await textBecomes(document, wanted, applied ? settleMs : refusedMs);
      const isMoved = moved !== undefined;
      if (!isWhole || (change.kind === "rename" && !isMoved)) left.push(change.path);
      // A text that is another one although nothing was applied is what the user types.
      if (isMoved || (document.version !== version && (applied || isWhole))) any = true;
      if (document.isDirty && !wasDirty && (applied || isWhole)) await document.save();
    }),
  );
  return { left, any };
}

async function isDone(
  change: Extract<EditorChange, { kind: "create" | "delete" }>,
  applied: boolean,
): Promise<boolean> {
  if (change.kind === "delete") return !(await isThere(change.path));
  if (applied && !change.overwrite) return isThere(change.path);
  const bytes = await workspace.fs.readFile(Uri.file(change.path)).then(
    (found) => found,
    () => undefined,
  );
  return bytes !== undefined && Buffer.from(bytes).equals(Buffer.from(change.base64, "base64"));
}

/** The user has typed there since. */
export function typedIn(touched: readonly Touched[]): string[] {
  return touched.filter(({ document, version }) => document.version !== version).map(({ change }) => change.path);
}

async function opened(path: string): Promise<TextDocument | undefined> {
  return workspace.openTextDocument(Uri.file(path)).then(
    (found) => found,
    () => undefined,
  );
}

async function isThere(path: string): Promise<boolean> {
  return workspace.fs.stat(Uri.file(path)).then(
    () => true,
    () => false,
  );
}

/** applyEdit may resolve before the buffers contain the new text. */
async function textBecomes(document: TextDocument, wanted: string, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; ;) {
    if (digest(document.getText()) === wanted) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function edited(document: TextDocument, text: string, edits: readonly PositionedEdit[]): string {
  const positions = edits.map(({ start, end, newText }) => {
    const range = document.validateRange(rangeOf(start, end));
    return { start: document.offsetAt(range.start), end: document.offsetAt(range.end), newText };
  });
  positions.sort((a, b) => b.start - a.start || b.end - a.end);
  return positions.reduce(
    (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
    text,
  );
}

export function rangeOf(start: PositionedEdit["start"], end: PositionedEdit["end"]): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

function digest(text: string): string {
  return createHash("sha256").update(comparable(text)).digest("hex");
}
