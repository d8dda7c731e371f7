import { titleOf } from "../scaffold.ts";
import type { OwnComponent } from "./ownComponent.ts";

/**
 * Langflow's own MCP component finds the endpoint that Langflow has registered, with its token, and calls it: the flows of our
 * templates go the same way. The methods are in the class, since Langflow keeps a component as one text.
 */
const ask = `
    async def ask_workspace(self, tool: str, **arguments) -> dict:
        server = self.mcp_server
        name = server.get("name") if isinstance(server, dict) else server
        if not name:
            message = (
                "No workspace is chosen. Choose the MCP server of the workspace in the field Workspace; "
                "if there is none, connect the workspace to this Langflow with Langflow Connect."
            )
            raise ValueError(message)
        caller = MCPToolsComponent(_user_id=self.user_id)
        try:
            # Without a configuration of its own: the one that Langflow has registered counts.
            tools, _ = await caller.update_tool_list({"name": name, "config": {}})
            if not tools:
                raise ValueError("is not configured")
            answer = await caller.streamable_http_client.run_tool(tool, arguments=arguments)
        except Exception as error:
            raise ValueError(self.why_unreached(name, str(error))) from error
        text = "".join(block.text for block in answer.content if block.type == "text")
        try:
            result = json.loads(text)
        except ValueError:
            result = {"error": {"message": text, "remedy": ""}}
        failure = result.get("error") if answer.isError or "error" in result else None
        if isinstance(failure, dict):
            raise ValueError(f"{failure.get('message', '')} {failure.get('remedy', '')}".strip())
        if answer.isError:
            raise ValueError(text)
        return result

    def why_unreached(self, name: str, reason: str) -> str:
        if "is not configured" in reason:
            return (
                f"Langflow has no MCP server {name}: the workspace is not connected. "
                "Connect it with Langflow Connect, or choose another one in the field Workspace."
            )
        if "401" in reason or "nauthorized" in reason:
            return f"The workspace {name} refused the token that Langflow has. Connect it again with Langflow Connect."
        return (
            f"Langflow cannot reach the workspace {name}: it is not connected now. Open it in VS Code, or start "
            f"langflow-connect serve, and connect it again. Langflow says: {reason}"
        )
`;

interface Named {
  readonly name: string;
  /** Without a full stop. */
  readonly description: string;
}

/** The text of its file, with the class named `name`. */
export function sourceOf({ inputs, types, icon, fields, body }: OwnComponent, { name, description }: Named): string {
  return `import json

from lfx.components.models_and_agents.mcp_component import MCPToolsComponent
from lfx.custom import Component
from lfx.io import ${[...inputs, "McpInput", "Output"].sort().join(", ")}
from lfx.schema import ${[...types].sort().join(", ")}


class ${name}(Component):
    display_name = "${titleOf(name)}"
    description = "${description}."
    icon = "${icon}"
    name = "${name}"

    inputs = [
        McpInput(
            name="mcp_server",
            display_name="Workspace",
            info="The MCP server that Langflow Connect registered for the workspace.",
        ),
${fields.trim().replaceAll(/^(?=.)/gm, "        ")}
    ]

${body.trim().replaceAll(/^(?=.)/gm, "    ")}
${ask}`;
}
