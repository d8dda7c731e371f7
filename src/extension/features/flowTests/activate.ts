import { RelativePattern, TestRunProfileKind, tests, workspace } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { roots } from "../../support/toolPaths.ts";
import { listTests } from "./listTests.ts";
import { runTests } from "./runTests.ts";

const quietMs = 300;

/** Tests of flows in the Testing view. */
export function activateFlowTests(server: WindowServer): Feature {
  const controller = tests.createTestController("langflowConnect.flowTests", "Langflow flows");
  let timer: NodeJS.Timeout | undefined;
  const refresh = () => listTests(controller, server);
  const refreshSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), quietMs);
  };
  controller.resolveHandler = async (item) => {
    if (!item) await refresh();
  };
  controller.refreshHandler = refresh;
  const profile = controller.createRunProfile(
    "Run flow tests",
    TestRunProfileKind.Run,
    (request, token) => runTests({ controller, server }, request, token),
    true,
  );
  const watchers = roots().map(({ uri }) =>
    workspace.createFileSystemWatcher(new RelativePattern(uri, "flows/tests/*.{json,csv}")),
  );
  return {
    disposables: [
      controller,
      profile,
      ...watchers.flatMap((watcher) => [
        watcher,
        watcher.onDidChange(refreshSoon),
        watcher.onDidCreate(refreshSoon),
        watcher.onDidDelete(refreshSoon),
      ]),
      { dispose: () => clearTimeout(timer) },
    ],
    commands: {},
  };
}
