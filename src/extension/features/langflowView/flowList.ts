import { RelativePattern, commands, workspace } from "vscode";
import type { FlowFilesStatus } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable } from "../../support/store.ts";
import { flowFolders } from "../../support/flowFolders.ts";
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
  /** Connected, or about to be again. */
  let isShown = false;

  async function ask(): Promise<void> {
    for (let answered = -1; answered !== wanted;) {
      answered = wanted;
      try {
        const status = await readAll(server);
        if (isShown) store.update(() => ({ status }));
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        // What was known stays, and the view says that it may be old.
        store.update(({ status }) => ({ ...(isShown && status && { status }), problem }));
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
    workspace.createFileSystemWatcher(new RelativePattern(uri, "{flows,flows/**/*.json,flows/**/*.py}")),
  );
  const followed = watchers.flatMap((watcher) => [
    watcher,
    watcher.onDidChange(refreshSoon),
    watcher.onDidCreate(refreshSoon),
    watcher.onDidDelete(refreshSoon),
  ]);
  function showState(): void {
    const { status, problem } = store.get();
    const isEmpty = status?.flows.length === 0 && status.problems.length === 0;
    const view = status ? (isEmpty ? "empty" : "flows") : problem === undefined ? "reading" : "failed";
    void commands.executeCommand("setContext", "langflowConnect.flowList", view);
  }
  showState();
  const context = store.onChange(showState);
  const link = server.topic("link").onChange((value) => {
    const state = value?.state ?? "off";
    void commands.executeCommand("setContext", "langflowConnect.link", state === "slow" ? "connected" : state);
    const now = state === "connected" || state === "slow";
    isShown = now || state === "reconnecting";
    if (!isShown) store.update(() => ({}));
    if (now === isConnected) return;
    isConnected = now;
    if (now) void refresh();
    // What was known stays while the connection is tried again.
    else store.update(({ status }) => (status ? { status, problem: lost } : {}));
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

const lost = "The connection to Langflow was lost and is tried again.";

/** Of all folders: a flow that has a file in none of them is only in Langflow. */
async function readAll(server: WindowServer): Promise<FlowFilesStatus> {
  const all = await Promise.all(flowFolders().map((dir) => server.operate("flowFiles.status", { dir })));
  const [first, ...others] = all;
  if (!first || others.length === 0) return first ?? { server: "", flows: [], projects: [], problems: [] };
  const withFile = all.flatMap(({ flows }) => flows.filter(({ path }) => path !== undefined));
  const known = new Set(withFile.map(({ id }) => id));
  const flows = [...withFile, ...first.flows.filter(({ id }) => !known.has(id))];
  flows.sort((one, other) => one.name.localeCompare(other.name));
  return { ...first, flows, problems: all.flatMap(({ problems }) => problems) };
}
