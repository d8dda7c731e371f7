import { z } from "zod";
import { Finding, RunCost } from "./flows.ts";

// A run of a flow while it goes on, and as `flow run` prints it.

/** "waiting": for a person's answer. "lost": the connection to Langflow ended first, and the run may go on there. */
export const flowRunStates = ["running", "waiting", "ok", "failed", "cancelled", "lost"] as const;
export type FlowRunState = (typeof flowRunStates)[number];

/** "skipped": the run ended before it, or another way was taken. "unknown": this version of Langflow says nothing of components. */
export const componentStates = ["waiting", "running", "ok", "failed", "skipped", "unknown"] as const;
export type ComponentState = (typeof componentStates)[number];

const ComponentRun = z
  .object({
    id: z.string(),
    name: z.string().describe("As the canvas shows it"),
    state: z.enum(componentStates),
    ms: z.number().nullable().describe("Null where it did not end, or Langflow does not say"),
    tokens: z.int().nullable().describe("Of its models, in and out; null where they are not known"),
    cost: z.string().nullable().describe("US dollars, exact; null where it is not known"),
  })
  .readonly();
export type ComponentRun = z.output<typeof ComponentRun>;

const Tweaks = z.record(z.string(), z.record(z.string(), z.unknown()));
export type FlowTweaks = z.output<typeof Tweaks>;

/** Values by component and field; undefined when the text is no such JSON. */
export function readTweaks(text: string): FlowTweaks | undefined {
  try {
    return Tweaks.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const Variables = z.record(z.string().regex(/^[A-Z0-9_-]{1,200}$/), z.string().regex(/^[\x20-\x7e]{1,8000}$/));
export type RunVariables = z.output<typeof Variables>;

/**
 * Global variables for one run; undefined when the text is no such JSON. Langflow takes them as headers, so names are in
 * capital letters and values in printable ASCII.
 */
export function readVariables(text: string): RunVariables | undefined {
  try {
    return Variables.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What `flow run --json` prints: scripts rely on it. */
export const FlowRunAnswer = z
  .object({
    run: z.string(),
    flow: z.string().describe("Its id"),
    state: z.enum(flowRunStates),
    output: z.string().nullable().describe("The flow's answer"),
    error: z.string().nullable(),
    components: z.array(ComponentRun).readonly(),
    ms: z.number(),
  })
  .readonly();
export type FlowRunAnswer = z.output<typeof FlowRunAnswer>;

/** A message of a run: one that the flow was given, or one that it gives. */
export interface LiveMessage {
  readonly id: string;
  readonly from: "user" | "flow";
  /** Id of the component that it is of, once Langflow says it. */
  readonly component?: string;
  readonly text: string;
  /** More of it comes. */
  readonly isPartial: boolean;
  /** Its end is left out: the whole is in the answer of the run. */
  readonly isCut: boolean;
}

export interface LiveComponent extends ComponentRun {
  /** Why it failed, in Langflow's words. */
  readonly error?: string;
}

/** What a run asks a person. */
export interface RunQuestion {
  readonly id: string;
  readonly prompt: string;
  readonly options: readonly { readonly action: string; readonly label: string }[];
}

/** A run of this server, newest state. */
export interface LiveRun {
  readonly run: string;
  /** Id that Langflow knows it by, once it says so. */
  readonly trace?: string;
  readonly flow: { readonly id: string; readonly name: string };
  readonly session: string;
  readonly state: FlowRunState;
  /** ISO time. */
  readonly startedAt: string;
  readonly ms: number | null;
  readonly input: string;
  /** While it goes on. */
  readonly messages: readonly LiveMessage[];
  readonly error?: string;
  /** While it waits for an answer to it. */
  readonly question?: RunQuestion;
  readonly components: readonly LiveComponent[];
}

/** The answer, with what the editor shows of it. */
export const FlowRunResult = FlowRunAnswer.unwrap()
  .extend({
    name: z.string().describe("Of the flow"),
    session: z.string(),
    findings: z.array(Finding).readonly().exactOptional().describe("Absent when the run asked for no analysis"),
    runCost: RunCost.exactOptional().describe("Absent when the ledger cannot be read"),
    warnings: z.array(z.string()).readonly().exactOptional().describe("Soft budgets that are used up"),
  })
  .readonly();
export type FlowRunResult = z.output<typeof FlowRunResult>;

/** A run that Langflow recorded, whoever started it. */
export const RecordedRun = z
  .object({
    run: z.string().describe("Id of its trace"),
    flow: z.string().describe("Id of the flow"),
    name: z.string().describe("Of the flow"),
    session: z.string().nullable(),
    state: z.enum(["running", "ok", "failed"]),
    startedAt: z.string().describe("ISO time"),
    ms: z.number(),
    tokens: z.number(),
    input: z.string().nullable().describe("The beginning of what the chat input got; null where it got nothing"),
  })
  .readonly();
export type RecordedRun = z.output<typeof RecordedRun>;

/** What a field of a component got or gave in a run. */
export const RunValue = z
  .object({
    name: z.string(),
    text: z.string().describe("Without secrets"),
    isCut: z.boolean().describe("Its end is left out"),
  })
  .readonly();
export type RunValue = z.output<typeof RunValue>;
const values = z.array(RunValue).readonly();

/** What Langflow recorded of a run: its components, and what they called. */
export const RunTrace = RecordedRun.unwrap()
  .extend({
    outputs: values.describe("What the flow answered, by output"),
    runCost: RunCost.exactOptional().describe("Absent where the ledger has no such run"),
    parts: z
      .array(
        z
          .object({
            name: z.string(),
            type: z.string(),
            depth: z.int().describe("0 for a component, 1 for what it called, and so on"),
            state: z.enum(["ok", "failed"]),
            ms: z.number().nullable(),
            model: z.string().exactOptional(),
            tokens: z.number().exactOptional().describe("Of a call of a model, in and out"),
            error: z.string().exactOptional(),
            values: z
              .object({ inputs: values.describe("Fields that were not empty"), outputs: values, logs: values })
              .readonly()
              .exactOptional()
              .describe("Where they were asked for"),
          })
          .readonly(),
      )
      .readonly()
      .describe("In the order in which they began"),
  })
  .readonly();
export type RunTrace = z.output<typeof RunTrace>;
export type RunPart = RunTrace["parts"][number];
