import { createComponents } from "./components/components.ts";
import type { Components } from "./components/components.ts";
import { createConnection } from "./connection.ts";
import type { ConnectionDeps } from "./connection.ts";
import { createFlowChanges } from "./flowChanges.ts";
import type { FlowChanges } from "./flowChanges.ts";
import { createFlowHistory } from "./flowHistory.ts";
import type { FlowHistory } from "./flowHistory.ts";
import { createFlowCheck } from "./checkFiles.ts";
import type { FlowCheck } from "./checkFiles.ts";
import { createEnvironmentList } from "./environments/environments.ts";
import type { EnvironmentList } from "./environments/environments.ts";
import { createFlowFiles } from "./flowFiles.ts";
import type { FlowFiles, FlowFilesDeps } from "./flowFiles.ts";
import { createKnownLangflows } from "./knownLangflow.ts";
import type { KnownLangflows, KnownLangflowsDeps } from "./knownLangflow.ts";
import { createLangflowFlows } from "./flows.ts";
import type { LangflowFlows } from "./flows.ts";
import { createLangflowLink } from "./link.ts";
import type { LangflowLink, LinkDeps } from "./link.ts";
import { createFlowMoves } from "./moves/flowMoves.ts";
import type { FlowMoves, FlowMovesDeps } from "./moves/flowMoves.ts";
import { createPythonFiles } from "./pythonFiles.ts";
import type { PythonFiles, PythonFilesDeps } from "./pythonFiles.ts";
import { createFlowSecrets } from "./moves/flowSecrets.ts";
import type { FlowSecrets } from "./moves/flowSecrets.ts";
import { createExposedFlows } from "./running/exposedFlows.ts";
import type { ExposedFlows } from "./running/exposedFlows.ts";
import { createFlowTests } from "./running/flowTests.ts";
import type { FlowTests } from "./running/flowTests.ts";
import { followLeftRuns } from "./running/leftRuns.ts";
import { createLiveRuns } from "./running/liveRuns.ts";
import type { LiveRuns } from "./running/liveRuns.ts";
import type { LeftRunsDeps } from "./running/leftRuns.ts";
import { createRunImport } from "./runImport.ts";
import type { RunImport, RunImportDeps } from "./runImport.ts";
import { createLangflowRuns } from "./runs.ts";
import type { LangflowRuns, RunsDeps } from "./runs.ts";
import { createServerFlows } from "./serverFlows.ts";
import type { ServerFlows } from "./serverFlows.ts";

/** What this workspace has of Langflow: its services over one connection. */
export interface Langflow {
  readonly link: LangflowLink;
  readonly environmentList: EnvironmentList;
  readonly flows: LangflowFlows;
  readonly flowFiles: FlowFiles;
  readonly pythonFiles: Pick<PythonFiles, "settle">;
  readonly serverFlows: ServerFlows;
  readonly flowMoves: FlowMoves;
  readonly flowChanges: FlowChanges;
  readonly flowHistory: FlowHistory;
  readonly flowCheck: FlowCheck;
  readonly flowSecrets: FlowSecrets;
  /** Of the connected Langflow, or without one of the last. */
  readonly components: KnownLangflows["components"];
  readonly runs: LangflowRuns;
  readonly flowTests: FlowTests;
  /** Those that the user writes. */
  readonly ownComponents: Components;
  readonly liveRuns: Pick<LiveRuns, "onChange">;
  readonly runImport: Pick<RunImport, "refresh">;
  readonly exposedFlows: ExposedFlows;
  /** Stops the heartbeat; the registration stays for the next start. */
  dispose(): Promise<void>;
}

export type LangflowDeps = Omit<
  ConnectionDeps &
    LinkDeps &
    RunsDeps &
    FlowFilesDeps &
    FlowMovesDeps &
    KnownLangflowsDeps &
    PythonFilesDeps &
    RunImportDeps &
    LeftRunsDeps,
  "connection" | "runImport" | "live"
>;

export function createLangflow(given: LangflowDeps): Langflow {
  const pythonFiles = createPythonFiles(given);
  const deps = { ...given, folder: pythonFiles.folder };
  const connection = createConnection(deps);
  const flowFiles = createFlowFiles({ ...deps, connection });
  const runImport = createRunImport({ ...deps, connection });
  const live = createLiveRuns(deps.now);
  const leftRuns = followLeftRuns({ ...deps, connection, live });
  const runs = createLangflowRuns({ ...deps, connection, runImport, live });
  const known = createKnownLangflows({ ...deps, connection });
  const exposedFlows = createExposedFlows({ ...deps, connection });
  return {
    link: createLangflowLink({ ...deps, connection }),
    environmentList: createEnvironmentList(deps.environments),
    flows: createLangflowFlows({ ...deps, connection }),
    flowFiles,
    pythonFiles,
    flowChanges: createFlowChanges({ ...deps, connection, flowFiles }),
    serverFlows: createServerFlows({ connection }),
    flowMoves: createFlowMoves({ ...deps, connection }),
    flowHistory: createFlowHistory({ ...deps, connection, flowFiles }),
    flowCheck: createFlowCheck(deps.folder, known),
    // The text that an editor has: its answer is edits of that.
    flowSecrets: createFlowSecrets({ ...given, connection }),
    components: known.components,
    runs,
    flowTests: createFlowTests({ folder: deps.folder, runs }),
    ownComponents: createComponents({ ...given, connection, runImport }),
    liveRuns: live,
    runImport,
    exposedFlows,
    async dispose() {
      runImport.dispose();
      leftRuns.dispose();
      await connection.close();
      await deps.begun.settle();
    },
  };
}
