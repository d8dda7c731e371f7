import type { CheckedFlows } from "../../protocol/flowFiles.ts";
import { createCatalogueStore } from "../langflow/catalogueStore.ts";
import { createFlowCheck } from "../langflow/checkFiles.ts";
import { createKnownLangflows } from "../langflow/knownLangflow.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import { rootsHash } from "../workspace/paths/roots.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import { createFlowFolder } from "./flowFolder.ts";

interface OfflineCheck {
  readonly folders: readonly string[];
  /** Data folder of this user. */
  readonly data: string;
  readonly files: readonly string[];
  readonly dir: string;
  readonly sarif: boolean;
  readonly strict: boolean;
  readonly signal: AbortSignal;
}

/** Flow files compared with the Langflow that was connected last. Without the other services, which take longer to start. */
export async function checkOffline({ folders, data, files, ...asked }: OfflineCheck): Promise<CheckedFlows> {
  const workspace = await openWorkspace(folders);
  const catalogues = createCatalogueStore(dataFiles(data, rootsHash(workspace.roots)).catalogues);
  const connection = { use: () => Promise.reject(notConnected()), tryUse: () => undefined };
  // Without a Langflow there is nothing that could be logged.
  const log = { warn: () => undefined };
  const check = createFlowCheck(createFlowFolder(workspace), createKnownLangflows({ connection, catalogues, log }));
  return check.files(files, asked);
}

function notConnected(): ToolError {
  return new ToolError("NOT_READY", "Langflow is not connected.", "Connect to Langflow first.");
}
