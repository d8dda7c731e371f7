import type { LinkStatus } from "../../protocol/status.ts";
import type { LangflowLink } from "../langflow/link.ts";
import { ToolError } from "../platform/errors.ts";
import { readKey, readPassword } from "../platform/keyFile.ts";
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
  defineOperation("link.register", {
    needs: ["link"],
    async run(_, __, { link }) {
      await link.endpointChanged();
      return link.status();
    },
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
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The server reads the key or the password itself, so that it crosses no process. */
  readonly keyFile?: string | undefined;
  readonly signal: AbortSignal;
}

export async function connectLink(link: LangflowLink, request: ConnectRequest): Promise<LinkStatus> {
  const { url, keyFile, signal } = request;
  return link.connect({ url, signal, ...(keyFile !== undefined && { keyFile }), ...(await loginOf(request)) });
}

async function loginOf({ apiKey, user, password, keyFile }: ConnectRequest) {
  if (user !== undefined) {
    const typed = keyFile === undefined ? password : await readPassword(keyFile);
    if (typed !== undefined) return { user: { name: user, password: typed } };
    throw new ToolError("PASSWORD_NEEDED", `There is no password for the user ${user}.`, "Give it by --key-file FILE.");
  }
  const key = keyFile === undefined ? apiKey : await readKey(keyFile);
  return key === undefined ? {} : { apiKey: key };
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
