import type { ResultOf } from "../../protocol/operations.ts";
import type { LinkStatus } from "../../protocol/status.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Network } from "../platform/network.ts";
import { findServer } from "./client/findServer.ts";
import type { ConnectOptions, Connection } from "./connection.ts";
import type { LinkStore } from "./linkStore.ts";
import { unregister } from "./registration.ts";
import type { Endpoint, WorkspaceIdentity } from "./registration.ts";

/** A link as the data folder keeps it: enough to connect again, no secret. */
export interface RememberedLink {
  readonly url: string;
  readonly keyFile?: string;
  /** Whose password the key file contains. */
  readonly user?: string;
}

/** The link of this workspace to one Langflow server. Failures are ToolErrors with a remedy. */
export interface LangflowLink {
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): { dispose(): void };
  /** After a failure the link goes on trying by itself until `disconnect`. */
  connect(options: ConnectOptions): Promise<LinkStatus>;
  /** The link of an earlier session of this workspace. */
  remembered(): Promise<RememberedLink | undefined>;
  /** The endpoint has another URL, token or owner: what Langflow keeps is updated. */
  endpointChanged(): Promise<void>;
  /**
   * Removes our registration from Langflow, forgets the link and renews the token; flows stay. Only closes the link
   * while another window has the registration: `removed` is false then.
   */
  disconnect(): Promise<ResultOf<"link.disconnect">>;
}

export interface LinkDeps {
  readonly connection: Connection;
  readonly workspace: WorkspaceIdentity;
  /** Undefined while nothing listens. */
  endpoint(): Endpoint | undefined;
  readonly store: LinkStore;
  readonly network: Network;
  readonly log: Logger;
  /** After a disconnect the token that Langflow had is worth nothing. */
  rotateToken(): Promise<void>;
}

export function createLangflowLink(deps: LinkDeps): LangflowLink {
  const { connection, store, log, workspace, rotateToken } = deps;

  /** Our entry in the Langflow that is connected; gives why it is still there when it could not be removed. */
  async function removeEntry(name: string | undefined): Promise<unknown> {
    if (name === undefined) return undefined;
    const open = connection.tryUse();
    if (!open) return new Error("no link");
    const signal = AbortSignal.timeout(10_000);
    return unregister({ http: open.http, workspace, keptName: name, signal }).catch((error: unknown) => error);
  }

  /** One link for each workspace: the Langflow of before loses its entry, and the token that it knows is worth nothing. */
  async function leavePrevious(url: string): Promise<void> {
    const kept = await store.read();
    if (kept === undefined || kept.url === url || deps.endpoint()?.owner === false) return;
    const leftover = await removeEntry(kept.serverName);
    if (leftover !== undefined) log.warn("langflow.leave", { url: kept.url, ...describeError(leftover) });
    await connection.close();
    await rotateToken();
  }

  return {
    status: connection.status,
    onStatus: connection.onStatus,
    endpointChanged: connection.endpointChanged,
    async connect(options) {
      const url = await findServer(options.url, { network: deps.network, signal: options.signal });
      await leavePrevious(url);
      return connection.connect({ ...options, url });
    },
    async remembered() {
      const link = await store.read();
      if (!link) return undefined;
      const { url, keyFile, user } = link;
      return { url, ...(keyFile !== undefined && { keyFile }), ...(user !== undefined && { user }) };
    },
    async disconnect() {
      if (deps.endpoint()?.owner === false) {
        await connection.close();
        return { removed: false };
      }
      const kept = await store.read();
      const leftover = await removeEntry(kept?.serverName);
      await connection.close();
      await store.clear();
      await rotateToken();
      if (leftover === undefined) return { removed: true };
      log.warn("langflow.disconnect", describeError(leftover));
      throw new ToolError(
        "NOT_READY",
        `The link is off, but Langflow did not answer, and its MCP server ${kept?.serverName ?? ""} is still there.`,
        "Remove it in Langflow under Settings > MCP Servers; its token is not valid any more.",
      );
    },
  };
}
