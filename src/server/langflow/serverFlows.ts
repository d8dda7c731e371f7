import type { FlowFields, FlowMatch, FlowTrigger, ServerFlowFacts } from "../../protocol/serverFlows.ts";
import { tweakFields } from "../flows/tweakFields.ts";
import { createFlows } from "./client/flows.ts";
import { createFlowTexts, isA2aAgent } from "./client/flowTexts.ts";
import { listTriggers, switchTrigger } from "./client/triggers.ts";
import type { Connection } from "./connection.ts";
import { searchFlows } from "./flowSearch.ts";

/** The flows of the connected Langflow, without a look at files. */
export interface ServerFlows {
  list(signal: AbortSignal): Promise<readonly ServerFlowFacts[]>;
  /** Those that fit words of a task, best first. */
  find(task: string, signal: AbortSignal): Promise<readonly FlowMatch[]>;
  /** What a run can set, of a flow by its id. */
  fields(id: string, signal: AbortSignal): Promise<readonly FlowFields[]>;
  /** Of a flow by its id; undefined where this Langflow has none. */
  triggers(id: string, signal: AbortSignal): Promise<readonly FlowTrigger[] | undefined>;
  switchTrigger(wanted: { readonly id: string; readonly enabled: boolean }, signal: AbortSignal): Promise<FlowTrigger>;
}

export function createServerFlows({ connection }: { readonly connection: Pick<Connection, "use"> }): ServerFlows {
  return {
    async list(signal) {
      const { http } = await connection.use();
      const server = createFlowTexts(http);
      const [headers, projects] = await Promise.all([server.list(signal), server.projects(signal)]);
      const flows = headers.map((header) => {
        const { id, name, folder_id: folderId, endpoint_name: endpointName, mcp_enabled: mcp } = header;
        const project = projects.get(folderId ?? "");
        return {
          id,
          name,
          url: `${http.base}/flow/${id}`,
          ...(project !== undefined && { project }),
          ...(typeof endpointName === "string" && endpointName !== "" && { endpointName }),
          mcp: mcp === true,
          a2a: isA2aAgent(header),
        };
      });
      return flows.sort((one, other) => one.name.localeCompare(other.name));
    },
    async find(task, signal) {
      const { http } = await connection.use();
      return searchFlows(http, task, signal);
    },
    async fields(id, signal) {
      const { http } = await connection.use();
      const data = (await createFlows(http).get(id, signal))?.data;
      return data ? tweakFields(data) : [];
    },
    async triggers(id, signal) {
      const { http } = await connection.use();
      return listTriggers(http, id, signal);
    },
    async switchTrigger(wanted, signal) {
      const { http } = await connection.use();
      return switchTrigger(http, wanted, signal);
    },
  };
}
