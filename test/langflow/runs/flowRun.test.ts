import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { calcPrice } from "@pydantic/genai-prices";
import { FlowRunAnswer } from "../../../src/protocol/flowRuns.ts";
import type { RecordedRun, RunTrace } from "../../../src/protocol/flowRuns.ts";
import { runCli } from "../../support/cli.ts";
import { until } from "../../support/editor.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { startModelProvider } from "../../support/modelProvider.ts";
import type { ModelProvider } from "../../support/modelProvider.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { agentFlow } from "../agentFlow.ts";
import { chatFlow } from "../chatFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

interface Said {
  readonly text: string;
  readonly sender: string;
  readonly session_id: string;
}

/** Where the code of a flow's only component has some words. */
function lineOf(flow: object, words: string): number {
  const { nodes } = flow as { nodes: { data: { node: { template: { code: { value: string } } } } }[] };
  const lines = nodes[0]?.data.node.template.code.value.split("\n") ?? [];
  return lines.findIndex((line) => line.includes(words)) + 1;
}

describe("flow run, with Langflow 1.13.0 and a model provider with a log", function () {
  this.timeout(300_000);
  let provider: ModelProvider;
  let langflow: Langflow;
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    provider = await startModelProvider();
    langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
    live = await startLive("1.13.0", langflow);
    workspace = await scratchWorkspace({ "README.md": "# Press\n" }, { name: "orchard" });
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
    await langflow.stop();
    await provider.close();
  });

  async function make(name: string, data: object): Promise<string> {
    return ((await live.rest("POST", "/api/v1/flows/", { name, data })) as { id: string }).id;
  }

  const cli = (...args: string[]) => runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data]);

  async function run(...args: string[]) {
    const { code, stdout, stderr } = await cli("run", ...args, "--json");
    assert.notEqual(stdout, "", stderr);
    return { code, answer: FlowRunAnswer.parse(JSON.parse(stdout)), keys: Object.keys(JSON.parse(stdout) as object) };
  }

  const messagesOf = async (session: string) =>
    (await live.rest("GET", `/api/v1/monitor/messages?session_id=${session}`)) as readonly Said[];

  it("gives the answer, and of each component its state, time, tokens and cost", async () => {
    const id = await make("Agent", agentFlow("gpt-4o"));
    provider.answer({ text: "Cider and perry.", usage: { input: 1000, output: 50, cached: 0, reasoning: 0 } });
    const { code, answer, keys } = await run("Agent", "--input", "What do we press?");
    assert.equal(code, 0);
    assert.deepEqual(keys, ["run", "flow", "state", "output", "error", "components", "ms"]);
    const { flow, state, output, error, components } = answer;
    assert.deepEqual([flow, state, output, error], [id, "ok", "Cider and perry.", null]);
    const { data } = (await live.rest("GET", `/api/v1/flows/${id}`)) as {
      data: { nodes: { id: string; type: string }[] };
    };
    const nodes = data.nodes.filter(({ type }) => type !== "noteNode").map((node) => node.id);
    assert.deepEqual(components.map((each) => each.id).sort(), nodes.sort());
    assert.deepEqual(new Set(components.map((each) => each.state)), new Set(["ok"]));
    const agent = components.find(({ name }) => name === "Agent");
    const price = calcPrice({ input_tokens: 1000, output_tokens: 50 }, "gpt-4o", { providerId: "openai" });
    assert.deepEqual([agent?.tokens, Number(agent?.cost)], [1050, price?.total_price]);
    assert.ok(components.every(({ ms }) => ms !== null && ms >= 0 && ms <= answer.ms));
  });

  it("names the component that failed, and ends with 1", async () => {
    await make("Broken", chatFlow("the press is broken"));
    const { code, answer } = await run("Broken", "--input", "hello");
    assert.deepEqual([code, answer.state, answer.output], [1, "failed", null]);
    const line = lineOf(chatFlow("the press is broken"), "the press is broken");
    assert.equal(
      answer.error,
      `The run failed in Langflow, in "Chat Input" at line ${String(line)} of its code: "the press is broken"`,
    );
    assert.deepEqual(
      answer.components.map(({ name, state }) => [name, state]),
      [["Chat Input", "failed"]],
    );
  });

  it("goes on with a session, which Langflow has then", async () => {
    await make("Chat", chatFlow());
    for (const input of ["first words", "second words"]) await run("Chat", "--input", input, "--session", "pressing");
    const said = (await messagesOf("pressing")).map(({ text }) => text);
    assert.deepEqual(said.sort(), ["first words", "second words"]);
  });

  it("takes values for this run alone", async () => {
    const id = await make("Tweaked", chatFlow());
    const { data } = (await live.rest("GET", `/api/v1/flows/${id}`)) as { data: { nodes: { id: string }[] } };
    const tweaks = JSON.stringify({ [data.nodes[0]?.id ?? ""]: { sender_name: "Cooper" } });
    await run(id, "--input", "hello", "--session", "tweaked", "--tweaks", tweaks);
    const [message] = (await messagesOf("tweaked")) as readonly (Said & { sender_name: string })[];
    assert.equal(message?.sender_name, "Cooper");
    const wrong = [
      [{ "ChatInput-none": { sender_name: "x" } }, /no component "ChatInput-none".*Its components are ChatInput-/s],
      [{ "Chat Input": { sender: "x", sender_nam: "x" } }, /"Chat Input" has no field "sender_nam".*sender_name/s],
    ] as const;
    for (const [values, message] of wrong) {
      const refused = await cli("run", id, "--tweaks", JSON.stringify(values));
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, message);
    }
    assert.equal((await cli("run", id, "--tweaks", "{")).code, 2);
    assert.equal((await cli("run", id, "--stream", "--background")).code, 2);
  });

  it("sends files along, each as it is, though two have one name", async () => {
    await make("Attached", chatFlow());
    const contents = [Buffer.from([0, 255, 10, 13, 128]), Buffer.from("Größe\n")];
    const files: string[] = [];
    for (const [at, bytes] of contents.entries()) {
      const file = path.join(workspace.folder, `box${String(at)}`, "pear.txt");
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
      files.push(file);
    }
    const flags = files.flatMap((file) => ["--file", file]);
    const { code } = await run("Attached", "--input", "look", "--session", "attached", ...flags);
    assert.equal(code, 0);
    /** Langflow answers them as a text. */
    const filesOf = async (session: string) => {
      const [message] = (await messagesOf(session)) as readonly (Said & { files: string })[];
      return JSON.parse(message?.files ?? "[]") as readonly string[];
    };
    const there = await Promise.all(
      (await filesOf("attached")).map(async (file) => {
        const url = `${langflow.url}/api/v1/files/download/${file.split("/").slice(-2).join("/")}`;
        const answer = await fetch(url, { headers: { "x-api-key": langflow.apiKey } });
        return Buffer.from(await answer.arrayBuffer());
      }),
    );
    assert.deepEqual(there, contents);
    const background = await run("Attached", "--session", "attachedLater", "--file", files[1] ?? "", "--background");
    assert.equal(background.answer.state, "running");
    await until("the run has taken its message", async () => (await messagesOf("attachedLater")).length > 0);
    assert.equal((await filesOf("attachedLater")).length, 1);
    assert.match((await cli("run", "Attached", "--file", path.join(workspace.folder, "none.txt"))).stderr, /none\.txt/);
  });

  it("runs a file as it is here, though Langflow has another state of it", async () => {
    const id = await make("Filed", chatFlow());
    assert.equal((await cli("pull", id)).code, 0);
    const file = path.join(workspace.folder, "flows", "Filed.json");
    const head = "async def message_response(self) -> Message:\\n";
    const text = await readFile(file, "utf8");
    assert.ok(text.includes(head));
    await writeFile(file, text.replace(head, `${head}        raise ValueError('only in the file')\\n`));
    const here = await run("flows/Filed.json", "--input", "hello");
    assert.equal(here.answer.state, "failed");
    assert.match(here.answer.error ?? "", /only in the file/);
    assert.equal((await run(id, "--input", "hello")).answer.state, "ok");
  });

  it("keeps the words of two runs of one flow apart", async () => {
    await make("Twice", chatFlow());
    const [one, other] = await Promise.all([
      run("Twice", "--input", "pears for one"),
      run("Twice", "--input", "plums for the other"),
    ]);
    assert.deepEqual([one.answer.output, other.answer.output], ["pears for one", "plums for the other"]);
    assert.notEqual(one.answer.run, other.answer.run);
  });

  it("prints the answer while it comes, once", async () => {
    await make("Streamed", agentFlow("gpt-4o"));
    provider.answer({ text: "Perry only.", usage: { input: 10, output: 2, cached: 0, reasoning: 0 } });
    const { code, stdout } = await cli("run", "Streamed", "--input", "hello", "--stream");
    assert.equal(code, 0);
    assert.ok(stdout.startsWith("Perry only.\n"), stdout);
    assert.equal(stdout.split("Perry only.").length, 2);
  });

  it("lists the runs that Langflow recorded, and what each component of one did", async () => {
    const id = await make("Recorded", agentFlow("gpt-4o"));
    provider.answer({ text: "Perry.", usage: { input: 30, output: 4, cached: 0, reasoning: 0 } });
    const { answer } = await run("Recorded", "--input", "hello", "--session", "recorded");
    const listed = async () => JSON.parse((await cli("runs", "Recorded", "--json")).stdout) as RecordedRun[];
    const [only] = await until("Langflow has recorded it", async () =>
      (await listed()).length === 1 ? listed() : false,
    );
    const { flow, name, session, state, tokens } = only ?? assert.fail();
    assert.deepEqual([flow, name, session, state, tokens], [id, "Recorded", "recorded", "ok", 34]);
    const traced = JSON.parse((await cli("trace", only?.run ?? "", "--json")).stdout) as RunTrace;
    const outer = traced.parts.filter(({ depth }) => depth === 0).map((part) => part.name);
    assert.deepEqual(outer.sort(), answer.components.map((component) => component.name).sort());
    const calls = traced.parts.filter(({ model }) => model === "gpt-4o");
    assert.deepEqual(
      calls.map((call) => call.tokens),
      [34],
    );
    const bySession = JSON.parse((await cli("trace", "recorded", "--json")).stdout) as RunTrace;
    assert.equal(bySession.run, traced.run);
    const none = await cli("trace", "no-such-run");
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no trace of the run "no-such-run"/);
  });

  it("starts a run in the background, which Langflow ends", async () => {
    await make("Later", chatFlow());
    const { code, answer } = await run("Later", "--input", "in a while", "--session", "later", "--background");
    assert.deepEqual([code, answer.state], [0, "running"]);
    const job = async () => (await live.rest("GET", `/api/v2/workflows?job_id=${answer.run}`)) as { status: string };
    await until("Langflow has done it", async () => (await job()).status === "completed", 60_000);
    assert.deepEqual(
      (await messagesOf("later")).map(({ text }) => text),
      ["in a while"],
    );
  });
});

