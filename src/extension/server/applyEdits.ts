import { createHash } from "node:crypto";
import { Range, Uri, WorkspaceEdit, commands, window, workspace } from "vscode";
import type { TextDocument, WorkspaceEditEntryMetadata } from "vscode";
import { comparable } from "../../protocol/edits.ts";
import type { ApplyEditsAnswer, ApplyEditsParams, EditorChange, PositionedEdit } from "../../protocol/edits.ts";
import { previewQuery, reportScheme } from "../support/reportScheme.ts";
import { readSettings } from "./settings.ts";

/** A file that is edited in a buffer, as it was before. */
interface Touched {
  readonly change: Extract<EditorChange, { kind: "edit" | "rename" }>;
  readonly document: TextDocument;
  readonly version: number;
  readonly wasDirty: boolean;
  /** What the buffer must contain afterwards. */
  readonly wanted: string;
}

let last: Promise<unknown> = Promise.resolve();

/** One change after the other: VS Code has one Refactor Preview. */
export function applyEdits(params: ApplyEditsParams, signal: AbortSignal): Promise<ApplyEditsAnswer> {
  const turn = last.then(() => applyNow(params, signal));
  last = turn.catch(() => undefined);
  return turn;
}

async function applyNow(params: ApplyEditsParams, signal: AbortSignal): Promise<ApplyEditsAnswer> {
  const settings = readSettings();
  const policy = params.byUser ? "ask" : settings.edits;
  const seconds = params.byUser ? undefined : settings["preview.seconds"];
  if (policy === "off") return { outcome: "off" };
  if (signal.aborted) return { outcome: "cancelled" };
  if (params.protectedFiles.length > 0) {
    const answer = await inTime(allowProtected(params), seconds, signal);
    if (answer !== true) return { outcome: answer === false ? "declined" : answer };
  }
  if (params.changes.length === 0) {
    const wasAsked = params.protectedFiles.length > 0 || (policy !== "ask" && params.lasting !== true);
    const answer = wasAsked ? true : await inTime(confirmed(params), seconds, signal);
    if (answer === true) return { outcome: "applied" };
    return { outcome: answer === false ? "declined" : answer };
  }
  const touched = await openTouched(params.changes);
  const changed = touched.filter(({ change, document }) => digest(document.getText()) !== change.before);
  if (changed.length > 0) return { outcome: "changed", paths: changed.map(({ change }) => change.path) };

  const edit = workspaceEdit(params, policy === "ask");
  const applying = workspace.applyEdit(edit);
  const applied = await inTime(applying, policy === "ask" ? seconds : undefined, signal);
  if (applied === "unanswered" || applied === "cancelled") {
    // Closing the preview ends the edit without applying it.
    await commands.executeCommand("refactorPreview.discard");
    // It may have been applied at the last moment, or without a preview: what is done is reported as done.
    if ((await inTime(applying, lastMomentSeconds, never)) !== true) return { outcome: applied };
  } else if (!applied) return refusal(touched, policy);
  return settle(touched, params.changes);
}

const lastMomentSeconds = 30;
const never = new AbortController().signal;

