import { MarkdownString } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { LastRun } from "../../../protocol/flows.ts";
import { flowStateWords } from "../../../protocol/flowStates.ts";
import { ago, duration } from "../../../protocol/format.ts";
import type { FlowTrigger } from "../../../protocol/serverFlows.ts";
import type { WindowServer } from "../../server/windowServer.ts";

/** A pointer does not wait longer for what Langflow says besides. */
const askMs = 3_000;

/** What the list knows of a flow, and what only Langflow knows of it: one flow is asked about, when it is pointed at. */
export async function flowTooltip(server: WindowServer, flow: FlowOfBoth): Promise<MarkdownString> {
  const { id, name, state, path, url, mcp, a2a } = flow;
  const lines = [
    `${name}: ${flowStateWords[state]}`,
    path,
    url,
    mcp && "Clients of Langflow's MCP server can call it.",
    a2a && "It is published as an agent over A2A.",
    ...(state === "onlyHere" ? [] : await activityOf(server, id)),
  ].filter(Boolean);
  return new MarkdownString().appendText(lines.join("\n"));
}

/** Nothing where Langflow does not say it, as an older one, or not in time. */
async function activityOf(server: WindowServer, id: string): Promise<readonly string[]> {
  const work = { signal: AbortSignal.timeout(askMs), report: () => undefined };
  const [{ run }, { triggers = [] }] = await Promise.all([
    server.operate("runs.last", { id }, work).catch(() => ({ run: undefined })),
    server.operate("serverFlows.triggers", { id }, work).catch(() => ({ triggers: undefined })),
  ]);
  return [...(run ? [lastRunWords(run)] : []), ...(triggers.length > 0 ? [triggerWords(triggers)] : [])];
}

/** Such as "3 triggers, 2 active: 2 × schedule, inbound webhook". */
function triggerWords(triggers: readonly FlowTrigger[]): string {
  const active = triggers.filter(({ state }) => state === "active").length;
  const kinds = new Map<string, number>();
  for (const { kind } of triggers) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const words = [...kinds].map(([kind, count]) => `${count > 1 ? `${String(count)} × ` : ""}${kindWords(kind)}`);
  const many = triggers.length === 1 ? "1 trigger" : `${String(triggers.length)} triggers`;
  return `${many}, ${String(active)} active: ${words.join(", ")}`;
}

/** Langflow writes inbound_webhook and slack.message. */
export function kindWords(kind: string): string {
  return kind.replaceAll(/[._]/g, " ");
}

function lastRunWords({ startedAt, latencyMs, failed, problem }: LastRun): string {
  const when = ago(startedAt, Date.now());
  if (!failed) return `Last run: ${when}, ${duration(latencyMs)}`;
  // VS Code draws a backslash between asterisks that its own Markdown escapes.
  return `Last run failed ${when}${problem === undefined ? "" : `: ${problem.replaceAll("***", "•••")}`}`;
}
