import { CancellationTokenSource, window } from "vscode";
import type { ApplyEditsParams } from "../../protocol/edits.ts";
import { inTime } from "./inTime.ts";

/** Whoever discards in the last second still has time for a sentence; the server gives up 15 s after the longest preview. */
const leastSeconds = 10;
const mostCharacters = 2_000;

/** A flow by its name, or the client that asks. */
export function whoAsks({ client, flow }: Pick<ApplyEditsParams, "client" | "flow">): string {
  if (!flow) return client;
  return flow.name === undefined ? `a flow in ${client}` : `the flow ${flow.name} in ${client}`;
}

/** What the user wants to say to a change that they have discarded; undefined when they say nothing, or not in time. */
export async function askForComment(
  params: ApplyEditsParams,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const seconds = Math.max(leastSeconds, Math.round((until - Date.now()) / 1000));
  const closing = new CancellationTokenSource();
  const box = window.showInputBox(
    {
      title: `Why not? Your words go to ${params.flow ? "the flow" : params.client}`,
      prompt: `${params.title}: nothing was changed. Leave it empty to say nothing. It closes after ${String(seconds)} s.`,
      ignoreFocusOut: true,
    },
    closing.token,
  );
  const comment = await inTime(box, seconds, signal);
  // What is typed and not sent stays unsaid.
  closing.cancel();
  closing.dispose();
  if (comment === undefined || comment === "cancelled" || comment === "unanswered") return undefined;
  return comment.trim().slice(0, mostCharacters) || undefined;
}
