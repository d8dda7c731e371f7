import type { ExtensionContext } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";

/** Read with the first command, not at activation. */
const commands = () => import("./flowRunCommands.ts");

interface Deps {
  readonly server: WindowServer;
  readonly storage: Pick<ExtensionContext, "workspaceState">;
  openReport(title: string, markdown: string): Promise<void>;
  compareReports(title: string, left: string, right: string): Promise<void>;
}

/** Runs of a flow: with inputs that are remembered, as a list, as a page, again, and two beside each other. */
export function activateFlowRuns({ storage, ...rest }: Deps): Feature<"runFlowWithInputs" | "showFlowRuns"> {
  const deps = { ...rest, remembered: storage.workspaceState };
  return {
    disposables: [],
    commands: {
      runFlowWithInputs: async (item) => (await commands()).runFlowWithInputs(deps, item),
      showFlowRuns: async (item) => (await commands()).showFlowRuns(deps, item),
    },
  };
}
