import type { Feature } from "../../support/feature.ts";
import { cancelRun, openFlow, runFlow } from "./commands.ts";
import type { RunDeps } from "./commands.ts";
import { moveSecret } from "./moveSecret.ts";
import { pushAnalysisFlow, pushTemplate } from "./pushTemplate.ts";
import { createRuns } from "./runs.ts";

/** Flows in Langflow and their runs. */
export function activateFlows(
  deps: Omit<RunDeps, "runs">,
): Feature<"pushAnalysisFlow" | "pushTemplate" | "runFlow" | "cancelRun" | "openFlow" | "moveSecret"> {
  const runs = createRuns();
  return {
    disposables: [],
    commands: {
      pushAnalysisFlow: () => pushAnalysisFlow(deps.server),
      pushTemplate: () => pushTemplate(deps.server),
      runFlow: (flowId) => runFlow({ ...deps, runs }, flowId),
      cancelRun: () => {
        cancelRun(runs);
      },
      openFlow: (item) => openFlow(deps.server, item),
      moveSecret: (uri, at) => moveSecret(deps.server, uri, at),
    },
  };
}
