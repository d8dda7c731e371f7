import { Location, Position, TestMessage, window } from "vscode";
import type { CancellationToken, TestController, TestItem, TestRun, TestRunRequest } from "vscode";
import type { FlowTestResult } from "../../../protocol/flowTests.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";

interface Deps {
  readonly controller: TestController;
  readonly server: WindowServer;
}

/** One after the other, so that each test's time and cost are its own. */
export async function runTests(
  { controller, server }: Deps,
  request: TestRunRequest,
  token: CancellationToken,
): Promise<void> {
  const run = controller.createTestRun(request);
  const stop = new AbortController();
  const cancelled = token.onCancellationRequested(() => {
    stop.abort();
  });
  const isStopped = () => stop.signal.aborted;
  const tests = chosen(controller, request);
  for (const test of tests) run.enqueued(test);
  let yes = false;
  const ask = async (test: TestItem) => {
    const [file = "", name = ""] = test.id.split("\n");
    const once = () =>
      server.operate(
        "flowTests.run",
        { files: [file], cases: [name], yes },
        { signal: stop.signal, report: () => undefined },
      );
    return once().catch(async (error: unknown) => {
      if (yes || !(error instanceof UserError) || error.code !== "COST_NOT_CONFIRMED") throw error;
      yes = (await window.showWarningMessage(error.problem, { modal: true }, "Run")) === "Run";
      if (!yes) throw error;
      return once();
    });
  };
  for (const test of tests) {
    if (isStopped()) {
      run.skipped(test);
      continue;
    }
    run.started(test);
    try {
      show(run, test, await ask(test));
    } catch (error) {
      if (isStopped()) run.skipped(test);
      else run.errored(test, new TestMessage(error instanceof Error ? error.message : String(error)));
    }
  }
  cancelled.dispose();
  run.end();
}

function show(run: TestRun, test: TestItem, { cases: [result] }: FlowTestResult): void {
  if (!result || result.state === "stopped") {
    run.skipped(test);
    return;
  }
  const { state, expected, actual, ms, cost } = result;
  run.appendOutput(
    `${test.label}: ${actual ?? ""}${cost === null ? "" : ` ($${cost})`}\n`.replaceAll("\n", "\r\n"),
    undefined,
    test,
  );
  if (state === "passed") {
    run.passed(test, ms);
    return;
  }
  const message = TestMessage.diff("The answer is not the expected one.", expected ?? "", actual ?? "");
  if (test.uri) message.location = new Location(test.uri, test.range?.start ?? new Position(0, 0));
  run.failed(test, message, ms);
}

/** Those that the user chose, or all; without those that were left out. */
function chosen(controller: TestController, { include, exclude = [] }: TestRunRequest): readonly TestItem[] {
  const top = include ?? itemsOf(controller.items);
  return top.flatMap(leaves).filter((item) => !exclude.includes(item));
}

function leaves(item: TestItem): readonly TestItem[] {
  return item.id.includes("\n") ? [item] : itemsOf(item.children);
}

function itemsOf(items: TestController["items"]): readonly TestItem[] {
  const all: TestItem[] = [];
  items.forEach((item) => all.push(item));
  return all;
}
