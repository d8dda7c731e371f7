import path from "node:path";
import type { FlowCaseResult, FlowTestFile, FlowTestResult } from "../../../protocol/flowTests.ts";
import { judge } from "../../flows/tests/judge.ts";
import { readFlowTests } from "../../flows/tests/testFile.ts";
import type { FlowTest } from "../../flows/tests/testFile.ts";
import { ToolError } from "../../platform/errors.ts";
import type { FlowFolder } from "../flowFolder.ts";
import type { LangflowRuns } from "../runs.ts";

/** Tests of flows: files of inputs and expected answers, in the folder `tests` of the flows. */
export interface FlowTests {
  list(dir: string): Promise<readonly FlowTestFile[]>;
  /** One after the other, so that each one's time and cost are its own. */
  run(request: TestRequest): Promise<FlowTestResult>;
}

export interface TestRequest {
  /** All of the folder without any. */
  readonly files: readonly string[];
  readonly dir: string;
  /** Names of the tests; all of the files without any. */
  readonly cases: readonly string[];
  readonly yes: boolean;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

interface Deps {
  readonly folder: Pick<FlowFolder, "list" | "read" | "pathOf">;
  readonly runs: Pick<LangflowRuns, "run">;
}

/** Of a test that says nothing of its time: a run that hangs must end. */
const defaultSeconds = 120;

export function createFlowTests({ folder, runs }: Deps): FlowTests {
  async function filesIn(dir: string): Promise<readonly string[]> {
    const below = path.posix.join(dir, "tests");
    return [...(await folder.list(below, ".json")), ...(await folder.list(below, ".csv"))].sort();
  }

  const read = async (file: string) => readFlowTests(file, (await folder.read(file)).text);

  async function runTest(
    flow: string,
    test: FlowTest,
    request: TestRequest,
  ): Promise<FlowCaseResult & { run?: string }> {
    const { name, input, session, tweaks, expect } = test;
    const limit = AbortSignal.timeout((expect.maxSeconds ?? defaultSeconds) * 1000);
    const signal = AbortSignal.any([request.signal, limit]);
    const startedAt = performance.now();
    const options = {
      input,
      signal,
      yes: request.yes,
      ...(session !== undefined && { session }),
      ...(tweaks && { tweaks }),
    };
    try {
      const answer = await runs.run(flow, { ...options, progress: () => undefined });
      const { output, error, ms, run, runCost } = answer;
      const facts = { name, ms, run, cost: runCost?.cost ?? null };
      if (output === null) return { ...facts, state: "failed", expected: "an answer", actual: error };
      const { expected, actual } = judge({ text: output, ms, cost: facts.cost }, expect);
      return { ...facts, state: expected === undefined ? "passed" : "failed", expected: expected ?? null, actual };
    } catch (error) {
      const ms = Math.round(performance.now() - startedAt);
      const facts = { name, ms, cost: null };
      if (request.signal.aborted) return { ...facts, state: "stopped", expected: null, actual: null };
      if (limit.aborted) {
        const seconds = String(expect.maxSeconds ?? defaultSeconds);
        return {
          ...facts,
          state: "failed",
          expected: `at most ${seconds} s`,
          actual: "The run did not end and was cancelled.",
        };
      }
      throw error;
    }
  }

  return {
    async list(dir) {
      const files = await filesIn(dir);
      return Promise.all(
        files.map(async (file) => {
          try {
            const { flow, tests } = await read(file);
            return { file, flow, cases: tests.map(({ name, line }) => ({ name, line })) };
          } catch (error) {
            if (!(error instanceof ToolError)) throw error;
            return { file, flow: "", cases: [], problem: error.message };
          }
        }),
      );
    },
    async run(request) {
      const files = request.files.length > 0 ? request.files : await filesIn(request.dir);
      if (files.length === 0) {
        throw new ToolError(
          "NOT_FOUND",
          `There are no tests in ${path.posix.join(request.dir, "tests")}.`,
          "Write one as docs/flows.md shows, or name a file.",
        );
      }
      // All are read before the first runs: a mistake in the last one costs nothing then.
      const all = await Promise.all(
        files.map(async (given) => {
          const file = await folder.pathOf(given);
          return { file, ...(await read(file)) };
        }),
      );
      const wanted = ({ name }: FlowTest) => request.cases.length === 0 || request.cases.includes(name);
      const todo = all.flatMap(({ file, flow, tests }) => tests.filter(wanted).map((test) => ({ file, flow, test })));
      if (todo.length === 0) {
        throw new ToolError("NOT_FOUND", "No test has such a name.", "See the names in the file of the tests.");
      }
      const cases: FlowTestResult["cases"][number][] = [];
      for (const { file, flow, test } of todo) {
        if (request.signal.aborted) break;
        const result = { file, ...(await runTest(flow, test, request)) };
        cases.push(result);
        request.progress(`${result.state.padEnd(8)}${file}: ${result.name}`);
      }
      const count = (state: FlowCaseResult["state"]) => cases.filter((each) => each.state === state).length;
      return { passed: count("passed"), failed: count("failed"), cases };
    },
  };
}
