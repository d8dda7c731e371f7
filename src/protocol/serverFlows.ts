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
