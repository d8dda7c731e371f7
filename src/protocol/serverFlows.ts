import { z } from "zod";

/** A flow of the connected Langflow, as its list has it. */
export const ServerFlowFacts = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().describe("Address of the flow on Langflow's canvas"),
    project: z.string().exactOptional().describe("Name of its project in Langflow"),
    endpointName: z.string().exactOptional().describe("The name by which its API is called, besides its id"),
    mcp: z.boolean().describe("Whether the MCP server of its project offers it as a tool"),
    a2a: z.boolean().describe("Whether it is published as an agent over A2A"),
  })
  .readonly();
export type ServerFlowFacts = z.output<typeof ServerFlowFacts>;

/** A flow that may fit a task. */
export const FlowMatch = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().describe("Address of the flow on Langflow's canvas"),
    description: z.string().describe("As its authors wrote it in Langflow; may be empty"),
  })
  .readonly();
export type FlowMatch = z.output<typeof FlowMatch>;

/** A component of a flow with the fields that a run can set. */
export const FlowFields = z
  .object({
    id: z.string(),
    name: z.string().describe("As the canvas shows it"),
    fields: z
      .array(
        z
          .object({
            name: z.string(),
            title: z.string(),
            type: z.string().describe("Langflow's own: str, int, float, bool, slider or dropdown"),
            value: z.union([z.string(), z.number(), z.boolean()]).exactOptional().describe("The start of a long text"),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type FlowFields = z.output<typeof FlowFields>;

/** What starts a flow without anybody. */
export const FlowTrigger = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string().describe("Such as schedule or inbound_webhook"),
    state: z.string().describe("It starts runs only while it is active"),
    schedule: z.string().exactOptional().describe("As cron, with its time zone"),
    nextRun: z.string().exactOptional().describe("ISO time"),
    lastRun: z.string().exactOptional().describe("ISO time"),
    problem: z.string().exactOptional().describe("Langflow's words of what is wrong, in quotes and without secrets"),
  })
  .readonly();
export type FlowTrigger = z.output<typeof FlowTrigger>;
