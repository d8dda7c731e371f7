import type { LogOutputChannel } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { askForKey, connectLangflow, disconnectLangflow } from "./commands.ts";
import { registerServer } from "./registerServer.ts";
import { reconnectOnStart } from "./reconnectOnStart.ts";
import { createRememberedLangflow } from "./rememberedLangflow.ts";
import type { ExtensionStorage } from "./rememberedLangflow.ts";

interface Deps {
  readonly server: WindowServer;
  readonly storage: ExtensionStorage;
  readonly log: LogOutputChannel;
}

export interface Connection extends Feature<"connectLangflow" | "disconnectLangflow" | "registerServer"> {
  /**
   * When the failure means that Langflow wants an API key: asks for it and connects with it. False when the user gives
   * none. Throws every other failure again.
   */
  askForKey(failure: unknown): Promise<boolean>;
}

/** The link to Langflow. */
export function activateConnection({ server, storage, log }: Deps): Connection {
  const remembered = createRememberedLangflow(storage);
  const deps = { server, remembered };
  return {
    disposables: [reconnectOnStart({ ...deps, log })],
    commands: {
      connectLangflow: () => connectLangflow(deps),
      disconnectLangflow: () => disconnectLangflow(deps),
      registerServer: () => registerServer(server),
    },
    askForKey: (failure) => askForKey(deps, failure),
  };
}
