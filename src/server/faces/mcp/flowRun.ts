import { flowRunArgument } from "../../platform/langflowCaller.ts";
import type { ListedTool } from "../../tools/runner/defineTool.ts";

/** A tool as Langflow gets it: a flow's component has a field for each argument, and the field takes the run's id. */
export function withFlowRun(tool: ListedTool) {
  const { properties } = tool.inputSchema;
  const field = { type: "string", description: "Leave it empty: Langflow Connect sets it for each run." };
  return {
    ...tool,
    inputSchema: {
      ...tool.inputSchema,
      properties: { ...(isObject(properties) && properties), [flowRunArgument]: field },
    },
  };
}

interface FlowCall {
  /** Without the run: our tools do not know it. */
  readonly args: unknown;
  readonly flowRun?: string;
}

/** Only an id as we make them names a run: an empty field arrives as "" or null, and a model may invent a value. */
export function takeFlowRun(args: unknown): FlowCall {
  if (!isObject(args) || !(flowRunArgument in args)) return { args };
  const { [flowRunArgument]: flowRun, ...rest } = args;
  return { args: rest, ...(typeof flowRun === "string" && uuid.test(flowRun) && { flowRun }) };
}

/**
 * A component of a flow has a field for each argument, and sends those that nobody has filled in as 0, "", null or an empty
 * list. Where an argument is optional, no tool of ours means anything by these.
 */
export function withoutEmptyFields(args: unknown, { required }: ListedTool["inputSchema"]): unknown {
  if (!isObject(args)) return args;
  const needed = new Set<unknown>(Array.isArray(required) ? required : []);
  return Object.fromEntries(Object.entries(args).filter(([name, value]) => needed.has(name) || !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === 0 || value === "" || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