async function openTouched(changes: readonly EditorChange[]): Promise<readonly Touched[]> {
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

/**
 * Refactor Preview leaves everything unticked that needs confirmation, and opens when anything does. So the changes need
 * none, and one entry that changes nothing asks for all of them.
 */
function workspaceEdit({ title, client, byUser, changes }: ApplyEditsParams, ask: boolean): WorkspaceEdit {
  const edit = new WorkspaceEdit();
  const metadata: WorkspaceEditEntryMetadata = { needsConfirmation: false, label: title };
  if (ask) {
    const asking = { needsConfirmation: true, label: byUser ? title : `Asked for by ${client}` };
    const uri = Uri.from({ scheme: reportScheme, path: `/${asking.label.replaceAll("/", " ")}`, query: previewQuery });
    edit.replace(uri, new Range(0, 0, 0, 0), "", asking);
  }
  for (const change of changes) {
    const uri = Uri.file(change.path);
    switch (change.kind) {
      case "create":
        edit.createFile(uri, { contents: Buffer.from(change.base64, "base64"), overwrite: change.overwrite }, metadata);
        break;
      case "delete":
        edit.deleteFile(uri, { recursive: true, ignoreIfNotExists: true }, metadata);
        break;
      case "edit":
      case "rename":
        for (const { start, end, newText } of change.edits) edit.replace(uri, rangeOf(start, end), newText, metadata);
        if (change.kind === "rename") edit.renameFile(uri, Uri.file(change.to), { overwrite: false }, metadata);
    }
  }
  return edit;
}

/** VS Code says only that nothing was applied: a text that moved on under the preview is recognized by its version. */
function refusal(touched: readonly Touched[], policy: "ask" | "auto"): ApplyEditsAnswer {
  const moved = touched.filter(({ document, version }) => document.version !== version);
  if (moved.length > 0) return { outcome: "changed", paths: moved.map(({ change }) => change.path) };
  return { outcome: policy === "ask" ? "declined" : "failed" };
}

/** Saves what was saved before, leaves dirty what was dirty, and finds what the user left out of the preview. */
async function settle(touched: readonly Touched[], changes: readonly EditorChange[]): Promise<ApplyEditsAnswer> {
  const left = await notMadeOrRemoved(changes);
  await Promise.all(
    touched.map(async ({ change, wasDirty, wanted }) => {
      const path = change.kind === "rename" ? change.to : change.path;
      const document = await workspace.openTextDocument(Uri.file(path)).then(
        (found) => found,
        () => undefined,
      );
      if (!document || !(await textBecomes(document, wanted))) left.push(change.path);
      if (document?.isDirty && !wasDirty) await document.save();
    }),
  );
  return left.length === 0 ? { outcome: "applied" } : { outcome: "partial", paths: left };
}

/** Files that should be there by now, or gone, and are not. */
async function notMadeOrRemoved(changes: readonly EditorChange[]): Promise<string[]> {
  const left: string[] = [];
  for (const change of changes) {
    if (change.kind !== "create" && change.kind !== "delete") continue;
    const there = await workspace.fs.stat(Uri.file(change.path)).then(
      () => true,
      () => false,
    );
    if (there !== (change.kind === "create")) left.push(change.path);
  }
  return left;
}

const settleMs = 2_000;

/** applyEdit may resolve before the buffers contain the new text. */
async function textBecomes(document: TextDocument, wanted: string): Promise<boolean> {
  for (const end = Date.now() + settleMs; ;) {
    if (digest(document.getText()) === wanted) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What no preview can show, such as an empty folder, a commit or a call of an API. */
async function confirmed({ client, title, byUser, lasting = false }: ApplyEditsParams): Promise<boolean> {
  if (byUser) return confirmedByUser(title, lasting);
  const allow = "Allow this change";
  const answer = await window.showInformationMessage(
    `${client} wants to make a change.`,
    { modal: true, detail: lasting ? `${title}\n\nThis cannot be taken back.` : title },
    allow,
  );
  return answer === allow;
}

/** What the user's own command does besides what they asked for. */
async function confirmedByUser(title: string, lasting: boolean): Promise<boolean> {
  const allow = "Allow";
  const options = { modal: true, ...(lasting && { detail: "This cannot be taken back." }) };
  return (await window.showInformationMessage(`${title}?`, options, allow)) === allow;
}

async function allowProtected({ client, title, protectedFiles, lasting = false }: ApplyEditsParams): Promise<boolean> {
  const names = protectedFiles.slice(0, 10).map((file) => workspace.asRelativePath(file));
  const more = protectedFiles.length > names.length ? [`and ${String(protectedFiles.length - names.length)} more`] : [];
  const allow = "Allow this change";
  const answer = await window.showWarningMessage(
    `${client} wants to change files that can run code or contain settings.`,
    {
      modal: true,
      detail: [title, ...(lasting ? ["This cannot be taken back."] : []), "", ...names, ...more].join("\n"),
    },
    allow,
  );
  return answer === allow;
}

/** The answer, or why there is none. */
async function inTime<T>(
  answer: Thenable<T>,
  seconds: number | undefined,
  signal: AbortSignal,
): Promise<T | "unanswered" | "cancelled"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"unanswered">((resolve) => {
    if (seconds !== undefined) timer = setTimeout(resolve, seconds * 1000, "unanswered");
  });
  let cancel: (() => void) | undefined;
  const cancelled = new Promise<"cancelled">((resolve) => {
    cancel = () => {
      resolve("cancelled");
    };
    signal.addEventListener("abort", cancel, { once: true });
  });
  try {
    return await Promise.race([answer, late, cancelled]);
  } finally {
    clearTimeout(timer);
    if (cancel) signal.removeEventListener("abort", cancel);
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

function rangeOf(start: PositionedEdit["start"], end: PositionedEdit["end"]): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

function digest(text: string): string {
  return createHash("sha256").update(comparable(text)).digest("hex");
}
