import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { connect } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { allTools } from "../../src/server/tools/index.ts";
import { defaultListBudget, toolsets } from "../../src/server/tools/runner/toolsets.ts";

describe("tools/list", () => {
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "a\n" });
    server = await startServer({ folders: [workspace.folder] });
  });
  after(async () => {
    await server.stop();
    await workspace.remove();
  });

  async function rawList(): Promise<string> {
    const response = await fetch(new URL("/api/v1/tools/list", server.url).href, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    const { result } = (await response.json()) as { result: unknown };
    return JSON.stringify(result);
  }

  it("holds at most 24 tools and 6,000 tokens", async () => {
    const text = await rawList();
    const { tools } = JSON.parse(text) as { tools: unknown[] };
    assert.ok(tools.length <= 24, `${tools.length} tools`);
    assert.ok(countTokens(text) <= defaultListBudget, `${countTokens(text)} tokens`);
  });

  for (const [name, { tokens }] of Object.entries(toolsets)) {
    it(`costs at most ${String(tokens)} tokens for the toolset ${name}`, () => {
      const tools = allTools.filter(({ toolset }) => toolset === name).map(({ listed }) => listed);
      const cost = countTokens(JSON.stringify({ tools }));
      assert.ok(cost <= tokens, `${cost} tokens`);
      // A bound far above the cost would let a tool grow unseen.
      assert.ok(cost > tokens * 0.6, `only ${cost} tokens: lower its bound`);
    });
  }

  it("is the same text every time", async () => {
    assert.equal(await rawList(), await rawList());
  });

  it("shows the toolsets that a client asks for, and no others", async () => {
    const client = await connect("2026-07-28 http", { ...server, url: `${server.url}?toolsets=jobs` }, []);
    const listed = await client.listTools();
    await client.close();
    assert.deepEqual(
      listed.map((tool) => tool.name),
      ["get_job"],
    );
  });

  it("refuses a toolset that there is not, and names those that there are", async () => {
    const client = await connect("2026-07-28 http", { ...server, url: `${server.url}?toolsets=files,typo` }, []);
    await assert.rejects(client.listTools(), /no toolset "typo".*files, code, refactor, jobs/s);
    await client.close();
  });

  it("shows the toolsets that serve was started with", async () => {
    const other = await startServer({ folders: [workspace.folder], args: ["--toolsets", "jobs"] });
    const client = await connect("2025-11-25 http", other, []);
    const listed = await client.listTools();
    await client.close();
    await other.stop();
    assert.deepEqual(
      listed.map((tool) => tool.name),
      ["get_job"],
    );
  });
});
