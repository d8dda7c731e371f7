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
import { isBelow, readVersion } from "./client/version.ts";
import { quoted } from "./foreignText.ts";

/** Whether the code of components compiles, and its packages are installed: only the Python of Langflow knows. */
export type CodeCheck = (flow: Pick<FlowFile, "fields">, signal: AbortSignal) => Promise<readonly FoundProblem[]>;

const Faults = z.object({ errors: z.array(z.string()).default([]) });
const Answer = z.object({ imports: Faults, function: Faults });

/** Undefined where the policy of Langflow refuses the code; a failure otherwise. */
type Outcome = z.output<typeof Answer> | ToolError | undefined;

/**
 * Asks about code that is not the server's own, and remembers what it heard: one is for as long as a comparison is.
 * 1.13 reads the code and runs none of it; older versions execute the functions that they check (GHSA-2wcq-pvw2-xh7v),
 * and a check must not run what is in a file, so they are not asked.
 */
export function createCodeCheck(http: LangflowHttp, known: KnownComponents): CodeCheck {
  const outcomes = new Map<string, Outcome>();
  return async (flow, signal) => {
    const nodes = graphsOf(flow).flatMap((graph) => graph.nodes.filter((node) => !node.isNote && !node.isGroup));
    const other = nodes.filter((node) => {
      const code = codeOf(node.template);
      return code !== "" && code !== codeOf(known.find(node.type)?.template ?? {});
    });
    const asked = new Set(other.map(({ template }) => codeOf(template)).filter((code) => !outcomes.has(code)));
    if (asked.size > 0) {
      // Just before, since another version may run at this address by now.
      const version = await unlessCancelled(readVersion(http, signal));
      if (!(version instanceof ToolError) && isBelow(version, [1, 13, 0])) return [];
      await inParallel([...asked], async (code) => {
        outcomes.set(code, version instanceof ToolError ? version : await outcomeOf(http, code, signal));
      });
    }
    const failed = other.flatMap((node) => {
      const outcome = outcomes.get(codeOf(node.template));
      return outcome instanceof ToolError ? [{ node, outcome }] : [];
    });
    return [
      ...other.flatMap((node) => problemsOf(node, outcomes.get(codeOf(node.template)))),
      // One says it for all: most failures are of the connection.
      ...failed.slice(0, 1).map(({ node, outcome }) => notChecked(node, failed.length, outcome)),
    ];
  };
}

async function outcomeOf(http: LangflowHttp, code: string, signal: AbortSignal): Promise<Outcome> {
  const call = { method: "POST", path: "/api/v1/validate/code", body: { code }, signal, repeatable: true } as const;
  const outcome = await unlessCancelled(http.json(call, Answer));
  return outcome instanceof ToolError && outcome.code === "NOT_PERMITTED" ? undefined : outcome;
}

async function unlessCancelled<T>(asked: Promise<T>): Promise<T | ToolError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ToolError && error.code !== "CANCELLED") return error;
    throw error;
  }
}

function notChecked(node: GraphNode, count: number, { message }: ToolError): FoundProblem {
  const more = count > 1 ? ` and of ${count - 1} more` : "";
  return problemOfField(node, "code", {
    ...{ code: "code-not-checked", severity: "info", level: 2 },
    message: `Nobody knows whether the code of ${nameOf(node)}${more} compiles: ${message}`,
  });
}

function problemsOf(node: GraphNode, faults: Outcome): FoundProblem[] {
  if (!faults || faults instanceof ToolError) return [];
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
