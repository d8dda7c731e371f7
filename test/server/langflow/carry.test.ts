import assert from "node:assert/strict";
import { hasSecret } from "../../../src/server/langflow/moves/carry.ts";

describe("an MCP server that a flow brings to another Langflow", () => {
  it("stays when its address or its arguments may contain a secret", () => {
    const secret = [
      { command: "docker", args: ["run", "-e", "GITLAB_PAT=apples-and-pears", "gitlab-mcp"] },
      { command: "docker run -e PRESS=apples press" },
      { command: "uvx", args: ["mcp-proxy", "-H", "X-Custom: apples", "http://press.example/mcp"] },
      { command: "npx", args: ["press", "0a1b2c3d4e5f6a7b8c9d"] },
      { url: "https://mcp.zapier.com/api/mcp/s/NzQ2ZDk0YTctMmYxZi00/mcp" },
      { url: "https://press.example/6f1c2a90-1d2e-4b3c-8d4e-5f6a7b8c9d0e/mcp" },
      { url: "https://press.example/mcp?k=apples" },
      { url: "https://perry:cider@press.example/mcp" },
      { url: "********" },
    ];
    for (const entry of secret) assert.equal(hasSecret(entry), true, JSON.stringify(entry));
    const plain = [
      { url: "http://127.0.0.1:7860/api/v1/mcp/sse" },
      { url: "https://press.example/mcp", headers: { "X-Press": "stays" }, verify_ssl: true },
      { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/data/orchard"], env: { A: "stays" } },
      { command: "uvx", args: ["mcp-proxy", "--transport", "streamablehttp", "http://127.0.0.1:8000/mcp"] },
    ];
    for (const entry of plain) assert.equal(hasSecret(entry), false, JSON.stringify(entry));
  });
});
