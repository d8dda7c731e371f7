import { z } from "zod";
import { needKinds } from "./needKinds.ts";

// What a flow needs of the server that it runs on.

export const FlowNeed = z
  .object({
    kind: z.enum(needKinds),
    name: z.string(),
    state: z.enum(["present", "missing", "different"]),
    usedBy: z.array(z.string()).readonly().describe("Components, or their fields"),
    note: z.string().exactOptional().describe("What to know or do"),
    here: z.string().exactOptional().describe("What the flow calls it, where it is mapped to another name"),
    carried: z.boolean().exactOptional().describe("A promotion brings it along"),
  })
  .readonly();
export type FlowNeed = z.output<typeof FlowNeed>;

export const FlowNeeds = z
  .object({
    name: z.string().describe("Of the flow"),
    server: z.string().describe("Base URL of the Langflow that was asked"),
    needs: z.array(FlowNeed).readonly(),
    notes: z.array(z.string()).readonly().describe("What could not be known"),
  })
  .readonly();
export type FlowNeeds = z.output<typeof FlowNeeds>;

export const Promotion = z
  .object({
    from: z.string().describe("Base URL"),
    to: z.string().describe("Base URL"),
    project: z.string().exactOptional().describe("Of that server, for a flow that is new there"),
    needs: z.array(FlowNeed).readonly(),
    notes: z.array(z.string()).readonly().describe("Where flows would go, when it was only looked at"),
    stops: z
      .array(
        z.object({
          message: z.string(),
          reviewed: z.string().exactOptional().describe("Fingerprint of the state there that would be replaced"),
        }),
      )
      .readonly()
      .describe("Why it would stop, when it was only looked at"),
    flows: z
      .array(
        z
          .object({
            id: z.string().describe("The one that it has there"),
            name: z.string(),
            url: z.string(),
            result: z.enum(["created", "updated", "unchanged"]),
            notes: z.array(z.string()).readonly(),
          })
          .readonly(),
      )
      .readonly()
      .describe("The flow last, after those that it runs; none when it was only looked at"),
  })
  .readonly();
export type Promotion = z.output<typeof Promotion>;
