import type { ExtensionContext } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { indexCode, setEmbeddingsKey } from "./commands.ts";

export interface MeaningDeps {
  readonly server: WindowServer;
  readonly secrets: ExtensionContext["secrets"];
}

/** The endpoint for the search by meaning, and its index. */
export function activateMeaning({ server, secrets }: MeaningDeps): Feature<"setEmbeddingsKey" | "indexCode"> {
  return {
    disposables: [],
    commands: {
      setEmbeddingsKey: () => setEmbeddingsKey(server, secrets),
      indexCode: () => indexCode(server),
    },
  };
}