describe("flow run, with the oldest Langflow", function () {
  this.timeout(300_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    live = await startLive("0.7.3");
    workspace = await scratchWorkspace(
      { "README.md": "# Press\n", "a.ts": "export const a = 1;\n" },
      { name: "oldest" },
    );
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  const cli = (...args: string[]) => runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data]);

  it("gives the answer and the state of each component, without what this version does not say", async () => {
    const { id } = await live.ask(workspace.folder, "push", "workspace-analysis");
    const { code, stdout, stderr } = await cli("run", "workspace-analysis", "--json");
    assert.equal(code, 0, stderr);
    const { flow, state, output, components } = FlowRunAnswer.parse(JSON.parse(stdout));
    assert.deepEqual([flow, state], [id, "ok"]);
    assert.match(output ?? "", /2 files/);
    assert.deepEqual(new Set(components.map((each) => each.state)), new Set(["unknown"]));
    assert.deepEqual(new Set(components.map(({ tokens, cost }) => [tokens, cost].join())), new Set([","]));
  });

  it("says what it has not: runs in the background, and traces", async () => {
    const later = await cli("run", "workspace-analysis", "--background");
    assert.equal(later.code, 1);
    assert.match(later.stderr, /no runs in the background/);
    const trace = await cli("trace", "any");
    assert.equal(trace.code, 1);
    assert.match(trace.stderr, /no traces/);
  });
});
