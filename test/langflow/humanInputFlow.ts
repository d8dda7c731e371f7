import { buildFlow } from "../../src/server/flows/build.ts";
import { canvasEdge } from "../../src/server/flows/canvasEdge.ts";
import { componentOf } from "../../src/server/flows/model.ts";
import { readCatalogue } from "../../src/server/langflow/client/components.ts";
import type { LangflowHttp } from "../../src/server/langflow/client/http.ts";

/** The data of a flow that asks a person, and answers what it asked by one of two outputs. */
export async function humanInputFlow(http: LangflowHttp, prompt: string): Promise<object> {
  const catalogue = await readCatalogue(http, AbortSignal.timeout(60_000));
  const end = (id: string, y: number) => ({ id, type: "ChatOutput", title: id, position: { x: 400, y } });
  const data = await buildFlow(
    {
      nodes: [
        { id: "HumanInput-ask", type: "HumanInput", title: "Ask", position: { x: 0, y: 0 }, values: { prompt } },
        end("ChatOutput-yes", 0),
        end("ChatOutput-no", 300),
      ],
      edges: [{ from: "HumanInput-ask", to: "ChatOutput-yes", field: "input_value" }],
    },
    { catalogue, choose: (component) => Promise.resolve(component) },
  );
  const { type, input_types: inputTypes = [] } = componentOf(catalogue, "ChatOutput").template["input_value"] as {
    readonly type: string;
    readonly input_types?: string[];
  };
  const reject = canvasEdge(
    { dataType: "HumanInput", id: "HumanInput-ask", name: "branch_reject", output_types: ["Message"] },
    { fieldName: "input_value", id: "ChatOutput-no", inputTypes, type },
  );
  return { ...data, edges: [...data.edges, reject] };
}
