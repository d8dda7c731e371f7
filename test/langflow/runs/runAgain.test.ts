import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { FlowRunResult } from "../../../src/protocol/flowRuns.ts";
import type { RecordedRun, RunTrace } from "../../../src/protocol/flowRuns.ts";
import { runCli } from "../../support/cli.ts";
import { until } from "../../support/editor.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { chatFlow } from "../chatFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

interface Said {
  readonly text: string;
  readonly sender_name: string;
  readonly files: string;
}

interface RawTrace {
  readonly input: { readonly input_value: string };
  readonly spans: readonly { readonly name: string; readonly inputs: Record<string, unknown> }[];
}

describe("a run again, and what its components got and gave, with Langflow 1.13.0", function () {
  this.timeout(180_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    live = await startLive("1.13.0");
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "again" });
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  const make = async (name: string) =>
    (await live.rest("POST", "/api/v1/flows/", { name, data: chatFlow() })) as {
      id: string;
      data: { nodes: { id: string }[] };
    };
  const cli = (...args: string[]) => runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data]);

  async function run(...args: string[]) {
    const { code, stdout, stderr } = await cli("run", ...args, "--json");
    assert.equal(code, 0, stderr);
    return FlowRunResult.unwrap().partial({ name: true, session: true }).parse(JSON.parse(stdout));
  }

  const saidIn = async (session: string) => {
    const said = (await live.rest("GET", `/api/v1/monitor/messages?session_id=${session}`)) as readonly Said[];
    return said.map(({ text, sender_name, files }) => ({ text, sender_name, files: JSON.parse(files) as string[] }));
  };

  /** The newest run of a flow that Langflow recorded. */
  const recorded = (flow: string, count: number) =>
    until(`Langflow has recorded ${String(count)} runs`, async () => {
      const runs = JSON.parse((await cli("runs", flow, "--json")).stdout) as readonly RecordedRun[];
      return runs.length === count && (runs[0] ?? false);
    });

  it("gets the input, the tweaks and the files of the earlier one, in a session of its own", async () => {
    const { id, data } = await make("Presses again");
    const file = path.join(workspace.folder, "pear.txt");
    const tweaks = JSON.stringify({ [data.nodes[0]?.id ?? ""]: { sender_name: "Cooper" } });
    const first = await run(id, "--input", "press\ntwice", "--session", "first", "--tweaks", tweaks, "--file", file);
    const { run: trace, session } = await recorded(id, 1);
    assert.equal(session, "first");
    for (const [again, by] of [trace, first.run].entries()) {
      await run(id, "--again", by, "--session", `again${String(again)}`);
      const [before] = await saidIn("first");
      const [after] = await saidIn(`again${String(again)}`);
      assert.deepEqual([after?.text, after?.sender_name, after?.files.length], ["press\ntwice", "Cooper", 1]);
      assert.deepEqual([before?.text, before?.sender_name, before?.files.length], ["press\ntwice", "Cooper", 1]);
    }
    const { run: own } = await run(id, "--again", trace);
    assert.deepEqual(
      (await saidIn(own)).map(({ text }) => text),
      ["press\ntwice"],
    );
  });

  it("says of a run that others began that only its input is known", async () => {
    const { id, data } = await make("Pressed by others");
    const tweaks = { [data.nodes[0]?.id ?? ""]: { sender_name: "Cooper" } };
    await live.rest("POST", `/api/v1/run/${id}?stream=false`, { input_value: "from the canvas", tweaks });
    const { run: trace, input } = await recorded(id, 1);
    assert.equal(input, "from the canvas");
    assert.match((await cli("runs", id)).stdout, /Pressed by others: from the canvas$/m);
    const { stdout, code } = await cli("run", id, "--again", trace, "--session", "others");
    assert.equal(code, 0);
    assert.match(stdout, /Warning: It ran with the chat input of the earlier run alone/);
    assert.deepEqual(
      (await saidIn("others")).map(({ text, sender_name }) => [text, sender_name]),
      [["from the canvas", "User"]],
    );
    const other = await make("Another press");
    const refused = await cli("run", other.id, "--again", trace);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /a run of another flow/);
    const none = await cli("run", id, "--again", "7f8a3f6e-0d3f-4c39-8d53-0c4c86c4f000");
    assert.match(none.stderr, /no trace of the run/);
    assert.equal((await cli("run", id, "--again", trace, "--input", "x")).code, 2);
  });

  it("shows what each component got and gave, as Langflow recorded it", async () => {
    const { id } = await make("Presses values");
    const secret = `sk-${"a1".repeat(20)}`;
    const { run: ran } = await run(id, "--input", `pears\nand ${secret}`);
    const { run: trace, input } = await recorded(id, 1);
    assert.equal(input, "pears\nand ***");
    const raw = (await live.rest("GET", `/api/v1/monitor/traces/${trace}`)) as RawTrace;
    assert.equal(raw.input.input_value, `pears\nand ${secret}`);
    const [span] = raw.spans;
    const read = async (...args: string[]) => JSON.parse((await cli("trace", ...args, "--json")).stdout) as RunTrace;
    const { parts, outputs } = await read(trace, "--values");
    assert.deepEqual(
      parts.map(({ name }) => name),
      ["Chat Input"],
    );
    const inputs = Object.entries(span?.inputs ?? {}).flatMap(([name, value]) =>
      value === "" || value === null || (Array.isArray(value) && value.length === 0) ? [] : [name],
    );
    assert.deepEqual(
      parts[0]?.values?.inputs.map(({ name }) => name),
      inputs,
    );
    assert.ok(inputs.includes("input_value"));
    assert.deepEqual(parts[0].values.outputs, [{ name: "message", text: "pears\nand ***", isCut: false }]);
    assert.deepEqual(outputs, parts[0].values.outputs);
    const short = await read(ran);
    assert.deepEqual([short.run, short.parts[0]?.values], [trace, undefined]);
    const printed = (await cli("trace", trace, "--values")).stdout;
    assert.ok(!printed.includes(secret));
    assert.match(printed, /^Input: pears\n {7}and \*\*\*$/m);
    assert.match(printed, /^ {6}in {3}input_value: pears\n +and \*\*\*$/m);
  });

  it("takes global variables for this run alone, from a file", async () => {
    const node = (chatFlow() as { nodes: { data: { node: { template: Record<string, object> } } }[] }).nodes[0];
    Object.assign(node?.data.node.template["sender_name"] ?? {}, { load_from_db: true, value: "PRESS_NAME" });
    const variable = { name: "PRESS_NAME", value: "Langflow's own", type: "Generic", default_fields: [] };
    await live.rest("POST", "/api/v1/variables/", variable);
    const flow = { name: "Presses variables", data: { nodes: [node], edges: [] } };
    const { id } = (await live.rest("POST", "/api/v1/flows/", flow)) as { id: string };
    const file = path.join(workspace.folder, "variables.json");
    await writeFile(file, JSON.stringify({ PRESS_NAME: "Cooper" }));
    await run(id, "--input", "x", "--session", "with", "--variables", file);
    await run(id, "--input", "x", "--session", "without");
    assert.deepEqual(
      [(await saidIn("with"))[0]?.sender_name, (await saidIn("without"))[0]?.sender_name],
      ["Cooper", "Langflow's own"],
    );
    await writeFile(file, JSON.stringify({ press_name: "Cooper" }));
    const refused = await cli("run", id, "--variables", file);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /capital letters/);
    assert.ok(!server.log().includes("Cooper"));
    assert.equal((await cli("run", id, "--variables", file, "--background")).code, 2);
  });

  it("takes an input from a file as it was", async () => {
    const { id } = await make("Presses files");
    const file = path.join(workspace.folder, "long.txt");
    const long = `${"a long line of pears\n".repeat(1_000)}the end`;
    await writeFile(file, long);
    await run(id, "--input-file", file);
    const { run: trace, input } = await recorded(id, 1);
    assert.equal(input?.length, 301);
    await server.stop();
    // Another server knows it from Langflow alone.
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
    await run(id, "--again", trace, "--session", "long");
    assert.deepEqual(
      (await saidIn("long")).map(({ text }) => text),
      [long],
    );
  });
});
