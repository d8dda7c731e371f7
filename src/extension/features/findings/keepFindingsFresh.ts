import { workspace } from "vscode";
import type { LogOutputChannel, Uri } from "vscode";
import type { Disposable } from "../../support/store.ts";
import { toolPath } from "../../support/toolPaths.ts";
import { qualityOf } from "./commands.ts";
import type { FindingsDeps } from "./commands.ts";

interface Deps extends FindingsDeps {
  readonly log: LogOutputChannel;
}

/** A saved file's findings become those of its new text, a deleted file's go: Problems lists nothing that is fixed. */
export function keepFindingsFresh({ server, findings, log }: Deps): Disposable[] {
  const checks = new Map<string, AbortController>();
  async function check(file: Uri, path: string): Promise<void> {
    const key = file.toString();
    const controller = new AbortController();
    checks.get(key)?.abort();
    checks.set(key, controller);
    try {
      const { signal } = controller;
      const { listed } = await qualityOf(server, { signal, report: () => undefined }, { path });
      // Meanwhile they may have been cleared, or the file deleted.
      if (!signal.aborted && findings.has(file)) findings.show(findings.asBefore(listed, file), file);
    } catch (error) {
      log.debug(`findings of ${path}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (checks.get(key) === controller) checks.delete(key);
    }
  }
  // Of everything in the workspace, by whatever program, and only when it goes.
  const deletions = workspace.createFileSystemWatcher("**", true, true, false);
  return [
    deletions,
    deletions.onDidDelete((location) => {
      findings.drop(location);
    }),
    workspace.onDidSaveTextDocument(({ uri }) => {
      const path = findings.has(uri) ? toolPath(uri) : undefined;
      if (path !== undefined) void check(uri, path);
    }),
  ];
}
