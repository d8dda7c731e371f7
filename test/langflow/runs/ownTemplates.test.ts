import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PushResult, TemplateFacts } from "../../../src/protocol/flows.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { chatFlow } from "../chatFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly data: {
    readonly nodes: { data: { node: { template: Record<string, { value: unknown; password?: boolean }> } } }[];
  };
}

describe("a template of the user, on Langflow 1.13.0", function () {
  this.timeout(120_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let registered = "";
  const folder = () => path.join(workspace.folder, "flows", "templates");
  const withValues = (set: readonly string[]) => set.flatMap((value) => ["--set", value]);
  const push = (...set: string[]): Promise<PushResult> =>
    live.ask(workspace.folder, "push", "harvest", ...withValues(set));
  const listed = async () =>
    JSON.parse((await live.cli(workspace.folder, "templates", "--json")).stdout) as readonly TemplateFacts[];
  const stored = async (id: string) => (await live.rest("GET", `/api/v1/flows/${id}`)) as Stored;
  const fieldOf = (flow: Stored, name: string) => flow.data.nodes[0]?.data.node.template[name];

  /** A flow file as an export has it, with these values in its only component. */
  async function write(values: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
    const data = chatFlow() as Stored["data"];
    const template = data.nodes[0]?.data.node.template ?? assert.fail();
    for (const [name, value] of Object.entries(values)) template[name] = { ...template[name], value };
    Object.assign(template, more);
    const file = { id: "0b6b7a34-3c53-4d8e-9a25-111111111111", name: "Harvest", description: "What was picked.", data };
    await mkdir(folder(), { recursive: true });
    await writeFile(path.join(folder(), "harvest.json"), JSON.stringify(file));
  }

  before(async () => {
    [live, workspace] = await Promise.all([
      startLive("1.13.0"),
      scratchWorkspace({ "README.md": "# Pears\n" }, { name: "Own Orchard" }),
    ]);
    server = await startServer({ folders: [workspace.folder], data: live.data });
    registered = (await live.connect(workspace.folder)).registration?.name ?? "";
  });
  after(async () => {
    await live.cli(workspace.folder, "disconnect");
    await server.stop();
    await workspace.remove();
    await live.stop();
  });

  it("is listed with its placeholders, pushed with the values that are given, and keeps them", async () => {
    await write({
      sender_name: "{{lfc.picker=Ann}}",
      input_value: "{{lfc.fruit}} by {{lfc.picker}} of {{lfc.server}}",
    });
    const own = (await listed()).find(({ name }) => name === "harvest");
    assert.deepEqual([own?.title, own?.description], ["Harvest", "What was picked."]);
    assert.deepEqual(
      own?.parameters.map(({ name, title, value }) => [name, title, value]),
      [
        ["fruit", "Fruit", ""],
        ["picker", "Picker", "Ann"],
      ],
    );
    const { id, result, template } = await push("fruit=pears");
    assert.deepEqual([result, template], ["created", "harvest"]);
    const flow = await stored(id);
    assert.equal(fieldOf(flow, "sender_name")?.value, "Ann");
    assert.equal(fieldOf(flow, "input_value")?.value, `pears by Ann of ${registered}`);
    assert.equal((await push()).result, "unchanged");
    assert.equal((await push("picker=Bob")).result, "updated");
    assert.match(String(fieldOf(await stored(id), "input_value")?.value), /^pears by Bob of /);
  });

  it("is updated where it was pushed when its file changes, without a key that was typed in there", async () => {
    const key = { api_key: { type: "str", name: "api_key", password: true, show: true, value: "" } };
    await write({ sender_name: "{{lfc.picker=Ann}}" }, key);
    const { id } = await push();
    const flow = await stored(id);
    const field = fieldOf(flow, "api_key") ?? assert.fail();
    field.value = "not-a-real-key";
    await live.rest("PATCH", `/api/v1/flows/${id}`, { data: flow.data });
    await write({ sender_name: "Picker {{lfc.picker=Ann}}" }, key);
    const { id: same, result } = await push();
    assert.deepEqual([same, result], [id, "updated"]);
    const now = await stored(id);
    assert.deepEqual(
      [fieldOf(now, "sender_name")?.value, fieldOf(now, "api_key")?.value],
      ["Picker Bob", "not-a-real-key"],
    );
  });

  it("is refused after a change in Langflow, and under the name of a template of ours", async () => {
    const { id } = await push();
    const flow = await stored(id);
    const field = fieldOf(flow, "sender_name") ?? assert.fail();
    field.value = "Cid";
    await live.rest("PATCH", `/api/v1/flows/${id}`, { data: flow.data });
    assert.match((await live.cli(workspace.folder, "push", "harvest")).stderr, /was changed in Langflow since/);
    await writeFile(path.join(folder(), "release-notes.json"), "{}");
    await writeFile(path.join(folder(), "broken.json"), "{");
    const { stderr } = await live.cli(workspace.folder, "push", "release-notes");
    assert.match(stderr, /has the name of a template of Langflow Connect/);
    const all = await listed();
    assert.match(all.find(({ name }) => name === "broken")?.description ?? "", /Cannot be pushed: .*broken\.json/);
    assert.ok(all.some(({ name }) => name === "system-health"));
  });
});
