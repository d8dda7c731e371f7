import type { LinkStatus } from "../../protocol/status.ts";
import type { LangflowLink } from "../langflow/link.ts";
import { readKey } from "../platform/keyFile.ts";
import { defineOperation } from "./defineOperation.ts";

export const linkOperations = [
  defineOperation("link.status", {
    needs: ["link"],
    command: { name: "status", show: describeLink },
    run: (_, __, { link }) => link.status(),
  }),
  defineOperation("link.connect", {
    needs: ["link"],
    command: { name: "connect", show: describeLink },
    run: (params, { signal }, { link }) => connectLink(link, { ...params, signal }),
  }),
  defineOperation("link.disconnect", {
    needs: ["link"],
    command: {
      name: "disconnect",
      show: ({ removed }) =>
        removed
          ? "Disconnected. The MCP server of this workspace is removed from Langflow and the token is new; flows stay there."
          : "Disconnected here. Another server of these folders keeps the registration in Langflow.",
    },
    run: (_, __, { link }) => link.disconnect(),
  }),
];

interface ConnectRequest {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** The server reads the key itself, so that it crosses no process. */
  readonly keyFile?: string | undefined;
  readonly signal: AbortSignal;
}

export async function connectLink(link: LangflowLink, request: ConnectRequest): Promise<LinkStatus> {
  const { url, apiKey, keyFile, signal } = request;
  if (keyFile !== undefined) return link.connect({ url, keyFile, apiKey: await readKey(keyFile), signal });
  return link.connect({ url, signal, ...(apiKey !== undefined && { apiKey }) });
}

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
