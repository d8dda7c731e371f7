import { languages } from "vscode";
import type { ExtensionContext } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import type { AssistDeps } from "./assistDeps.ts";
import { assistActions } from "./codeActions.ts";
import { documentCode, explainCode, explainHistory } from "./explain.ts";
import { generateCode, generateTests, optimizePerformance } from "./propose.ts";
import { setModelKey } from "./setModelKey.ts";

interface Deps extends AssistDeps {
  readonly server: WindowServer;
  readonly secrets: ExtensionContext["secrets"];
}

/** What the tools say and propose about the code at the cursor. */
export function activateAssist({
  server,
  openReport,
  secrets,
}: Deps): Feature<
  | "explainCode"
  | "explainHistory"
  | "documentCode"
  | "generateTests"
  | "generateCode"
  | "optimizePerformance"
  | "setModelKey"
> {
  const deps = { server, openReport };
  return {
    disposables: [languages.registerCodeActionsProvider({ scheme: "file" }, assistActions, assistActions.metadata)],
    commands: {
      explainCode: () => explainCode(deps),
      explainHistory: () => explainHistory(deps),
      documentCode: () => documentCode(deps),
      generateTests: () => generateTests(server),
      generateCode: () => generateCode(server),
      optimizePerformance: () => optimizePerformance(server),
      setModelKey: () => setModelKey(server, secrets),
    },
  };
}
