import type { LogOutputChannel } from "vscode";
import type { RememberedLangflow } from "./rememberedLangflow.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";

interface Reconnecting {
  readonly server: WindowServer;
  readonly remembered: RememberedLangflow;
  readonly log: LogOutputChannel;
}

/** Connects a workspace that was connected before, whenever its server has started; the status bar shows how it goes. */
export function reconnectOnStart({ server, remembered, log }: Reconnecting): Disposable {
  let seen: string | undefined;
  const connect = async () => {
    const url = remembered.workspaceUrl();
    if (url === undefined) return;
    const { login } = await remembered.login(url);
    await server.operate("link.connect", { url, ...login });
  };
  return server.topic("endpoint").onChange((endpoint) => {
    if (!endpoint || endpoint.startedAt === seen) return;
    seen = endpoint.startedAt;
    connect().catch((error: unknown) => {
      log.warn(`reconnect: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
}
