import { z } from "zod";
import { codeOf, graphsOf, listOf, fieldsOf, nameOf } from "../flows/check/flowGraph.ts";
import type { GraphNode } from "../flows/check/flowGraph.ts";
import type { KnownComponents } from "../flows/check/knownComponents.ts";
import { problemOfField } from "../flows/check/problem.ts";
import type { FoundProblem } from "../flows/check/problem.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { inParallel } from "../platform/inParallel.ts";
import type { LangflowHttp } from "./client/http.ts";
import { isBelow } from "./client/version.ts";
import type { OpenLink } from "./connection.ts";
import { quoted } from "./foreignText.ts";

/** Whether the code of components compiles, and its packages are installed: only the Python of Langflow knows. */
export type CodeCheck = (flow: Pick<FlowFile, "fields">, signal: AbortSignal) => Promise<readonly FoundProblem[]>;

const mostAnswers = 500;
const Faults = z.object({ errors: z.array(z.string()).default([]) });
const Answer = z.object({ imports: Faults, function: Faults });

/**
 * Asks about code that is not the server's own. 1.13 reads the code and runs none of it; older versions execute the
 * functions that they check (GHSA-2wcq-pvw2-xh7v), and a check must not run what is in a file, so they are not asked.
 */
export function createCodeCheck({ http, version }: Pick<OpenLink, "http" | "version">): CodeCheckOf {
  const answers = new Map<string, z.output<typeof Answer>>();
  return (known) => async (flow, signal) => {
    if (isBelow(version, [1, 13, 0])) return [];
    const nodes = graphsOf(flow).flatMap((graph) => graph.nodes.filter((node) => !node.isNote && !node.isGroup));
    const other = nodes.filter((node) => {
      const code = codeOf(node.template);
      return code !== "" && code !== codeOf(known.find(node.type)?.template ?? {});
    });
    // Code that is being typed is another one with each key.
    if (answers.size > mostAnswers) answers.clear();
    const asked = new Set(other.map(({ template }) => codeOf(template)).filter((code) => !answers.has(code)));
    await inParallel([...asked], async (code) => {
      const answer = await faultsOf(http, code, signal);
      if (answer) answers.set(code, answer);
    });
    return other.flatMap((node) => problemsOf(node, answers.get(codeOf(node.template))));
  };
}

export type CodeCheckOf = (known: KnownComponents) => CodeCheck;

/** Nothing when Langflow does not say, as where its policy refuses the code. */
async function faultsOf(http: LangflowHttp, code: string, signal: AbortSignal) {
  const call = { method: "POST", path: "/api/v1/validate/code", body: { code }, signal, repeatable: true } as const;
  try {
    return await http.json(call, Answer);
  } catch (error) {
    if (error instanceof ToolError && error.code !== "CANCELLED") return undefined;
    throw error;
  }
}

function problemsOf(node: GraphNode, faults: z.output<typeof Answer> | undefined): FoundProblem[] {
  if (!faults) return [];
  return [
    ...faults.function.errors.map((words) => {
      const line = /\(.*, line (\d+)\)$/.exec(words)?.[1];
      const where = line === undefined ? "" : `, in line ${line}`;
      const message = `The code of ${nameOf(node)} does not compile${where}: ${quoted(words.replace(/ \([^()]*\)$/, ""))}.`;
      const problem = problemOfField(node, "code", { code: "broken-code", severity: "error", level: 2, message });
      return line === undefined ? problem : { ...problem, at: lineAt(node, problem, Number(line)) };
    }),
    ...faults.imports.errors.map((words) => {
      const message = `The code of ${nameOf(node)} imports what this Langflow does not have: ${quoted(words)}.`;
      return problemOfField(node, "code", { code: "missing-package", severity: "error", level: 2, message });
    }),
  ];
}

/** In a file that has code as a list of lines, the line. */
function lineAt({ template }: GraphNode, { at }: FoundProblem, line: number): FoundProblem["at"] {
  const lines = listOf(fieldsOf(template["code"])["value"]);
  return line > 0 && line <= lines.length ? [...at, "value", line - 1] : at;
}
