import type { CheckedFlows, FlowProblem, PlacedFlowProblem } from "../../protocol/flowFiles.ts";
import { positionsIn } from "../flows/files/jsonPositions.ts";
import type { FoundProblem } from "../flows/check/problem.ts";
import { isFields, readFlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import type { Comparison, KnownLangflows } from "./knownLangflow.ts";

/** What is wrong with flow files, on the disk and while they are typed. */
export interface FlowCheck {
  files(paths: readonly string[], asked: Checking): Promise<CheckedFlows>;
  /** Undefined when the text is no flow, or no JSON at the moment. */
  text(text: string, signal: AbortSignal): Promise<readonly PlacedFlowProblem[] | undefined>;
}

interface Checking {
  readonly dir: string;
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
    async files(wanted, { dir, signal }) {
      const given = await Promise.all(wanted.map((path) => folder.pathOf(path)));
      const paths = given.length > 0 ? given : await folder.list(dir);
      const { check, catalogue } = await known.ask(signal);
      const files = [];
      for (const path of paths) {
        const { text } = await folder.read(path);
        files.push({ path, problems: problemsOf(path, text, check) });
      }
      return { files, ...(catalogue && { catalogue }) };
    },

    async text(text, signal) {
      const fields = flowIn(text);
      if (!fields) return undefined;
      const { check } = await known.remembered(signal);
      return placed(text, check({ fields }));
    },
  };
}

function problemsOf(path: string, text: string, check: Comparison["check"]): FlowProblem[] {
  try {
    return check(readFlowFile(path, text)).map(({ at: _at, ...problem }) => problem);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return [{ code: "not-a-flow", severity: "error", level: 1, message: error.message }];
  }
}

function flowIn(text: string): Readonly<Record<string, unknown>> | undefined {
  // Most files are none, and are not read to the end.
  if (!text.includes('"nodes"') || !text.includes('"edges"')) return undefined;
  try {
    const fields: unknown = JSON.parse(text);
    const isFlow = isFields(fields) && isFields(fields["data"]) && Array.isArray(fields["data"]["nodes"]);
    return isFlow ? fields : undefined;
  } catch {
    return undefined;
  }
}

function placed(text: string, problems: readonly FoundProblem[]): PlacedFlowProblem[] {
  const ranges = positionsIn(
    text,
    problems.map(({ at }) => at),
  );
  return problems.map(({ at: _at, ...problem }, index) => ({ ...problem, ...(ranges[index] ?? { start: 0, end: 1 }) }));
}
