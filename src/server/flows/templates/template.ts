import type { FlowPlan } from "../build.ts";
import type { FlowFile } from "../files/flowFile.ts";

/** A text that a push can set. The flow keeps it, so that a later push need not repeat it. */
export interface TemplateParameter {
  readonly name: string;
  readonly title: string;
  readonly default: string;
  readonly description: string;
}

export type ParameterValues = Readonly<Record<string, string>>;

export interface TemplateContext {
  /** Our name among Langflow's MCP servers. */
  readonly serverName: string;
  /** One for each parameter of the template. */
  readonly parameters: ParameterValues;
}

/** A flow of which only some values are to be set. A new `version` is a push that updates flows of the older one. */
export interface TemplateFacts {
  readonly name: string;
  readonly version: number;
  /** Name of the flow in Langflow, before the workspace's own name. */
  readonly title: string;
  readonly description: string;
  readonly parameters?: readonly TemplateParameter[];
  /** The first version of Langflow that it is known to run on; every supported one when left out. */
  readonly since?: readonly [number, number, number];
}

/** One that we ship: its components are those of the connected Langflow. */
export interface Template extends TemplateFacts {
  plan(context: TemplateContext): FlowPlan;
}

/** One of the user's: a flow as it is in a file. */
export interface OwnTemplate extends TemplateFacts {
  file(context: TemplateContext): FlowFile;
}

export type AnyTemplate = Template | OwnTemplate;

/** A flow of 1.7 calls `call_tool` with the component's own name in the argument `name`; what came between is not tried. */
export const sinceCallTool = [1, 13, 0] as const;
