import { nameFrom } from "../../flows/exposedFlow.ts";
import type { ExposedFlow } from "../../flows/exposedFlow.ts";
import { createKeptAnswers } from "../../platform/keptAnswers.ts";
import type { KeptAnswers } from "../../platform/keptAnswers.ts";
import type { Tool } from "../runner/defineTool.ts";
import type { ToolSource } from "../runner/registry.ts";
import { flowTool } from "./flowTool.ts";
import type { FlowAnswer } from "./flowTool.ts";

/** A tool for each flow that is exposed, called flow__NAME. */
export interface FlowTools extends ToolSource {
  set(flows: readonly ExposedFlow[]): void;
}

export function createFlowTools(now: () => number): FlowTools {
  const kept = createKeptAnswers<FlowAnswer>(now);
  const listeners = new Set<() => void>();
  let tools: readonly Tool[] = [];
  return {
    tools: () => tools,
    set(flows) {
      tools = toolsOfFlows(flows, kept);
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** Two flows of one name get a part of their id too. */
function toolsOfFlows(flows: readonly ExposedFlow[], kept: KeptAnswers<FlowAnswer>): readonly Tool[] {
  const names = flows.map(({ action }) => nameFrom(action));
  return flows.map((flow, at) => {
    const name = names[at] ?? "";
    const isAlone = name !== "" && names.filter((other) => other === name).length === 1;
    const part = nameFrom(flow.id).slice(0, 8);
    return flowTool(flow, `flow__${isAlone ? name : [name, part].filter((word) => word !== "").join("_")}`, kept);
  });
}
