import { z } from "zod";

/** In the order in which they are suggested. */
const OptimizationKind = z.enum(["unusedTools", "largeAnswers", "repeatedAnswers", "cheaperModel", "failedRuns"]);

const Money = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?$/)
  .nullable()
  .describe("US dollars as a decimal; null where no price is known");

const Optimization = z
  .object({
    id: z.string().describe("The same for as long as the cause lasts"),
    kind: OptimizationKind,
    measured: z.string().describe("What was measured in the last 30 days"),
    saving: z
      .object({
        tokens: z.int().nullable().describe("null where tokens do not change or are not known"),
        dollars: Money,
      })
      .readonly()
      .describe("Expected in a month, by the last 30 days"),
    change: z.string().describe("What applying changes, or what to change by hand"),
    applicable: z
      .boolean()
      .describe("The command makes the change; otherwise it only notes that you made it, and measures from then on"),
    tools: z.array(z.string()).readonly().exactOptional().describe("The tools that it is about"),
    client: z.string().exactOptional().describe("The client that it is about"),
    flow: z.string().exactOptional().describe("The flow that it is about, by its id"),
    budget: z.int().exactOptional().describe("The default answer budget that applying sets"),
  })
  .readonly();
export type Optimization = z.output<typeof Optimization>;

const MeasuredSaving = z
  .object({
    unit: z.enum(["calls", "listings", "runs"]),
    since: z.int().describe("Calls, listings or runs since it was applied"),
    least: z.int().describe("Fewer say nothing yet"),
    before: z.number().exactOptional().describe("Mean tokens of one before; absent while it is too early"),
    after: z.number().exactOptional().describe("Mean tokens of one since"),
    tokens: z.int().exactOptional().describe("Difference of all since; negative when they became larger"),
    dollars: Money.exactOptional().describe("Of runs by what they cost; else what these tokens cost to read"),
  })
  .readonly();
export type MeasuredSaving = z.output<typeof MeasuredSaving>;

const AppliedOptimization = z
  .object({
    id: z.string(),
    kind: OptimizationKind,
    appliedAt: z.string().describe("ISO time"),
    change: z.string(),
    saved: MeasuredSaving,
  })
  .readonly();
export type AppliedOptimization = z.output<typeof AppliedOptimization>;

/** What could cost less, by the ledger of the last 30 days, and what was applied. */
export const OptimizationReport = z
  .object({
    currency: z.literal("USD").describe("Of all amounts"),
    from: z.string().describe("ISO time, 30 days before `to`"),
    to: z.string().describe("ISO time"),
    calls: z.int().describe("Tool calls in this time"),
    runs: z.int().describe("Flow runs in this time"),
    suggestions: z.array(Optimization).readonly().describe("By kind, the largest expected saving first"),
    applied: z.array(AppliedOptimization).readonly().describe("With what each has saved since"),
    notes: z.array(z.string()).readonly().describe("What there is too little of to suggest anything"),
  })
  .readonly();
export type OptimizationReport = z.output<typeof OptimizationReport>;

const applied = { id: z.string(), at: z.iso.datetime() };

/** What is kept of an optimization that was applied: all that undoing and measuring need. */
export const AppliedEntry = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...applied, kind: z.literal("unusedTools"), tools: z.array(z.string()).min(1).readonly() }),
    z.strictObject({
      ...applied,
      kind: z.literal("largeAnswers"),
      tool: z.string(),
      budget: z.int().min(200),
    }),
    // What the user changed in a client or a flow.
    z.strictObject({ ...applied, kind: z.literal("repeatedAnswers"), tool: z.string(), client: z.string() }),
    z.strictObject({ ...applied, kind: z.literal("cheaperModel"), flow: z.string() }),
    z.strictObject({ ...applied, kind: z.literal("failedRuns"), flow: z.string() }),
  ])
  .readonly();
export type AppliedEntry = z.output<typeof AppliedEntry>;
