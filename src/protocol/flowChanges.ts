import { z } from "zod";
import { FlowFacts } from "./flows.ts";

// Changes of the connected Langflow's flows themselves, and what they were before.

const flow = z.string().describe("Id, name or file of a flow");
const dir = z.string().default("flows").describe("Folder of the flow files");

export const FlowVersion = z
  .object({
    id: z.string(),
    name: z.string().describe("Such as v3"),
    at: z.string().describe("When it was kept, in ISO 8601"),
    description: z.string(),
  })
  .readonly();
export type FlowVersion = z.output<typeof FlowVersion>;

const FlowVersions = z
  .object({
    id: z.string(),
    name: z.string(),
    reviewed: z.string().describe("Fingerprint of what Langflow has now"),
    versions: z.array(FlowVersion).readonly().describe("The newest first"),
  })
  .readonly();
export type FlowVersions = z.output<typeof FlowVersions>;

export const ChangedFlow = FlowFacts.unwrap()
  .omit({ template: true })
  .extend({
    path: z.string().exactOptional().describe("Its file, when it has one"),
    notes: z.array(z.string()).readonly().describe("What to know besides"),
  })
  .readonly();
export type ChangedFlow = z.output<typeof ChangedFlow>;

const reviewed = z
  .string()
  .exactOptional()
  .meta({ flag: false })
  .describe("Fingerprint of what Langflow had when the user looked: only that is replaced");

const newName = z.string().regex(/\S/, "A flow needs a name").describe("The new name");

export const flowChangeContracts = {
  "flowChanges.rename": {
    effect: "update",
    params: z.strictObject({ flow, name: newName, dir }),
    result: ChangedFlow,
  },
  "flowChanges.duplicate": {
    effect: "update",
    params: z.strictObject({ flow, name: newName, dir }),
    result: ChangedFlow,
  },
  "flowChanges.delete": {
    effect: "delete",
    params: z.strictObject({
      flow,
      dir,
      withFile: z.boolean().default(false).describe("Its file too"),
    }),
    result: ChangedFlow,
  },
  "flowChanges.undoDelete": {
    effect: "update",
    params: z.strictObject({ id: z.string().describe("Of a flow that this server deleted") }),
    result: ChangedFlow,
  },
  "flowChanges.move": {
    effect: "update",
    params: z.strictObject({ flows: z.array(z.string()), project: z.string().describe("Its name"), dir }),
    result: z.array(ChangedFlow).readonly(),
  },
  "flowChanges.export": {
    effect: "read",
    params: z.strictObject({
      file: z.string().describe("A flow file"),
      codeAsLines: z.boolean().default(false).describe("The code of components as lists of lines"),
    }),
    result: z.object({ text: z.string() }),
  },
  "flowVersions.list": { effect: "read", params: z.strictObject({ flow, dir }), result: FlowVersions },
  "flowVersions.text": {
    effect: "read",
    params: z.strictObject({ flow, dir, version: z.string() }),
    result: z.object({ text: z.string().describe("The flow of that version as its file would be") }),
  },
  "flowVersions.restore": {
    effect: "update",
    params: z.strictObject({
      flow,
      version: z.string().exactOptional().describe("Such as v3; without one, what the last push replaced"),
      dir,
      overwrite: z.boolean().default(false).describe("Also when Langflow has a change that is not known here"),
      reviewed,
    }),
    result: ChangedFlow,
  },
} as const;
