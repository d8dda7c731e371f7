import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { copyEndpoint, rotateToken } from "./commands.ts";
import { provideMcpServer } from "./mcpProvider.ts";

/** The MCP endpoint for clients other than Langflow. */
export function activateEndpoint(server: WindowServer): Feature<"copyEndpoint" | "rotateToken"> {
  return {
    disposables: provideMcpServer(server),
    commands: {
      copyEndpoint: () => copyEndpoint(server),
      rotateToken: () => rotateToken(server),
    },
  };
}
