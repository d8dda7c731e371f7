import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { runCli } from "../support/cli.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("what an answer does not send, in the ledger", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  beforeEach(async () => {
    const lines = Array.from({ length: 400 }, (_, at) => `pear number ${String(at)} of the orchard`);
    workspace = await scratchWorkspace({ "pears.txt": `${lines.join("\n")}\n`, "one.txt": "apple\n" });
    server = await startServer({ folders: [workspace.folder] });
  });
  afterEach(async () => {
    await server.stop();
    await workspace.remove();
  });

  async function call(name: string, args: object): Promise<Record<string, unknown>> {
    const response = await fetch(new URL("/api/v1/tools/call", server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
    });
    const { result } = (await response.json()) as { result: { content: [{ text: string }] } };
    return JSON.parse(result.content[0].text) as Record<string, unknown>;
  }

  async function saved(): Promise<{ budget: number; unchanged: number }> {
    for (;;) {
      const args = ["cost", "--json", "--workspace", workspace.folder, "--data", server.data];
      const { total } = JSON.parse((await runCli(args)).stdout) as {
        total: { uncounted: number; saved: { budget: number; unchanged: number } };
      };
      if (total.uncounted === 0) return total.saved;
    }
  }

  it("is what the budget of a list cut, less what the next pages give", async () => {
    const first = await call("search_code", { query: "pear number" });
    const whole = await call("search_code", { query: "pear number", maxTokens: 100_000 });
    const all = whole["matches"] as unknown[];
    const shown = (first["matches"] as unknown[]).length;
    assert.ok(shown > 0 && shown < all.length);
    assert.deepEqual(await saved(), { budget: countTokens(JSON.stringify(all.slice(shown))), unchanged: 0 });

    const cursor = String(first["cursor"]);
    const second = await call("search_code", { query: "pear number", cursor });
    const next = second["matches"] as unknown[];
    assert.deepEqual(next[0], all[shown]);
    const left = countTokens(JSON.stringify(all.slice(shown))) - countTokens(JSON.stringify(next));
    assert.deepEqual(await saved(), { budget: left, unchanged: 0 });
  });

  it("is not what the caller's own limit leaves out", async () => {
    const { cursor } = await call("search_code", { query: "pear number", limit: 3 });
    assert.deepEqual(await saved(), { budget: 0, unchanged: 0 });
    // Nor is a next page of it taken back.
    const next = await call("search_code", { query: "pear number", limit: 3, cursor });
    await call("search_code", { query: "pear number", cursor: next["cursor"] });
    assert.deepEqual(await saved(), { budget: 0, unchanged: 0 });
  });

  it("is the rest of a text, less what is read on, and a text that the caller has", async () => {
    const text = (await call("read_file", { path: "pears.txt", maxTokens: 100_000 }))["content"] as string;
    const first = await call("read_file", { path: "pears.txt" });
    const part = String(first["content"]);
    assert.ok(text.startsWith(part) && part.length < text.length);
    assert.deepEqual(await saved(), { budget: countTokens(JSON.stringify(text.slice(part.length))), unchanged: 0 });
    for (let at = first["nextLine"]; at !== undefined;) {
      at = (await call("read_file", { path: "pears.txt", startLine: at }))["nextLine"];
    }
    const { budget } = await saved();
    // Of each part the quotes around it count.
    assert.ok(Math.abs(budget) <= 6, String(budget));

    const { etag } = await call("read_file", { path: "one.txt" });
    const again = await call("read_file", { path: "one.txt", ifNoneMatch: etag });
    assert.equal(again["unchanged"], true);
    assert.deepEqual(await saved(), { budget, unchanged: countTokens(JSON.stringify("apple\n")) });
  });

  it("is said by `cost`, and by CSV in columns of its own", async () => {
    await call("search_code", { query: "pear number" });
    const { budget } = await saved();
    const args = ["cost", "--by", "tool", "--workspace", workspace.folder, "--data", server.data];
    const table = (await runCli(args)).stdout;
    const said = `Not sent: ${budget.toLocaleString("en")} tokens because of answer budgets, 0 that the caller had already.`;
    assert.equal(table.trimEnd().split("\n").at(-1), said);
    const [header = "", row = ""] = (await runCli([...args, "--csv"])).stdout.split("\r\n");
    const at = header.split(",").indexOf("saved_by_budget_tokens");
    assert.equal(header.split(",")[at + 1], "saved_by_unchanged_tokens");
    assert.deepEqual(row.split(",").slice(at, at + 2), [String(budget), "0"]);
  });

  it("is that of the call which gets the result of a job", async () => {
    const { jobId } = await call("analyze_repository", { wait: 0, maxTokens: 200 });
    assert.equal(typeof jobId, "string");
    const { result } = await call("get_job", { jobId, wait: 60 });
    assert.ok(Object.keys((result as { left: object }).left).length > 0);
    const { budget } = await saved();
    assert.ok(budget > 0);
    const args = ["cost", "--by", "tool", "--json", "--workspace", workspace.folder, "--data", server.data];
    const { rows } = JSON.parse((await runCli(args)).stdout) as {
      rows: readonly { key: { tool: string }; saved: { budget: number } }[];
    };
    assert.deepEqual(
      rows.map(({ key, saved: { budget: cut } }) => [key.tool, cut]),
      [
        ["analyze_repository", 0],
        ["get_job", budget],
      ],
    );
  });
});
