import { readFile } from "node:fs/promises";
import type { Currency } from "../../protocol/currency.ts";
import { FlowRunAnswer, readTweaks } from "../../protocol/flowRuns.ts";
import type { ComponentRun, FlowRunResult, RecordedRun, RunTrace } from "../../protocol/flowRuns.ts";
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
    async run({ flow, yes, ask, stream, background, session, file, ...given }, { signal, progress, text }, { runs }) {
      const input = await inputOf(given);
      const tweaks = given.tweaks === undefined ? undefined : readTweaks(given.tweaks);
      const options = {
        ...{ yes, ask, signal, progress },
        ...(input !== undefined && { input }),
        ...(session !== undefined && { session }),
        ...(file && { files: file }),
        ...(stream && text && { text }),
        ...(tweaks && { tweaks }),
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
  defineOperation("flowRuns.list", {
    needs: ["runs"],
    command: {
      group: "flow",
      name: "runs",
      argument: "flow",
      show: (runs) => runs.map(describeRecorded).join("\n") || "Langflow has recorded no run.",
    },
    run: ({ flow }, { signal }, { runs }) => runs.recorded(flow, signal),
  }),
  defineOperation("flowRuns.trace", {
    needs: ["runs"],
    command: { group: "flow", name: "trace", argument: "run", show: describeTrace },
    run: ({ run }, { signal }, { runs }) => runs.trace(run, signal),
  }),
];

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

function describeRecorded({ run, name, state, startedAt, ms, tokens }: RecordedRun): string {
  const facts = `${state.padEnd(8)}${duration(ms).padStart(10)}${count(tokens).padStart(8)} tokens`;
  return `${startedAt}  ${facts}  ${run}  ${name}`;
}

function describeTrace({ parts, ...run }: RunTrace): string {
  const lines = parts.map(({ name, type, depth, state, ms, model, tokens, error }) => {
    const facts = [
      ...(ms === null ? [] : [duration(ms)]),
      ...(model === undefined ? [] : [model]),
      ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
      ...(error === undefined ? [] : [error]),
    ];
    return `${"  ".repeat(depth + 1)}${state.padEnd(8)}${name} (${type})${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
  });
  return [describeRecorded(run), `Session: ${run.session ?? "none"}`, ...lines].join("\n");
}
