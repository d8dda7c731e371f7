import { RelativePattern, commands, workspace } from "vscode";
import type { FlowFilesStatus } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable } from "../../support/store.ts";
import { roots } from "../../support/toolPaths.ts";

/** The flows of the connected Langflow and of the folder, as they were asked for last. */
export interface FlowList extends Disposable {
  /** Undefined before the first answer, and while nothing is connected. */
  get(): FlowFilesStatus | undefined;
  /** Why there is no list, in a sentence. */
  problem(): string | undefined;
  onChange(listener: () => void): Disposable;
  refresh(): Promise<void>;
  refreshIfStale(): void;
}

/** Several saves of one moment are asked about once. */
const quietMs = 300;

export function createFlowList(server: WindowServer): FlowList {
  const store = createStore<{ readonly status?: FlowFilesStatus; readonly problem?: string }>({});
  let asked: Promise<void> | undefined;
  /** Counts up: what is asked for while an answer is under way is asked about once more. */
  let wanted = 0;
  let timer: NodeJS.Timeout | undefined;
  let isConnected = false;

  async function ask(): Promise<void> {
    for (let answered = -1; answered !== wanted;) {
      answered = wanted;
      try {
        const status = await server.operate("flowFiles.status", { dir: flowFolder() });
        if (isConnected) store.update(() => ({ status }));
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        // What was known stays, and the view says that it may be old.
        store.update(({ status }) => ({ ...(isConnected && status && { status }), problem }));
      }
    }
  }

  function refresh(): Promise<void> {
    wanted++;
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  }

  function refreshSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void (isConnected && refresh()), quietMs);
  }

  // A folder that goes is one event, of the folder.
  const watchers = roots().map(({ uri }) =>
    workspace.createFileSystemWatcher(new RelativePattern(uri, "{flows,flows/**/*.json}")),
  );
  const followed = watchers.flatMap((watcher) => [
    watcher,
    watcher.onDidChange(refreshSoon),
    watcher.onDidCreate(refreshSoon),
    watcher.onDidDelete(refreshSoon),
  ]);
  const context = store.onChange(({ status }) => {
    void commands.executeCommand("setContext", "langflowConnect.noFlows", status?.flows.length === 0);
  });
  const link = server.topic("link").onChange((value) => {
    const now = value?.state === "connected" || value?.state === "slow";
    if (now === isConnected) return;
    isConnected = now;
    void commands.executeCommand("setContext", "langflowConnect.connected", now);
    if (now) void refresh();
    else store.update(() => ({}));
  });

  return {
    get: () => store.get().status,
    problem: () => store.get().problem,
    onChange: (listener) => store.onChange(listener),
    refresh,
    refreshIfStale() {
      if (isConnected && !store.get().status) void refresh();
    },
    dispose() {
      clearTimeout(timer);
      link.dispose();
      context.dispose();
      for (const one of followed) one.dispose();
    },
  };
}

/** Where the flow files are: `flows` of the first folder. */
export function flowFolder(): string {
  const [first, second] = roots();
  return first && second ? `${first.name}/flows` : "flows";
}
