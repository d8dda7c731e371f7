import { z } from "zod";

const PriceList = z
  .object({
    version: z.string(),
    date: z.string().describe("Day of its publication, or of its update here"),
    updated: z.boolean().describe("False for the list that is part of the product"),
    models: z.int(),
  })
  .readonly();
export type PriceListFacts = z.output<typeof PriceList>;

/** US dollars for a million tokens, as decimals; a kind without a price of its own is absent. */
const ModelPrice = z
  .object({
    input: z.string().exactOptional(),
    output: z.string().exactOptional(),
    cacheRead: z.string().exactOptional(),
    cacheWrite: z.string().exactOptional(),
    tiers: z.boolean().exactOptional().describe("A call above a size costs more for each token"),
  })
  .readonly();
export type ModelPrice = z.output<typeof ModelPrice>;

export const PricesShown = z
  .object({
    list: PriceList,
    models: z
      .array(
        z
          .object({
            model: z.string(),
            source: z.enum(["list", "own", "unknown"]),
            discount: z.string().exactOptional().describe("Percent off the list, in the prices"),
            price: ModelPrice.exactOptional(),
            runs: z.int().describe("Flow runs that used it"),
            unknownRuns: z.int().describe("Those of them without a known cost"),
          })
          .readonly(),
      )
      .readonly(),
    unknownRuns: z.int().describe("Flow runs with a model whose price was not known when they were recorded"),
  })
  .readonly();
export type PricesShown = z.output<typeof PricesShown>;
export type ShownModel = PricesShown["models"][number];

/** What a newer price list changes. */
export const PriceChanges = z
  .object({
    list: PriceList,
    added: z.array(z.string()).readonly().describe("Models, as PROVIDER/MODEL"),
    removed: z.array(z.string()).readonly(),
    changed: z.array(z.object({ model: z.string(), before: ModelPrice, after: ModelPrice }).readonly()).readonly(),
    priced: z.int().describe("Flow runs of unknown cost that have a known one now"),
    unknownRuns: z.int().describe("Flow runs whose cost is still unknown for want of a price"),
  })
  .readonly();
export type PriceChanges = z.output<typeof PriceChanges>;
