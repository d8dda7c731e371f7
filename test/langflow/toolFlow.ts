import { buildFlow } from "../../src/server/flows/build.ts";
import { withValue } from "../../src/server/flows/model.ts";
import type { Component, FlowData } from "../../src/server/flows/model.ts";
import { catalogueOf } from "./builtFlows.ts";
import type { Live } from "./live.ts";

type Langflow = Pick<Live, "rest">;

/** As the canvas sets a field of a component. */
export function choiceOnCanvas({ rest }: Langflow) {
  return async (component: Component, { field, value }: { field: string; value: unknown }): Promise<Component> => {
    const { template } = component;
    const code = (template["code"] as { value?: unknown } | undefined)?.value ?? "";
    const body = { code, template, field, field_value: value, tool_mode: false };
    const answer = (await rest("POST", "/api/v1/custom_component/update", body)) as Component;
    return withValue({ ...component, template: answer.template }, field, value);
  };
}

export interface ToolOfFlow {
  /** As our server is registered. */
  readonly server: string;
  readonly tool: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A flow that calls one tool and answers with what the tool answers. */
export async function toolFlow(langflow: Langflow, { server, tool, values }: ToolOfFlow): Promise<FlowData> {
  return buildFlow(
    {
      nodes: [
        {
          id: "MCPTools-a",
          type: "MCPTools",
          title: tool,
          position: { x: 0, y: 0 },
          choices: () => [
            { field: "mcp_server", value: { name: server, config: {} } },
            { field: "tool", value: tool },
          ],
          values,
        },
        { id: "ChatOutput-b", type: "ChatOutput", title: "Answer", position: { x: 500, y: 0 } },
      ],
      edges: [{ from: "MCPTools-a", to: "ChatOutput-b", field: "input_value" }],
    },
    { catalogue: await catalogueOf(langflow), choose: choiceOnCanvas(langflow) },
  );
}
