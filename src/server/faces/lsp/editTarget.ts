import { createHash } from "node:crypto";
import { comparable } from "../../../protocol/edits.ts";
import type { ApplyEditsAnswer, ApplyEditsParams, EditorChange, Position } from "../../../protocol/edits.ts";
import type { Caller } from "../../platform/call.ts";
import { ToolError, cancelled } from "../../platform/errors.ts";
import { langflowClient } from "../../platform/langflowCaller.ts";
import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { Documents } from "../../workspace/texts/documents.ts";
import { LeftOut, Rejected } from "../../platform/decision.ts";
import type { EditTarget } from "../../workspace/edits/edits.ts";

export interface EditorTargetDeps {
  readonly documents: Documents;
  /** The name of the flow that a run of this server is of. */
  flowName(run: string): string | undefined;
  ask(params: ApplyEditsParams, signal: AbortSignal): Promise<ApplyEditsAnswer>;
}

/** Changes land in the editor: shown in Refactor Preview when the user wants that, one Undo for all of them. */
export function createEditorTarget({ documents, flowName, ask }: EditorTargetDeps): EditTarget {
  return {
    isEditor: true,
    async apply({ title, changes, transitions, protectedFiles }, { caller, signal }) {
      const bytes = new Map(transitions.flatMap(({ path, after }) => (after ? [[path, after.bytes]] : [])));
      const texts = await Promise.all(changes.map((change) => editorChange(change, { documents, bytes })));
      const known = new Set(
        changes.flatMap((change) => (change.kind === "rename" ? [change.path, change.to] : [change.path])),
      );
      const binaries = transitions.flatMap(({ path, before, after }) =>
        after && !known.has(path) ? [created(path, after.bytes, before !== undefined)] : [],
      );
      const byUser = caller.byUser === true;
      const answer = await ask(
        {
          title,
          ...asker(caller, flowName),
          byUser,
          changes: [...texts, ...binaries],
          protectedFiles,
        },
        signal,
      );
      // Users know what they left out of their own preview.
      const isOwnChoice = answer.outcome === "declined" || (answer.outcome === "partial" && !answer.failed);
      if (byUser && isOwnChoice) throw cancelled();
      const refusal = refusalOf(answer);
      if (refusal) throw refusal;
    },
    // No workspace edit makes an empty folder, so there is nothing to preview: the window only asks.
    async confirm(question, { caller, signal }) {
      const { byUser = false } = caller;
      const answer = await ask({ ...question, ...asker(caller, flowName), byUser, changes: [] }, signal);
      const refusal = refusalOf(answer);
      if (refusal) throw refusal;
    },
  };
}

function asker({ client, flowRun }: Caller, flowName: EditorTargetDeps["flowName"]) {
  const name = flowRun === undefined ? undefined : flowName(flowRun);
  return { client, ...(client === langflowClient && { flow: { ...(name !== undefined && { name }) } }) };
}

async function editorChange(
  change: FileChange,
  { documents, bytes }: { documents: Documents; bytes: ReadonlyMap<string, Buffer> },
): Promise<EditorChange> {
  if (change.kind === "delete") return change;
  if (change.kind === "create") return created(change.path, bytes.get(change.path) ?? Buffer.from(change.text));
  const { text } = await documents.read(change.path);
  const before = createHash("sha256").update(comparable(text)).digest("hex");
  return { ...change, before, edits: positioned(text, change.edits) };
}

function created(path: string, content: Buffer, overwrite = false): EditorChange {
  return { kind: "create", path, base64: content.toString("base64"), overwrite };
}

function positioned(text: string, edits: readonly TextEdit[]) {
  const at = positionIn(text);
  return edits.map(({ start, end, newText }) => ({ start: at(start), end: at(end), newText }));
}

/** Line and character of an offset; lines end as VS Code's do, and the byte order mark is no character there. */
export function positionIn(text: string): (offset: number) => Position {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const starts = [mark];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: Math.max(0, offset - (starts[low] ?? 0)) };
  };
}

function refusalOf(answer: ApplyEditsAnswer): Error | undefined {
  switch (answer.outcome) {
    case "applied":
      return undefined;
    case "off":
      return conflict(
        "Changes are switched off in the editor.",
        "Ask the user to set langflowConnect.edits to ask or auto.",
      );
    case "partial":
      return new LeftOut(answer);
    case "declined":
      return new Rejected(answer.comment);
    case "unanswered":
      return conflict(
        `Waiting for the user: nobody answered in Refactor Preview within ${String(answer.seconds)} s, and nothing was changed.`,
        "Ask the user to look at the editor, then call again; langflowConnect.preview.seconds is how long it waits.",
      );
    case "cancelled":
      return new ToolError(
        "CANCELLED",
        "The call was cancelled and nothing was changed.",
        "Call again when the change is wanted.",
      );
    case "failed":
      return conflict(
        "The editor could not apply the change, and nothing was changed.",
        "Read the files again and make a new plan.",
      );
    case "changed":
      return conflict(
        `Changed since the plan was made: ${displayPath(answer.paths)}.`,
        "Read the files again and make a new plan.",
      );
  }
}

function conflict(message: string, remedy: string): ToolError {
  return new ToolError("CONFLICT", message, remedy);
}

function displayPath(paths: readonly string[]): string {
  const names = paths.slice(0, 5).map((path) => path.split(/[\\/]/).slice(-2).join("/"));
  return names.join(", ") + (paths.length > names.length ? ` and ${String(paths.length - names.length)} more` : "");
}
