/** Every command: its id behind `langflowConnect.`, and its title behind "Langflow Connect: ". */
export const commandTitles = {
  connectLangflow: "Connect to Langflow",
  disconnectLangflow: "Disconnect",
  registerServer: "Register this workspace's MCP server",
  pushAnalysisFlow: "Push workspace analysis flow",
  runFlow: "Run flow",
  cancelRun: "Cancel run",
  openFlow: "Open flow in Langflow",
  refreshFlows: "Refresh flows",
  pullFlow: "Pull flow",
  pushFlow: "Push flow file",
  compareFlow: "Compare flow with Langflow",
  compareFlowAsJson: "Compare flow with Langflow as JSON",
  mergeFlow: "Merge flow file with Langflow",
  updateFlow: "Update components of flow file",
  explainFlow: "Explain flow",
  openFlowPython: "Open Python of flow file",
  moveSecret: "Move secret of flow file to a global variable",
  showFlowVersions: "Show versions of flow",
  showFlowTriggers: "Show triggers of flow",
  takeBackPush: "Take back last push of flow",
  pullAllFlows: "Pull all flows",
  pushChangedFlows: "Push all changed flow files",
  promoteFlow: "Promote flow to another server",
  renameFlow: "Rename flow",
  duplicateFlow: "Duplicate flow",
  moveFlow: "Move flow to project",
  exportFlow: "Export flow",
  deleteFlow: "Delete flow",
  undoDeleteFlow: "Undo deletion of flows",
  openPanel: "Open panel",
  setAlertSecret: "Set secret for alerts",
  setEmbeddingsKey: "Set key for embeddings",
  indexCode: "Index code for search by meaning",
  copyEndpoint: "Copy MCP endpoint",
  analyzeWorkspace: "Analyze workspace",
  analyzeFile: "Analyze file",
  clearFindings: "Clear findings",
  writeBaseline: "Write baseline",
  previewRename: "Preview rename of the symbol at the cursor",
  previewMove: "Preview move of the symbol at the cursor",
  previewMovePath: "Preview move of the file or folder",
  previewExtract: "Preview extraction of the selection",
  rotateToken: "Rotate token",
  restartServer: "Restart server",
  showLog: "Show log",
} as const;

/** Icons of those that stand as buttons. */
export const commandIcons: Readonly<Partial<Record<CommandName, string>>> = {
  refreshFlows: "$(refresh)",
  pullFlow: "$(cloud-download)",
  pushFlow: "$(cloud-upload)",
  compareFlow: "$(diff)",
  pullAllFlows: "$(cloud-download)",
  pushChangedFlows: "$(cloud-upload)",
};

export type CommandName = keyof typeof commandTitles;

export function commandId(name: CommandName): string {
  return `langflowConnect.${name}`;
}
