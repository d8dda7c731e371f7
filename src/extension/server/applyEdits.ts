import { Range, Uri, WorkspaceEdit, commands, window, workspace } from "vscode";
import type { WorkspaceEditEntryMetadata } from "vscode";
import type { ApplyEditsAnswer, ApplyEditsParams } from "../../protocol/edits.ts";
import { previewQuery, reportScheme } from "../support/reportScheme.ts";
import { askForComment, whoAsks } from "./askForComment.ts";
import { openTouched, rangeOf, settle, typedIn, unlikePlan } from "./editedFiles.ts";
import { inTime } from "./inTime.ts";
import { readSettings } from "./settings.ts";

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
  const asked: Asked = { params, seconds, until: Date.now() + (seconds ?? 0) * 1000, signal };
  if (params.protectedFiles.length > 0) {
    const answer = await inTime(allowProtected(params), seconds, signal);
    if (answer !== true) return refusal(answer, asked);
  }
  if (params.changes.length === 0) {
    const wasAsked = params.protectedFiles.length > 0 || (policy !== "ask" && params.lasting !== true);
    const answer = wasAsked ? true : await inTime(confirmed(params), seconds, signal);
    return answer === true ? { outcome: "applied" } : refusal(answer, asked);
  }
  const touched = await openTouched(params.changes);
  const changed = await unlikePlan(touched, params.changes);
  if (changed.length > 0) return { outcome: "changed", paths: changed };

  const applying = workspace.applyEdit(workspaceEdit(params, policy === "ask" ? seconds : undefined, policy === "ask"));
  let answer = await inTime(applying, policy === "ask" ? seconds : undefined, signal);
  const unfinished = answer === "unanswered" || answer === "cancelled" ? answer : undefined;
  if (unfinished !== undefined) {
    // Closing the preview ends the edit without applying it.
    await commands.executeCommand("refactorPreview.discard");
    // It may have been applied at the last moment, or without a preview: what is done is reported as done.
    answer = await inTime(applying, lastMomentSeconds, never);
  }
  const applied = answer === true;
  const { left, any } = await settle(touched, { changes: params.changes, applied });
  if (left.length === 0 && (applied || any)) return { outcome: "applied" };
  if (any) return { outcome: "partial", paths: left, failed: !applied };
  if (unfinished !== undefined) return refusal(unfinished, asked);
  // A preview whose texts moved on under it cannot be applied.
  const paths = [...new Set([...typedIn(touched), ...(await unlikePlan(touched, params.changes))])];
  if (paths.length > 0) return { outcome: "changed", paths };
  return policy === "ask" ? refusal(false, asked) : { outcome: "failed" };
}

interface Asked {
  readonly params: ApplyEditsParams;
  /** As long as an answer may take; what the user asked for waits as long as they take. */
  readonly seconds: number | undefined;
  /** When that time is over. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/** The user's no, or why there is no answer. Who proposed a change of files hears why, when the user says it. */
async function refusal(answer: false | "unanswered" | "cancelled", asked: Asked): Promise<ApplyEditsAnswer> {
  const { params, seconds = 0, until, signal } = asked;
  if (answer === "cancelled") return { outcome: "cancelled" };
  if (answer === "unanswered") return { outcome: "unanswered", seconds };
  if (params.byUser || params.changes.length === 0) return { outcome: "declined" };
  const comment = await askForComment(params, { until, signal });
  return { outcome: "declined", ...(comment !== undefined && { comment }) };
}

const lastMomentSeconds = 30;
const never = new AbortController().signal;

/**
 * Refactor Preview leaves everything unticked that needs confirmation, and opens when anything does. So the changes need
 * none, and one entry that changes nothing asks for all of them.
 */
function workspaceEdit(params: ApplyEditsParams, seconds: number | undefined, ask: boolean): WorkspaceEdit {
  const { title, byUser, changes } = params;
  const edit = new WorkspaceEdit();
  const metadata: WorkspaceEditEntryMetadata = { needsConfirmation: false, label: title };
  if (ask) {
    const asking = { needsConfirmation: true, label: byUser ? title : `Asked for by ${whoAsks(params)}: ${title}` };
    const path = `/${asking.label.replaceAll("/", "\u2215")}`;
    const uri = Uri.from({ scheme: reportScheme, path, query: previewQuery(seconds) });
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
