import { z } from "zod";

/** How far the index for the search by meaning is. */
export const MeaningStatus = z.object({
  model: z.string(),
  state: z.enum(["waiting", "indexing", "ready", "failed", "stopped"]),
  files: z.int().describe("Of the workspace"),
  indexed: z.int().describe("Files whose parts all have their vectors"),
  leftOut: z
    .array(z.object({ path: z.string(), reason: z.string() }).readonly())
    .readonly()
    .describe("Files that are not indexed"),
  chunks: z.int().describe("Parts of code that have a vector"),
  dimensions: z.int(),
  bytes: z.object({ memory: z.int(), file: z.int() }).readonly(),
  tokens: z.int().describe("That the endpoint counted since this process started"),
  problem: z.string().exactOptional().describe("Why indexing failed"),
});
export type MeaningStatus = z.output<typeof MeaningStatus>;
