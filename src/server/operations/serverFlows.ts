import type { FlowMatch, FlowTrigger, ServerFlowFacts } from "../../protocol/serverFlows.ts";
import { defineOperation } from "./defineOperation.ts";

export const serverFlowOperations = [
  defineOperation("serverFlows.list", {
    needs: ["serverFlows"],
    command: { group: "flow", name: "list", show: (flows) => flows.map(describe).join("\n") || "No flows." },
    run: (_, { signal }, { serverFlows }) => serverFlows.list(signal),
  }),
  defineOperation("serverFlows.find", {
    needs: ["serverFlows"],
    command: {
      group: "flow",
      name: "find",
      argument: "task",
      show: (flows) => flows.map(describeMatch).join("\n") || "No flow has a word of that.",
    },
    run: ({ task }, { signal }, { serverFlows }) => serverFlows.find(task, signal),
  }),
  defineOperation("serverFlows.fields", {
    needs: ["serverFlows"],
    run: ({ id }, { signal }, { serverFlows }) => serverFlows.fields(id, signal),
  }),
  defineOperation("serverFlows.triggers", {
    needs: ["serverFlows"],
    command: {
      group: "flow",
      name: "triggers",
      argument: "id",
      show: ({ triggers }) =>
        triggers
          ? triggers.map(describeTrigger).join("\n") || "No triggers."
          : "This version of Langflow has no triggers. Update Langflow to 1.13 or newer.",
    },
    async run({ id }, { signal }, { serverFlows }) {
      const triggers = await serverFlows.triggers(id, signal);
      return triggers ? { triggers } : {};
    },
  }),
  defineOperation("serverFlows.enableTrigger", {
    needs: ["serverFlows"],
    command: { group: "flow", name: "enable-trigger", argument: "id", show: describeTrigger },
    run: ({ id }, { signal }, { serverFlows }) => serverFlows.switchTrigger({ id, enabled: true }, signal),
  }),
  defineOperation("serverFlows.disableTrigger", {
    needs: ["serverFlows"],
    command: { group: "flow", name: "disable-trigger", argument: "id", show: describeTrigger },
    run: ({ id }, { signal }, { serverFlows }) => serverFlows.switchTrigger({ id, enabled: false }, signal),
  }),
];

function describe({ id, name, project, endpointName, mcp, a2a }: ServerFlowFacts): string {
  const more = [
    ...(project === undefined ? [] : [project]),
    ...(endpointName === undefined ? [] : [`endpoint ${endpointName}`]),
    ...(mcp ? ["MCP"] : []),
    ...(a2a ? ["A2A"] : []),
  ];
  return `${id}  ${name}${more.length === 0 ? "" : `  (${more.join(", ")})`}`;
}

function describeMatch({ id, name, description }: FlowMatch): string {
  return `${id}  ${name}${description === "" ? "" : `: ${description}`}`;
}

function describeTrigger({ id, name, kind, state, schedule, nextRun, problem }: FlowTrigger): string {
  const more = [
    ...(schedule === undefined ? [] : [schedule]),
    ...(nextRun === undefined ? [] : [`next run ${nextRun}`]),
    ...(problem === undefined ? [] : [problem]),
  ];
  return `${id}  ${name}  ${kind}, ${[state, ...more].join(", ")}`;
}
