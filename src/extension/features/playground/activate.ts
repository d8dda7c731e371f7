import type { Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import type { Playgrounds } from "./playgroundPanel.ts";

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

/** A chat with any flow, beside the code. */
export function activatePlayground(deps: Deps): Feature<"openPlayground"> {
  let playgrounds: Playgrounds | undefined;
  return {
    disposables: [{ dispose: () => playgrounds?.dispose() }],
    commands: {
      async openPlayground(item) {
        const { createPlaygrounds } = await import("./playgroundPanel.ts");
        playgrounds ??= createPlaygrounds(deps);
        await playgrounds.open(item);
      },
    },
  };
}
