import type { LinkStatus } from "../../protocol/status.ts";
import type { RunResult, RunUsage } from "../langflow/types.ts";

/** The link in words for a terminal. */
export function describeLink(status: LinkStatus): string {
  const lines = [`Langflow: ${status.state}${status.url === undefined ? "" : `, ${status.url}`}`];
  if (status.version !== undefined) lines.push(`Version: ${status.version}`);
  if (status.latencyMs !== undefined) lines.push(`Latency: ${status.latencyMs} ms`);
  const { registration } = status;
  if (registration) {
    const tools = registration.tools === undefined ? "" : `, ${registration.tools} tools`;
    lines.push(`MCP server in Langflow: ${registration.name} (${registration.state}${tools})`);
  }
  if (status.problem) lines.push(`${status.problem.message} ${status.problem.remedy}`);
  if (registration?.problem !== undefined) lines.push(`Warning: ${registration.problem}`);
  for (const warning of status.warnings) lines.push(`Warning: ${warning}`);
  return lines.join("\n");
}

export function describeRun(run: RunResult): string {
  const seconds = (run.durationMs / 1000).toFixed(1);
  return `${run.report.trimEnd()}\n\nFlow: ${run.flow.url} (${seconds} s, ${describeUsage(run.usage)})`;
}

function describeUsage(usage: RunUsage): string {
  if (!usage.reported) return `tokens ${usage.reason}`;
  if (usage.models.length === 0) return "no model was called";
  return usage.models.map((use) => `${use.model}: ${use.inputTokens} in, ${use.outputTokens} out`).join("; ");
}
