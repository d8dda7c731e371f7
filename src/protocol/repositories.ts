import { z } from "zod";

/** A repository of others, beside the workspace. */
export const IngestedRepository = z.object({
  name: z.string().describe("What paths in it begin with, such as @viem"),
  url: z.string().describe("Where it comes from"),
  ref: z.string().exactOptional().describe("Branch or tag that the commit was found by"),
  commit: z.string().exactOptional().describe("The commit that is there"),
  files: z.int().exactOptional().describe("How many files it has"),
  bytes: z.int().exactOptional().describe("Size of its files"),
  submodules: z.int().exactOptional().describe("Folders of it that are other repositories, and are left empty"),
  state: z.enum(["ready", "incomplete"]).describe("incomplete: it was stopped; the same call goes on"),
  at: z.string().exactOptional().describe("When it was brought or refreshed"),
});
export type IngestedRepository = z.output<typeof IngestedRepository>;

/** What a call brought. */
export const BroughtRepository = IngestedRepository.extend({
  changed: z.boolean().describe("false: it was up to date"),
});
export type BroughtRepository = z.output<typeof BroughtRepository>;
