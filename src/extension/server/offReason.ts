import { workspace } from "vscode";
import type { OffReason } from "../../protocol/status.ts";

/** Why no server may run in this window, if so. Asked again before every start. */
export function offReason(): OffReason | undefined {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) return "noFolder";
  if (!folders.some(({ uri }) => uri.scheme === "file")) return "virtual";
  return workspace.isTrusted ? undefined : "untrusted";
}
