import { z } from "zod";
import { severities } from "./findings.ts";

// What Langflow's flows and their runs look like to the server, the command line and the editor.

export const FlowFacts = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().describe("Address of the flow on Langflow's canvas"),
    template: z.string().exactOptional().describe("The template it was pushed from, when its marker says so"),
  })
  .readonly();
export type FlowFacts = z.output<typeof FlowFacts>;

export const PushResult = FlowFacts.unwrap()
  .extend({ result: z.enum(["created", "updated", "unchanged"]) })
  .readonly();
export type PushResult = z.output<typeof PushResult>;

/** A flow that we ship, and what a push of it can set. */
export const TemplateFacts = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    parameters: z
      .array(
        z
          .object({
            name: z.string(),
            title: z.string(),
            description: z.string(),
            value: z.string().describe("What the pushed flow has, else the default"),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type TemplateFacts = z.output<typeof TemplateFacts>;

const Range = z.object({ startLine: z.int(), startColumn: z.int(), endLine: z.int(), endColumn: z.int() }).readonly();

/** A refactoring that fixes a finding: arguments for preview_refactoring. */
export const FixPreview = z
  .object({ operation: z.literal("extract_function"), path: z.string(), range: Range })
  .readonly();
export type FixPreview = z.output<typeof FixPreview>;

/** A finding of the run's recorded tool answers, not of its prose. */
export const Finding = z
  .object({
    path: z.string(),
    line: z.int(),
    rule: z.string(),
    severity: z.enum(severities).optional().describe("A warning when absent"),
    preview: FixPreview.exactOptional().describe("The refactoring that fixes it; not in the findings of a flow's run"),
    message: z.string(),
  })
  .readonly();
export type Finding = z.output<typeof Finding>;

const ModelUsage = z
  .object({
    model: z.string(),
    component: z.string().exactOptional().describe("Of the flow, by the name that it has on the canvas"),
    inputTokens: z.int().describe("Those from and into a cache included"),
    outputTokens: z.int().describe("Reasoning included"),
    cacheRead: z
      .int()
      .exactOptional()
      .describe("Tokens that were read from a cache; absent, as the others, when not reported"),
    cacheWrite: z.int().exactOptional(),
    reasoning: z.int().exactOptional(),
    audio: z.int().exactOptional(),
  })
  .readonly();
export type ModelUsage = z.output<typeof ModelUsage>;

export const RunUsage = z.discriminatedUnion("reported", [
  z.object({ reported: z.literal(false), reason: z.string() }).readonly(),
  z
    .object({
      reported: z.literal(true),
      models: z.array(ModelUsage).readonly().describe("One for every call of a model"),
      missing: z.string().exactOptional().describe("Why the tokens of other calls are not known"),
    })
    .readonly(),
]);
export type RunUsage = z.output<typeof RunUsage>;

export const RunCost = z
  .object({
    cost: z.string().nullable().describe("US dollars, exact; null where a price or the tokens of a call are not known"),
    files: z
      .array(z.object({ path: z.string(), share: z.number().describe("0 to 1") }).readonly())
      .readonly()
      .describe("Those that its tool calls were mostly about, at most three"),
  })
  .readonly();
export type RunCost = z.output<typeof RunCost>;

export const RunResult = z
  .object({
    runId: z.string(),
    flow: FlowFacts,
    report: z.string().describe("Markdown"),
    findings: z.array(Finding).readonly().exactOptional().describe("Absent when the run asked for no analysis"),
    durationMs: z.number(),
    usage: RunUsage,
    cost: RunCost.exactOptional().describe("Absent when the ledger cannot be read"),
    warnings: z.array(z.string()).readonly().exactOptional().describe("Soft budgets that are used up"),
  })
  .readonly();
export type RunResult = z.output<typeof RunResult>;

/** A run whose tool calls a server records. */
export const RunToRecord = z.strictObject({
  id: z.uuid(),
  startedAt: z.iso.datetime(),
  named: z.boolean().describe("Every call of the flow names its run"),
  traceparent: z.string().exactOptional().describe("Of the run's span"),
});

/** What the recorded tool calls of a run found. */
export const RunFindings = z
  .object({
    findings: z.array(Finding).readonly().exactOptional().describe("Absent when no call asked for an analysis"),
    ambiguous: z
      .boolean()
      .describe("A call named no run while several runs could have made it: it counts for none of them"),
  })
  .readonly();
export type RunFindings = z.output<typeof RunFindings>;

/** How a flow in Langflow differs from what a push would write; both lists are empty when it does not. */
export const FlowDiff = z
  .object({
    flow: FlowFacts,
    fields: z
      .array(z.string())
      .readonly()
      .describe("Lines such as `MCPTools-quality.limit: 20 → 5`, what a push would write first"),
    structure: z
      .array(z.string())
      .readonly()
      .describe("Nodes and connections, with + for those only in Langflow and - for those only in the template"),
  })
  .readonly();
export type FlowDiff = z.output<typeof FlowDiff>;

/** One recorded run of Langflow's own tracing. */
export const TraceFacts = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    startedAt: z.string().describe("ISO time"),
    latencyMs: z.number(),
    tokens: z.number(),
  })
  .readonly();
export type TraceFacts = z.output<typeof TraceFacts>;

/** The newest run of a flow, by Langflow's own tracing. */
export const LastRun = z
  .object({
    startedAt: z.string().describe("ISO time"),
    latencyMs: z.number(),
    failed: z.boolean(),
    problem: z.string().exactOptional().describe("Langflow's words of why it failed, in quotes and without secrets"),
  })
  .readonly();
export type LastRun = z.output<typeof LastRun>;
