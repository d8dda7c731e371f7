import assert from "node:assert/strict";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("search_tools", { "a.txt": "a\n" }, (bench) => {
  it("finds a tool that is not in the default list, with the arguments for call_tool", async () => {
    const { tools } = await ok(bench.client, "search_tools", { task: "who last changed this line", limit: 1 });
    const [tool] = tools as { name: string; inputSchema: { properties: object }; example: object; toolset: string }[];
    assert.equal(tool?.name, "git_operations");
    assert.equal(tool.toolset, "git");
    assert.ok("startLine" in tool.inputSchema.properties);
    assert.deepEqual(tool.example, { operation: "blame", path: "src/basket.ts", startLine: 1, endLine: 3 });
  });

  it("gives the next ones by its cursor", async () => {
    const task = "read a file";
    const first = await ok(bench.client, "search_tools", { task, limit: 1 });
    const second = await ok(bench.client, "search_tools", { task, limit: 1, cursor: first.cursor });
    assert.notDeepEqual(first.tools, second.tools);
    assert.equal(Number(second.left), Number(first.left) - 1);
  });

  it("answers an empty list for words that no tool has, and refuses no words", async () => {
    const none = await ok(bench.client, "search_tools", { task: "zzyzx" });
    assert.deepEqual([none.tools, none.total], [[], 0]);
    await fails(bench.client, "search_tools", { task: " " }, "INVALID_ARGUMENT");
  });
});
