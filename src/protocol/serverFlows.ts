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
