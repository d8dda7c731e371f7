import { readFile } from "node:fs/promises";
import type { Currency } from "../../protocol/currency.ts";
import { FlowRunAnswer, readTweaks, readVariables } from "../../protocol/flowRuns.ts";
import type {
  ComponentRun,
  FlowRunResult,
  RecordedRun,
  RunPart,
  RunTrace,
  RunVariables,
} from "../../protocol/flowRuns.ts";
import { costOfRun, count, duration } from "../../protocol/format.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowRunOperations = [
  defineOperation("flowRuns.run", {
    needs: ["runs"],
    command: {
      group: "flow",
      name: "run",
      argument: "flow",
      show: describeFlowRun,
      showAfterText: (run, currency) => describeFlowRun({ ...run, output: null }, currency),
      json: (run) => FlowRunAnswer.parse(run),
      failed: ({ state }) => state !== "ok" && state !== "running",
    },
    async run(
      { flow, yes, ask, stream, background, session, file, again, ...given },
      { signal, progress, text },
      { runs },
    ) {
      const input = await inputOf(given);
      const tweaks = given.tweaks === undefined ? undefined : readTweaks(given.tweaks);
      const variables = await variablesOf(given);
      const options = {
        ...{ yes, ask, signal, progress },
        ...(input !== undefined && { input }),
        ...(again !== undefined && { again }),
        ...(session !== undefined && { session }),
        ...(file && { files: file }),
        ...(stream && text && { text }),
        ...(tweaks && { tweaks }),
        ...(variables && { variables }),
      };
      return background ? runs.startInBackground(flow, options) : runs.run(flow, options);
    },
  }),
  defineOperation("flowRuns.answer", {
    needs: ["runs"],
    run({ run, action }, _, { runs }) {
      runs.answer(run, action);
      return {};
    },
  }),
  defineOperation("flowRuns.inputs", {
    needs: ["runs"],
    async run({ run }, { signal }, { runs }) {
      const { input = "", tweaks, files = [] } = await runs.inputs(run, signal);
      return { input, tweaks: tweaks ? JSON.stringify(tweaks) : "", files };
    },
  }),
  defineOperation("flowRuns.list", {
    needs: ["runs"],
    command: {
      group: "flow",
      name: "runs",
      argument: "flow",
      show: (runs) => runs.map(describeListed).join("\n") || "Langflow has recorded no run.",
    },
    run: ({ flow }, { signal }, { runs }) => runs.recorded(flow, signal),
  }),
  defineOperation("flowRuns.trace", {
    needs: ["runs"],
    command: { group: "flow", name: "trace", argument: "run", show: describeTrace },
    async run({ run, values }, { signal }, { runs }) {
      const trace = await runs.trace(run, signal);
      return values ? trace : { ...trace, parts: trace.parts.map(({ values: _values, ...part }) => part) };
    },
  }),
];

interface GivenVariables {
  /** A file. */
  readonly variables?: string;
  readonly variableValues?: Readonly<Record<string, string>>;
}

async function variablesOf({ variables, variableValues }: GivenVariables): Promise<RunVariables | undefined> {
  if (variables === undefined && variableValues === undefined) return undefined;
  const text =
    variables === undefined ? JSON.stringify(variableValues) : await readFile(variables, "utf8").catch(() => undefined);
  if (text === undefined) {
    throw new ToolError("NOT_FOUND", "The file with the variables cannot be read.", "Check its path and its rights.");
  }
  const read = readVariables(text);
  if (read) return read;
  throw new ToolError(
    "INVALID_ARGUMENT",
    "These are no global variables that Langflow takes for one run.",
    'Give JSON such as {"OPENAI_API_KEY": "…"}: names of capital letters, digits, - and _, values of printable ASCII in one line.',
  );
}

interface GivenInput {
  readonly input?: string;
  readonly inputFile?: string;
}

async function inputOf({ input, inputFile }: GivenInput): Promise<string | undefined> {
  if (inputFile === undefined) return input;
  return readFile(inputFile, "utf8").catch(() => {
    throw new ToolError("NOT_FOUND", "The file with the input cannot be read.", "Check its path and its rights.");
  });
}

function describeFlowRun(run: FlowRunResult, currency: Currency): string {
  const { output, error, state, ms, name, session, components, runCost, warnings = [] } = run;
  if (state === "running") return `${name} runs in Langflow: ${run.run}\nSession: ${session}`;
  const cost = runCost && costOfRun(runCost, currency);
  const lines = [
    ...(output === null ? [] : [output.trimEnd(), ""]),
    ...(error === null ? [] : [error, ""]),
    ...components.filter((each) => each.state !== "skipped").map(describeComponent),
    `${name}: ${state} (${duration(ms)}), session ${session}`,
    ...(cost === undefined ? [] : [cost]),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
  return lines.join("\n");
}

function describeComponent({ name, id, state, ms, tokens }: ComponentRun): string {
  const facts = [...(ms === null ? [] : [duration(ms)]), ...(tokens === null ? [] : [`${count(tokens)} tokens`])];
  return `  ${state.padEnd(8)}${name} (${id})${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}

function describeRecorded({ run, name, state, startedAt, ms, tokens }: Omit<RecordedRun, "input">): string {
  const facts = `${state.padEnd(8)}${duration(ms).padStart(10)}${count(tokens).padStart(8)} tokens`;
  return `${startedAt}  ${facts}  ${run}  ${name}`;
}

const longestInput = 60;

/** By its input people know which run it was. */
function describeListed({ input, ...run }: RecordedRun): string {
  if (input === null) return describeRecorded(run);
  const line = input.replaceAll(/\s+/g, " ").trim();
  return `${describeRecorded(run)}: ${line.length > longestInput ? `${line.slice(0, longestInput)}…` : line}`;
}

function describeTrace({ parts, input, outputs, runCost, ...run }: RunTrace, currency: Currency): string {
  const cost = runCost && costOfRun(runCost, currency);
  const lines = parts.flatMap((part) => [describePart(part), ...describeValues(part)]);
  return [
    describeRecorded(run),
    `Session: ${run.session ?? "none"}`,
    ...(input === null ? [] : [indented("Input: ", input)]),
    ...outputs.map(({ name, text, isCut }) => indented(`Output ${name}: `, isCut ? `${text}…` : text)),
    ...lines,
    ...(cost === undefined ? [] : [cost]),
  ].join("\n");
}

function describePart({ name, type, depth, state, ms, model, tokens, error }: RunPart): string {
  const facts = [
    ...(ms === null ? [] : [duration(ms)]),
    ...(model === undefined ? [] : [model]),
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
    ...(error === undefined ? [] : [error]),
  ];
  return `${"  ".repeat(depth + 1)}${state.padEnd(8)}${name} (${type})${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}

function describeValues({ depth, values }: RunPart): readonly string[] {
  if (!values) return [];
  const kinds = [
    ["in ", values.inputs],
    ["out", values.outputs],
    ["log", values.logs],
  ] as const;
  return kinds.flatMap(([kind, list]) =>
    list.map(({ name, text, isCut }) =>
      indented(`${"  ".repeat(depth + 3)}${kind}  ${name}: `, isCut ? `${text}…` : text),
    ),
  );
}

/** Further lines stand below the beginning of the first one. */
function indented(before: string, text: string): string {
  return before + text.trimEnd().replaceAll("\n", `\n${" ".repeat(before.length)}`);
}
