import type { ServerFlowFacts } from "../../protocol/serverFlows.ts";
import { defineOperation } from "./defineOperation.ts";

export const serverFlowOperations = [
  defineOperation("serverFlows.list", {
    needs: ["serverFlows"],
    command: { group: "flow", name: "list", show: (flows) => flows.map(describe).join("\n") || "No flows." },
    run: (_, { signal }, { serverFlows }) => serverFlows.list(signal),
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
