/** Every command: its id behind `langflowConnect.`, and its title behind "Langflow Connect: ". */
export const commandTitles = {
  connectLangflow: "Connect to Langflow",
  disconnectLangflow: "Disconnect",
  pushAnalysisFlow: "Push workspace analysis flow",
  runFlow: "Run flow",
  cancelRun: "Cancel run",
  openFlow: "Open flow in Langflow",
  openPanel: "Open panel",
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

export type CommandName = keyof typeof commandTitles;

export function commandId(name: CommandName): string {
  return `langflowConnect.${name}`;
}
