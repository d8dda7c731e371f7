import type { Analysis } from "../analysis/analysis.ts";
import type { CallOptions } from "../analysis/types.ts";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import path from "node:path";
import type { Workspace } from "../workspace/workspace.ts";
import { openTestBench } from "./testRun.ts";
import type { TestBench } from "./testRun.ts";
import { testCommand } from "./testCommand.ts";
import type { RunnerSetup, TestRunner } from "./testRunner.ts";
import { unusable } from "./reply.ts";

export interface TestsChecked {
  readonly runner: TestRunner;
  /** Faults that were put into the code, one after the other, and how many of them the tests noticed. */
  readonly faults: number;
  readonly noticed: number;
  /** Those that they did not notice. */
  readonly missed: { line: number; what: string }[];
}

export interface TestsToCheck {
  /** Absolute path of the code under test. */
  readonly subject: string;
  readonly setup: RunnerSetup;
  /** Absolute path of the test file, which is not written yet. */
  readonly file: string;
}

interface Deps {
  readonly workspace: Workspace;
  readonly analysis: Pick<Analysis, "faults">;
}

const mostFaults = 5;

/** A copy of the workspace in which the tests of one subject are tried, as often as the model needs. */
export interface TestTrial {
  /** Fails with ANSWER_UNUSABLE for tests that fail on the code, or that notice no fault in it. */
  check(content: string): Promise<TestsChecked>;
  dispose(): Promise<void>;
}

export async function openTestTrial(tests: TestsToCheck, deps: Deps, options: CallOptions): Promise<TestTrial> {
  const { workspace, analysis } = deps;
  const { signal, progress } = options;
  const root = workspace.roots.find(({ path: folder }) => tests.subject.startsWith(`${folder}${path.sep}`));
  if (!root) throw new Error("The subject is in no root");
  const inRoot = (absolute: string) => path.relative(root.path, absolute).split(path.sep).join("/");
  const [subject, file] = [inRoot(tests.subject), inRoot(tests.file)];
  if (file.startsWith("../")) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      "The test file must be in the same folder of the workspace as the code.",
      "Give `to` in that folder, or leave it out.",
    );
  }
  const { document } = await workspace.read(tests.subject);
  // Another language has no faults to seed: its tests count when they pass.
  const faults = await analysis.faults({ path: tests.subject, most: mostFaults }, options).catch((error: unknown) => {
    if (error instanceof ToolError && error.code === "UNSUPPORTED_LANGUAGE") return [];
    throw error;
  });
  progress({ done: 0, message: "Copying the workspace for the tests" });
  const bench: TestBench = await openTestBench(root, { workspace, signal, file });
  const command = await commandIn(bench, file).catch(async (error: unknown) => {
    await bench.dispose();
    throw error;
  });

  async function commandIn({ inCopy }: TestBench, name: string) {
    const { home } = tests.setup;
    const folder = home === undefined ? "." : inRoot((await workspace.resolve(home)).absolute);
    return testCommand(tests.setup, { home: inCopy(folder), file: inCopy(name) });
  }

  async function run(): Promise<{ readonly passed: boolean; readonly output: string }> {
    const result = await bench.run(command, signal);
    throwIfCancelled(signal);
    return result;
  }

  return {
    async check(content) {
      await bench.write(file, content);
      progress({ done: 0, message: "Running the tests" });
      const { passed, output } = await run();
      if (!passed) throw unusable(`its tests fail on the code as it is: ${output}`);
      const missed: { line: number; what: string }[] = [];
      for (const [at, { line, what, text }] of faults.entries()) {
        progress({ done: at, total: faults.length, message: "Running the tests on a fault" });
        await bench.write(subject, withoutTypeCheck(text));
        if ((await run()).passed) missed.push({ line, what });
      }
      await bench.write(subject, document.text);
      if (faults.length > 0 && missed.length === faults.length) {
        const lines = missed.map(({ line, what }) => `line ${String(line)}: ${what}`).join("; ");
        throw unusable(`its tests notice none of the faults that were put into the code (${lines})`);
      }
      return { runner: tests.setup.runner, faults: faults.length, noticed: faults.length - missed.length, missed };
    },
    dispose: bench.dispose,
  };
}

/** ts-jest and ts-node refuse a file with a type error, which many a fault is: then no test would have noticed it. */
function withoutTypeCheck(text: string): string {
  const [shebang = ""] = /^#!.*\n/.exec(text) ?? [];
  return `${shebang}// @ts-nocheck\n${text.slice(shebang.length)}`;
}
