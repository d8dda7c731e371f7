import type { ServerFlowFacts } from "../../protocol/serverFlows.ts";
import { createFlowTexts, isA2aAgent } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";

/** The flows of the connected Langflow, without a look at files. */
export interface ServerFlows {
  list(signal: AbortSignal): Promise<readonly ServerFlowFacts[]>;
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
  };
}
