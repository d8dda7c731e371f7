import { z } from "zod";
import { FlowFacts } from "./flows.ts";
import { flowStates } from "./flowStates.ts";

// Flows as files of the workspace, beside those of the connected Langflow.

export const FlowOfBoth = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(flowStates),
    project: z.string().exactOptional().describe("Name of its project in Langflow"),
    url: z.string().exactOptional().describe("Address of the flow on Langflow's canvas; absent when it is only here"),
    mcp: z.literal(true).exactOptional().describe("Clients of Langflow's own MCP server can call it"),
    a2a: z.literal(true).exactOptional().describe("It is published as an agent over A2A"),
    path: z.string().exactOptional().describe("Its file; absent when it is only in Langflow"),
  })
  .readonly();
export type FlowOfBoth = z.output<typeof FlowOfBoth>;

export const FlowFilesStatus = z
  .object({
    server: z.string().describe("Base URL of Langflow"),
    flows: z.array(FlowOfBoth).readonly(),
    projects: z.array(z.string()).readonly().describe("Of Langflow, those without flows too"),
    problems: z
      .array(z.object({ path: z.string(), message: z.string() }).readonly())
      .readonly()
      .describe("Files of the folder that are no flows, and why"),
  })
  .readonly();
export type FlowFilesStatus = z.output<typeof FlowFilesStatus>;

export const WrittenFlow = FlowFacts.unwrap()
  .omit({ template: true })
  .extend({
    path: z.string(),
    result: z
      .enum(["created", "updated", "unchanged", "merged", "conflict", "skipped", "failed"])
      .describe(
        "merged and conflict: the file has both changes; with a conflict, marks where a person decides. skipped: nobody named it, and it needs a decision",
      ),
    notes: z.array(z.string()).readonly().describe("What to know besides, and why it failed"),
  })
  .readonly();
export type WrittenFlow = z.output<typeof WrittenFlow>;

export const FlowFileDiff = z
  .object({
    path: z.string(),
    name: z.string(),
    lines: z
      .array(z.string())
      .readonly()
      .describe("What a push would change: - what is only in Langflow, + what is only in the file, and changed fields"),
  })
  .readonly();
export type FlowFileDiff = z.output<typeof FlowFileDiff>;

export const FlowProblem = z
  .object({
    code: z.string(),
    severity: z.enum(["error", "warning", "info"]),
    level: z.int().describe("1 structure, 2 components, 3 types of edges, 4 inputs, as in `lfx validate`; 5 ours"),
    node: z.string().exactOptional(),
    field: z.string().exactOptional(),
    message: z.string(),
  })
  .readonly();
export type FlowProblem = z.output<typeof FlowProblem>;

/** With the part of the text that it is about, as offsets. */
export interface PlacedFlowProblem extends FlowProblem {
  readonly start: number;
  readonly end: number;
}

export const CheckedFlows = z
  .object({
    files: z.array(z.object({ path: z.string(), problems: z.array(FlowProblem).readonly() }).readonly()).readonly(),
    catalogue: z
      .object({ version: z.string(), from: z.enum(["langflow", "cache"]) })
      .readonly()
      .exactOptional()
      .describe("Whose components the flows were compared with; absent when none are known"),
    sarif: z.unknown().exactOptional().describe("The same as SARIF 2.1.0, when that was asked for"),
  })
  .readonly();
export type CheckedFlows = z.output<typeof CheckedFlows>;

export const ExplainedFlow = z
  .object({
    path: z.string(),
    name: z.string(),
    markdown: z.string().describe("What the flow does, with a Mermaid chart; without secrets"),
  })
  .readonly();
export type ExplainedFlow = z.output<typeof ExplainedFlow>;

export const PythonOfFlow = z
  .object({
    path: z.string().describe("The flow file"),
    python: z.array(z.string()).readonly().describe("Its Python files, which have the code that the flow file has"),
    problem: z.string().exactOptional().describe("Why the two could not be brought together"),
  })
  .readonly();
export type PythonOfFlow = z.output<typeof PythonOfFlow>;

export const UpdatedFlowFile = z
  .object({
    path: z.string(),
    name: z.string(),
    written: z.boolean(),
    problem: z.string().exactOptional().describe("Why nothing could be said of it or written"),
    components: z
      .array(
        z
          .object({
            node: z.string(),
            name: z.string(),
            result: z
              .enum(["updated", "left", "unknown"])
              .describe("left: its newer version cannot keep all of it; unknown: Langflow has no such component"),
            notes: z.array(z.string()).readonly().describe("Why, and which values the newer version has no field for"),
          })
          .readonly(),
      )
      .readonly()
      .describe("Components that are not those of the connected Langflow"),
  })
  .readonly();
export type UpdatedFlowFile = z.output<typeof UpdatedFlowFile>;

const Position = z.object({ line: z.int(), character: z.int() }).readonly();

export const MovedSecret = z
  .object({
    result: z
      .enum(["created", "used", "exists"])
      .describe("used: a variable that was there; exists: it is there, and nothing was done"),
    edits: z
      .array(z.object({ start: Position, end: Position, newText: z.string() }).readonly())
      .readonly()
      .describe("What the file says instead of the secret; nothing is written"),
  })
  .readonly();
export type MovedSecret = z.output<typeof MovedSecret>;
