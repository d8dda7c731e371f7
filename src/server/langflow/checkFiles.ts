import type { CheckedFlows, ExplainedFlow, FlowProblem, PlacedFlowProblem } from "../../protocol/flowFiles.ts";
import { explainFlow } from "../flows/explain/explainFlow.ts";
import type { FlowText } from "../flows/files/flowText.ts";
import { positionsIn } from "../flows/files/jsonPositions.ts";
import { sarifOf } from "../flows/check/sarif.ts";
import type { FoundProblem } from "../flows/check/problem.ts";
import { readFlowFields } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { version } from "../platform/version.ts";
import type { Comparison, KnownLangflows } from "./knownLangflow.ts";

/** What is wrong with flow files, on the disk and while they are typed, and what they do. */
export interface FlowCheck {
  files(paths: readonly string[], asked: Checking): Promise<CheckedFlows>;
  explain(path: string, signal: AbortSignal): Promise<ExplainedFlow>;
  text(flow: FlowText, signal: AbortSignal): Promise<readonly PlacedFlowProblem[]>;
}

interface Checking {
  readonly dir: string;
  /** As SARIF too. */
  readonly sarif: boolean;
  /** Warnings count as errors. */
  readonly strict: boolean;
  readonly signal: AbortSignal;
}

/** The files of a folder of the workspace. */
interface Files {
  pathOf(path: string): Promise<string>;
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<{ readonly text: string }>;
}

export function createFlowCheck(folder: Files, known: KnownLangflows): FlowCheck {
  return {
    async files(wanted, { dir, sarif, strict, signal }) {
      const given = await Promise.all(wanted.map((path) => folder.pathOf(path)));
      const paths = given.length > 0 ? given : await folder.list(dir);
      const { check, checkCode, catalogue } = await known.ask(signal);
      const checked: { path: string; text: string; found: FoundProblem[] }[] = [];
      for (const path of paths) {
        const { text, problem } = await textOf(folder, path);
        if (problem && given.length === 1) throw problem;
        const found = problem
          ? [notAFlow(`${path} could not be read: ${problem.message}`)]
          : await problemsOf(path, text, { check, checkCode, signal });
        checked.push({ path, text, found: strict ? found.map(asStrict) : found });
      }
      const files = checked.map(({ path, found }) => ({ path, problems: found.map(withoutPath) }));
      const withRanges = () => checked.map(({ path, text, found }) => ({ path, text, problems: placed(text, found) }));
      return { files, ...(catalogue && { catalogue }), ...(sarif && { sarif: sarifOf(withRanges(), version) }) };
    },

    async explain(wanted, signal) {
      const path = await folder.pathOf(wanted);
      const { text } = await folder.read(path);
      const fields = readFlowFields(path, text);
      const { check, checkCode, components, catalogue } = await known.ask(signal);
      const problems = await problemsOf(path, text, { check, checkCode, signal });
      const tooDeep = problems.find(({ code }) => code === "not-a-flow");
      if (tooDeep) throw new ToolError("INVALID_ARGUMENT", tooDeep.message, "Pull the flow once more.");
      const markdown = explainFlow({ fields, problems, components, catalogue });
      return { path, name: String(fields["name"]), markdown };
    },

    async text({ text, fields }, signal) {
      const { check, checkCode } = await known.remembered(signal);
      const found = withoutOverflow("The file", () => check({ fields }));
      return placed(text, [...found, ...((await checkCode?.({ fields }, signal)) ?? [])]);
    },
  };
}

/** One file that cannot be read does not hide what is wrong with the others. */
async function textOf(folder: Files, path: string): Promise<{ readonly text: string; readonly problem?: ToolError }> {
  try {
    return await folder.read(path);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "CANCELLED") throw error;
    return { text: "", problem: error };
  }
}

function notAFlow(message: string): FoundProblem {
  return { code: "not-a-flow", severity: "error", level: 1, message, at: [] };
}

function asStrict(problem: FoundProblem): FoundProblem {
  return problem.severity === "warning" ? { ...problem, severity: "error" } : problem;
}

function withoutPath({ at: _at, ...problem }: FoundProblem): FlowProblem {
  return problem;
}

type Checks = Pick<Comparison, "check"> & {
  readonly checkCode: Comparison["checkCode"] | undefined;
  readonly signal: AbortSignal;
};

async function problemsOf(path: string, text: string, { check, checkCode, signal }: Checks): Promise<FoundProblem[]> {
  const read: { flow?: Pick<FlowFile, "fields"> } = {};
  const found = withoutOverflow(path, () => {
    try {
      read.flow = { fields: readFlowFields(path, text) };
    } catch (error) {
      return [notAFlow(messageOf(error))];
    }
    return check(read.flow);
  });
  const ofCode = read.flow && (await checkCode?.(read.flow, signal));
  return [...found, ...(ofCode ?? [])];
}

function withoutOverflow(name: string, find: () => FoundProblem[]): FoundProblem[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof RangeError) return [notAFlow(`${name} is nested too deeply for a flow.`)];
    throw error;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  throw error;
}

function placed(text: string, problems: readonly FoundProblem[]): PlacedFlowProblem[] {
  const paths = problems.map(({ at }) => at);
  const ranges = paths.some(({ length }) => length > 0) ? positionsIn(text, paths) : [];
  return problems.map((problem, index) => ({ ...withoutPath(problem), ...(ranges[index] ?? { start: 0, end: 1 }) }));
}
