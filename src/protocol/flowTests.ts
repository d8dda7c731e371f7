import { z } from "zod";

// Tests of flows: inputs with what the answer has to be.

/** "stopped": the run was cancelled before it was decided. */
export const flowCaseStates = ["passed", "failed", "stopped"] as const;

const FlowCaseResult = z
  .object({
    name: z.string(),
    state: z.enum(flowCaseStates),
    expected: z.string().nullable().describe("What did not come true; null for a test that passed"),
    actual: z.string().nullable().describe("The flow's answer, or why there is none"),
    ms: z.number(),
    cost: z.string().nullable().describe("US dollars, exact; null where it is not known"),
  })
  .readonly();
export type FlowCaseResult = z.output<typeof FlowCaseResult>;

/** What `flow test --json` prints: scripts rely on it. */
export const FlowTestAnswer = z
  .object({ passed: z.int(), failed: z.int(), cases: z.array(FlowCaseResult).readonly() })
  .readonly();
export type FlowTestAnswer = z.output<typeof FlowTestAnswer>;

export const FlowTestResult = FlowTestAnswer.unwrap()
  .extend({
    cases: z
      .array(FlowCaseResult.unwrap().extend({ file: z.string(), run: z.string().exactOptional() }).readonly())
      .readonly(),
  })
  .readonly();
export type FlowTestResult = z.output<typeof FlowTestResult>;

/** A file of tests, as the editor lists it. */
export const FlowTestFile = z
  .object({
    file: z.string(),
    flow: z.string().describe("Id or name of the flow, or its file"),
    cases: z.array(z.object({ name: z.string(), line: z.int().describe("From 1") }).readonly()).readonly(),
    problem: z.string().exactOptional().describe("Why it cannot be read; it has no cases then"),
  })
  .readonly();
export type FlowTestFile = z.output<typeof FlowTestFile>;
