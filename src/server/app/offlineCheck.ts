import { createCatalogueStore } from "../langflow/catalogueStore.ts";
import { createFlowCheck } from "../langflow/checkFiles.ts";
import type { FlowCheck } from "../langflow/checkFiles.ts";
import { createKnownLangflows } from "../langflow/knownLangflow.ts";
import { createPythonFiles } from "../langflow/pythonFiles.ts";
import { createSyncStore } from "../langflow/syncStore.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import { rootsHash } from "../workspace/paths/roots.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import { createFlowFolder } from "./flowFolder.ts";

/**
 * Flow files compared with the Langflow that was connected last. Without the other services, which take longer to start.
 * @param data Data folder of this user.
 */
export async function openOfflineCheck(folders: readonly string[], data: string): Promise<FlowCheck> {
  const workspace = await openWorkspace(folders);
  const files = dataFiles(data, rootsHash(workspace.roots));
  const catalogues = createCatalogueStore(files.catalogues);
  const synced = createSyncStore(files.synced);
  const { folder } = createPythonFiles({ folder: createFlowFolder(workspace), synced, pythonFiles: () => false });
  const connection = { use: () => Promise.reject(notConnected()), tryUse: () => undefined };
  // Without a Langflow there is nothing that could be logged.
  const log = { warn: () => undefined };
  return createFlowCheck(folder, createKnownLangflows({ connection, catalogues, log }));
}

function notConnected(): ToolError {
  return new ToolError("NOT_READY", "Langflow is not connected.", "Connect to Langflow first.");
}
