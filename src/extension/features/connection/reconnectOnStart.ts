import type { LogOutputChannel } from "vscode";
import type { Links } from "./rememberedLangflow.ts";
import type { Session } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";

/** Connects a workspace that was connected before, whenever its server has started; the status bar shows how it goes. */
export function reconnectOnStart(session: Session, links: Links, log: LogOutputChannel): Disposable {
  let seen: string | undefined;
  const connect = async () => {
    const url = links.workspaceUrl();
    if (url === undefined) return;
    const apiKey = await links.key(url);
    await session.operate("link.connect", { url, ...(apiKey !== undefined && { apiKey }) });
  };
  return session.topic("endpoint").onChange((endpoint) => {
    if (!endpoint || endpoint.startedAt === seen) return;
    seen = endpoint.startedAt;
    connect().catch((error: unknown) => {
      log.warn(`reconnect: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
}
