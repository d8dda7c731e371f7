import { z } from "zod";
import { flowRunStates } from "../../../protocol/flowRuns.ts";
import type { FlowRunResult } from "../../../protocol/flowRuns.ts";
import type { ExposedFlow } from "../../flows/exposedFlow.ts";
import { ToolError } from "../../platform/errors.ts";
import { langflowClient } from "../../platform/langflowCaller.ts";
import { defineTool, lines } from "../runner/defineTool.ts";
import type { Tool } from "../runner/defineTool.ts";
import { Param } from "../support/params.ts";
import type { ToolContext } from "../runner/context.ts";
import type { KeptAnswers } from "../../platform/keptAnswers.ts";
import { noteNotSent } from "../../platform/notSent.ts";
import { partOf } from "../../platform/textPart.ts";

/** Of what somebody wrote in Langflow, in a list that every client pays for. */
const longestDescription = 400;
const longestName = 100;

/** A run's answer as it is kept for who got a part of it. */
export interface FlowAnswer extends Pick<FlowRunResult, "run" | "state" | "session" | "warnings"> {
  readonly output: string;
}

/** Runs the flow by its id; how it is done is Langflow's business, and the run is in the ledger as any other. */
export function flowTool(flow: ExposedFlow, name: string, kept: KeptAnswers<FlowAnswer>): Tool {
  const fields = flow.fields.map((field) => {
    const text = z.string().max(100_000).describe(shortened(field.title, longestName));
    return [field.name, field.isRequired ? text : text.optional()] as const;
  });
  const title = shortened(flow.name, longestName);
  return defineTool({
    name,
    title,
    toolset: "flows",
    effect: "run",
    long: true,
    description: lines(
      `Runs the Langflow flow "${title}".`,
      ...(flow.description === "" ? [] : [shortened(flow.description, longestDescription)]),
      "Returns output, its answer, and session to go on with; with cursor, the rest of a long answer without another run.",
    ),
    needs: ["flowRuns"],
    input: z.strictObject({
      ...(flow.takesInput && { input: z.string().max(1_000_000).optional().describe("What its chat input gets") }),
      ...Object.fromEntries(fields),
      session: z.string().min(1).max(200).optional().describe("Of an earlier answer, to go on with it"),
      cursor: Param.cursor.optional(),
      maxTokens: Param.maxTokens,
      wait: Param.wait.optional(),
    }),
    output: z.object({
      run: z.string().describe("Id of the run"),
      state: z.enum(flowRunStates).describe("waiting: it asks a person, who answers in Langflow"),
      output: z.string(),
      session: z.string(),
      warnings: z.array(z.string()).readonly().optional().describe("Budgets that are used up"),
      cursor: z.string().optional().describe("For the rest of the answer"),
    }),
    async handler({ session, maxTokens, cursor, wait: _wait, ...given }, context) {
      const { client } = context.caller;
      if (client === langflowClient) throw calledByAFlow();
      const key = `${client} ${name}`;
      const [id, offset = "0"] = cursor?.split(".") ?? [];
      const values = z.record(z.string(), z.string().optional()).parse(given);
      const answer = id === undefined ? await runOf(flow, { session, values }, context) : kept.find(id, key);
      const from = Math.max(0, Number(offset) || 0);
      const output = await partOf(answer.output, from, maxTokens);
      const end = from + output.length;
      const isCut = end < answer.output.length;
      if (isCut) noteNotSent("budget", answer.output.slice(end));
      const keptId = isCut ? (id ?? kept.keep(key, answer, answer.output.length)) : undefined;
      return { ...answer, output, ...(keptId !== undefined && { cursor: `${keptId}.${String(end)}` }) };
    },
  });
}

interface Asked {
  readonly session: string | undefined;
  /** Of the tool's other arguments. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

async function runOf(flow: ExposedFlow, { session, values }: Asked, context: ToolContext<"flowRuns">) {
  const { flowRuns, signal, progress } = context;
  const tweaks = Object.fromEntries(
    flow.fields.flatMap(({ name, component }) => {
      const value = values[name];
      return value === undefined ? [] : [[component, { input_value: value }] as const];
    }),
  );
  let done = 0;
  const { run, state, output, error, components, ...rest } = await flowRuns.run(flow.id, {
    signal,
    progress: (message) => {
      progress({ done: done++, message });
    },
    ...(values["input"] !== undefined && { input: values["input"] }),
    ...(session !== undefined && { session }),
    ...(Object.keys(tweaks).length > 0 && { tweaks }),
  });
  if (state !== "ok" && state !== "waiting") throw notDone({ run, state, error, components });
  const { session: own, warnings } = rest;
  return { run, state, output: output ?? error ?? "", session: own, ...(warnings && { warnings }) };
}

/** Langflow has components of its own for it, and a flow that calls itself would never end. */
function calledByAFlow(): ToolError {
  return new ToolError(
    "NOT_PERMITTED",
    "A flow cannot run flows by this server.",
    "Use Langflow's component Run Flow.",
  );
}

type EndedRun = Pick<FlowRunResult, "run" | "state" | "error" | "components">;

function notDone({ run, state, error, components }: EndedRun): ToolError {
  const component = components.find((each) => each.state === "failed")?.name;
  const where = component === undefined ? "" : ` (component ${component})`;
  return new ToolError(
    "FLOW_FAILED",
    `${error ?? `The run ended as ${state}.`}${where}`,
    state === "lost" ? "Look in Langflow whether it goes on." : "Look at the run in Langflow, and repair the flow.",
    { run, ...(component !== undefined && { component }) },
  );
}

function shortened(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
