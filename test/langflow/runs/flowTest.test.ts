import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { FlowTestAnswer } from "../../../src/protocol/flowTests.ts";
import { runCli } from "../../support/cli.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { chatFlow } from "../chatFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

describe("flow test, with Langflow 1.13.0", function () {
  this.timeout(300_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    live = await startLive("1.13.0");
    workspace = await scratchWorkspace({ "README.md": "# Press\n" }, { name: "orchard" });
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
    await live.rest("POST", "/api/v1/flows/", { name: "Echo", data: chatFlow() });
    await mkdir(path.join(workspace.folder, "flows", "tests"), { recursive: true });
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  const write = (name: string, text: string) => writeFile(path.join(workspace.folder, "flows", "tests", name), text);
  const cli = (...args: string[]) =>
    runCli(["flow", "test", ...args, "--workspace", workspace.folder, "--data", live.data]);

  it("runs a table of 30 inputs, and says of each whether its answer is the expected one", async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `row ${at},pear ${at},${at === 7 ? "plum" : `pear ${at}`}`);
    await live.rest("POST", "/api/v1/flows/", { name: "Table", data: chatFlow() });
    assert.equal(
      (await runCli(["flow", "pull", "Table", "--workspace", workspace.folder, "--data", live.data])).code,
      0,
    );
    await write("Table.csv", `name,input,equals\n${rows.join("\n")}\n`);
    const junit = path.join(workspace.folder, "results.xml");
    const { code, stdout, stderr } = await cli("flows/tests/Table.csv", "--json", "--junit", junit);
    assert.equal(code, 1, stderr);
    const { passed, failed, cases } = FlowTestAnswer.parse(JSON.parse(stdout));
    assert.deepEqual([passed, failed, cases.length], [29, 1, 30]);
    const [wrong] = cases.filter(({ state }) => state !== "passed");
    assert.deepEqual([wrong?.name, wrong?.expected, wrong?.actual], ["row 7", 'equals "plum"', "pear 7"]);
    assert.deepEqual(Object.keys((JSON.parse(stdout) as { cases: object[] }).cases[0] ?? {}).sort(), [
      ...["actual", "cost", "expected", "ms", "name", "state"],
    ]);
    const read =
      "import sys,xml.etree.ElementTree as e; r=e.parse(sys.argv[1]).getroot(); print(len(r.findall('.//testcase')),len(r.findall('.//failure')))";
    assert.equal(execFileSync("python3", ["-c", read, junit], { encoding: "utf8" }).trim(), "30 1");
  });

  it("ends a run that hangs by its limit, in Langflow too", async () => {
    const data = JSON.parse(JSON.stringify(chatFlow())) as {
      nodes: { data: { node: { template: { code: { value: string } } } } }[];
    };
    const code = data.nodes[0]?.data.node.template.code;
    const head = "async def message_response(self) -> Message:\n";
    assert.ok(code);
    assert.ok(code.value.includes(head));
    code.value = code.value.replace(head, `${head}        import asyncio\n        await asyncio.sleep(600)\n`);
    const { id } = (await live.rest("POST", "/api/v1/flows/", { name: "Hangs", data })) as { id: string };
    await write(
      "hangs.json",
      JSON.stringify({ flow: id, cases: [{ input: "a", expect: { equals: "a", maxSeconds: 3 } }] }),
    );
    const before = performance.now();
    const { stdout } = await cli("flows/tests/hangs.json", "--json");
    assert.ok(performance.now() - before < 60_000);
    const [only] = FlowTestAnswer.parse(JSON.parse(stdout)).cases;
    assert.deepEqual(
      [only?.state, only?.expected, only?.actual],
      ["failed", "at most 3 s", "The run did not end and was cancelled."],
    );
    // A trace says "ok" of a run that was stopped; its job says what it was.
    const { traces } = (await live.rest("GET", `/api/v1/monitor/traces?flow_id=${id}`)) as { traces: { id: string }[] };
    assert.equal(traces.length, 1);
    const job = await live.rest("GET", `/api/v2/workflows?job_id=${traces[0]?.id ?? ""}`).catch(String);
    assert.match(JSON.stringify(job), /cancel/i);
  });

  it("names a flow that fails, and a file that has no tests", async () => {
    await live.rest("POST", "/api/v1/flows/", { name: "Fails", data: chatFlow("the press is broken") });
    await write("fails.json", JSON.stringify({ flow: "Fails", cases: [{ input: "a", expect: { equals: "a" } }] }));
    const { stdout } = await cli("flows/tests/fails.json", "--json");
    const [only] = FlowTestAnswer.parse(JSON.parse(stdout)).cases;
    assert.deepEqual([only?.state, only?.expected], ["failed", "an answer"]);
    assert.match(only?.actual ?? "", /the press is broken/);
    await write("odd.json", '{"cases": []}');
    const odd = await cli("flows/tests/odd.json");
    assert.equal(odd.code, 1);
    assert.match(odd.stderr, /odd\.json has no tests that can run/);
  });
});
