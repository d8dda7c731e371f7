import { z } from "zod";

const Money = z.string().regex(/^\d+(?:\.\d+)?$/);

/** Of past runs: one of ten has less than low, and one of ten more than high. */
const rangeOf = <Value extends z.ZodType>(value: Value) =>
  z.object({ low: value, median: value, high: value }).readonly();

const ModelEstimate = z
  .object({
    model: z.string(),
    runs: z.int().describe("Past runs that used it"),
    input: rangeOf(z.int()).exactOptional().describe("Tokens that it read in a run; absent without past runs"),
    output: rangeOf(z.int()).exactOptional().describe("Tokens that it wrote in a run"),
    cost: rangeOf(Money).nullable().describe("US dollars by the prices of now; null where they are not known"),
    inputCost: Money.nullable().exactOptional().describe("US dollars for reading the given input once"),
  })
  .readonly();
export type ModelEstimate = z.output<typeof ModelEstimate>;

/** What one run of a flow will cost, by its past runs; without any, no more than what is known of its models. */
export const CostEstimate = z
  .object({
    currency: z.literal("USD").describe("Of every cost"),
    flow: z
      .object({ id: z.string().exactOptional(), name: z.string() })
      .readonly()
      .describe("The flow that was meant; without an id when only its file is known"),
    runs: z.int().describe("Past runs that it is made of, the newest 100 with known usage"),
    inputTokens: z.int().exactOptional().describe("Of the given input, by the encoding o200k_base"),
    models: z.array(ModelEstimate).readonly().describe("What a run uses of each model"),
    cost: rangeOf(Money).nullable().describe("US dollars of a whole run; null where a part is not known"),
    unknown: z.array(z.string()).readonly().describe("What is not known, in sentences"),
  })
  .readonly();
export type CostEstimate = z.output<typeof CostEstimate>;
