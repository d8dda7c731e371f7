import { languages, workspace } from "vscode";
import type { ExtensionContext } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";

/** Read with the first command, not at activation. */
const commands = () => import("./componentCommands.ts");

type ComponentCommand = "newComponent" | "runComponent" | "pushComponent";

interface Deps {
  readonly server: WindowServer;
  readonly storage: Pick<ExtensionContext, "workspaceState">;
  openReport(title: string, markdown: string): Promise<void>;
}

/** Components of the user's own: Python files in `flows/components`. */
export function activateComponents({ server, storage, openReport }: Deps): Feature<ComponentCommand> {
  const problems = languages.createDiagnosticCollection("langflowConnect.components");
  const deps = { server, samples: storage.workspaceState, openReport, problems };
  return {
    disposables: [
      problems,
      // A line that was named is another one then.
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) problems.delete(document.uri);
      }),
    ],
    commands: {
      newComponent: async () => (await commands()).newComponent(deps),
      runComponent: async (item) => (await commands()).runComponent(deps, item),
      pushComponent: async (item) => (await commands()).pushComponent(deps, item),
    },
  };
}
