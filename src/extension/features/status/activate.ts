import type { LogOutputChannel } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { showStatusBar } from "./statusBar.ts";

interface Deps {
  readonly server: WindowServer;
  readonly log: LogOutputChannel;
}

/** The status bar, and what its words advise. */
export function activateStatus({ server, log }: Deps): Feature<"restartServer" | "showLog"> {
  return {
    disposables: showStatusBar(server.status),
    commands: {
      restartServer: async () => {
        await server.restart();
        await server.ready();
      },
      showLog: () => {
        log.show();
      },
    },
  };
}
