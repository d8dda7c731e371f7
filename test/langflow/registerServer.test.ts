import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CheckedFlows } from "../../src/protocol/flowFiles.ts";
import type { OperationName } from "../../src/protocol/operations.ts";
import type { LinkStatus } from "../../src/protocol/status.ts";
import { callOperation } from "../../src/server/endpoint/askServer.ts";
import { findRunning } from "../../src/server/cli/running.ts";
import { startServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import { sharedLangflow } from "./live.ts";
import { askLangflow } from "./rest.ts";

describe("a workspace whose entry Langflow has lost", function () {
  this.timeout(180_000);

  it("is registered on request, after which a flow that calls it has no problem", async () => {
    const langflow = await sharedLangflow("1.13.0");
    const rest = askLangflow(langflow);
    const workspace = await scratchWorkspace({ "README.md": "# Damson\n" }, { name: "damson" });
    const data = await mkdtemp(path.join(tmpdir(), "lfc-register-"));
    const server = await startServer({ folders: [workspace.folder], data });
    try {
      const running = (await findRunning([workspace.folder], data)) ?? assert.fail("nothing runs");
      const signal = new AbortController().signal;
      const operate = async (name: OperationName, params: Readonly<Record<string, unknown>>) =>
        callOperation(running, { name, params, signal, progress: () => undefined });
      const connected = (await operate("link.connect", { url: langflow.url, apiKey: langflow.apiKey })) as LinkStatus;
      const name = connected.registration?.name ?? assert.fail("it is not registered");
      const node = {
        display_name: "Mill",
        template: { _type: "Component", mcp_server: { type: "mcp", value: { name } } },
      };
      const nodes = [{ id: "Mill-1", type: "genericNode", data: { id: "Mill-1", type: "Mill", node } }];
      const flow = { id: "0d1d4d40-0000-4000-8000-000000000001", name: "Damson", data: { nodes, edges: [] } };
      await mkdir(path.join(workspace.folder, "flows"));
      await writeFile(path.join(workspace.folder, "flows/damson.json"), JSON.stringify(flow));
      const unknown = async () => {
        const { files } = (await operate("flowFiles.check", {})) as CheckedFlows;
        return files.flatMap(({ problems }) => problems.filter(({ code }) => code === "unknown-mcp-server"));
      };

      await rest.ask("DELETE", `/api/v2/mcp/servers/${name}`);
      assert.ok(!(await rest.mcpServers()).includes(name));
      assert.deepEqual((await unknown()).map(({ node, field }) => [node, field]), [["Mill-1", "mcp_server"]]); // prettier-ignore

      const { registration } = (await operate("link.register", {})) as LinkStatus;
      assert.deepEqual([registration?.name, registration?.state], [name, "verified"]);
      assert.ok((await rest.mcpServers()).includes(name));
      assert.deepEqual(await unknown(), []);
      await operate("link.disconnect", {});
    } finally {
      await server.stop();
      await workspace.remove();
      await rm(data, { recursive: true, force: true });
    }
  });
});
