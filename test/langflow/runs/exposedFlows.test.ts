import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Catalogue } from "../../../src/server/flows/model.ts";
import { fails, ok } from "../../support/answers.ts";
import { connect } from "../../support/clients.ts";
import type { TestClient } from "../../support/clients.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { catalogueOf, echoFlow, textFlow } from "../builtFlows.ts";
import { startLive, versions } from "../live.ts";
import type { Live } from "../live.ts";

interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly properties: Record<string, object>; readonly required?: readonly string[] };
}

for (const version of versions) {
  describe(`Flows that are exposed in Langflow ${version} are tools`, function () {
    this.timeout(300_000);
    let live: Live;
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    let client: TestClient;
    let catalogue: Catalogue;
    /** Other tests share this Langflow. */
    const made: string[] = [];

    before(async () => {
      live = await startLive(version);
      catalogue = await catalogueOf(live);
      workspace = await scratchWorkspace({ "README.md": "# Press\n" }, { name: "orchard" });
      server = await startServer({ folders: [workspace.folder], data: live.data });
      await live.connect(workspace.folder);
      client = await connect("2025-11-25 http", server, [workspace.folder]);
    });
    after(async () => {
      await client.close();
      await server.stop();
      await workspace.remove();
      for (const id of made) await live.rest("DELETE", `/api/v1/flows/${id}`);
      await live.stop();
    });

    async function expose(name: string, data: object, facts: object = {}): Promise<string> {
      const { id } = (await live.rest("POST", "/api/v1/flows/", { name, data })) as { id: string };
      await live.rest("PATCH", `/api/v1/flows/${id}`, { mcp_enabled: true, ...facts });
      made.push(id);
      return id;
    }

    async function listed(of = client): Promise<readonly ListedTool[]> {
      await sleep(200);
      return ((await of.listTools()) as readonly ListedTool[]).filter(({ name }) => name.startsWith("flow__"));
    }

    /** The list is read again every 30 seconds. */
    async function listedAs(...names: readonly string[]): Promise<readonly ListedTool[]> {
      const wanted = [...names].sort().join();
      await until(
        async () =>
          (await listed())
            .map(({ name }) => name)
            .sort()
            .join() === wanted,
        45_000,
      );
      return listed();
    }

    it("lists those alone, with the arguments that their inputs ask for, and runs them", async () => {
      await live.rest("POST", "/api/v1/flows/", { name: "Not exposed", data: await echoFlow(catalogue) });
      await expose("Echo the press", await echoFlow(catalogue), { description: "Says what it hears." });
      await expose("Fruit of a size", await textFlow(catalogue), { action_name: "size_of_fruit" });
      const [echo, size] = await listedAs("flow__echo_the_press", "flow__size_of_fruit").then((tools) =>
        [...tools].sort((a, b) => a.name.localeCompare(b.name)),
      );
      assert.match(echo?.description ?? "", /flow "Echo the press"\. Says what it hears\./);
      const common = ["session", "cursor", "maxTokens", "wait"];
      assert.deepEqual(Object.keys(echo?.inputSchema.properties ?? {}), ["input", ...common]);
      assert.deepEqual(Object.keys(size?.inputSchema.properties ?? {}), ["fruit", "grosse", ...common]);
      assert.deepEqual(size?.inputSchema.required, ["fruit"]);

      const said = await ok(client, "flow__echo_the_press", { input: "Cider", session: "pressing" });
      assert.deepEqual([said["state"], said["output"], said["session"]], ["ok", "Cider", "pressing"]);
      const messages = (await live.rest("GET", "/api/v1/monitor/messages?session_id=pressing")) as { text: string }[];
      assert.deepEqual(new Set(messages.map(({ text }) => text)), new Set(["Cider"]));

      assert.equal((await ok(client, "flow__size_of_fruit", { fruit: "pear" }))["output"], "pear and small");
      const large = await ok(client, "flow__size_of_fruit", { fruit: "pear", grosse: "large" });
      assert.equal(large["output"], "pear and large");
      await fails(client, "flow__size_of_fruit", {}, "INVALID_ARGUMENT");
      await fails(client, "flow__size_of_fruit", { fruit: "pear", colour: "red" }, "INVALID_ARGUMENT");
    });

    it("gives a long answer part by part, of one run", async () => {
      const input = Array.from({ length: 4_000 }, (_, at) => `pear ${at}`).join("\n");
      let answer = await ok(client, "flow__echo_the_press", { input, session: "long" });
      let output = String(answer["output"]);
      let parts = 1;
      for (; answer["cursor"] !== undefined; parts++) {
        answer = await ok(client, "flow__echo_the_press", { input, session: "long", cursor: answer["cursor"] });
        output += String(answer["output"]);
      }
      assert.ok(output === input);
      assert.ok(parts > 5, `${parts} parts`);
      const messages = (await live.rest("GET", "/api/v1/monitor/messages?session_id=long")) as object[];
      // What was asked and what was answered.
      assert.equal(messages.length, 2);
    });

    it("names the component of a failed run, and is found by a search of tools", async () => {
      await expose("Mend the press", await echoFlow(catalogue, "the press is broken"));
      await listedAs("flow__echo_the_press", "flow__size_of_fruit", "flow__mend_the_press");
      const error = await fails(client, "flow__mend_the_press", { input: "hello" }, "FLOW_FAILED");
      // The older one ends the connection and says nothing.
      if (version === "1.13.0") {
        assert.match(String(error["message"]), /the press is broken/);
        assert.equal(error["component"], "Chat Input");
      }
      const { tools } = await ok(client, "search_tools", { task: "mend the press" });
      assert.equal((tools as { name: string }[])[0]?.name, "flow__mend_the_press");
    });

    it("offers none to Langflow, where a flow could run itself without an end", async () => {
      const url = `${server.url}?workspace=0123456789abcdef`;
      const langflow = await connect("2025-11-25 http", { ...server, url }, [workspace.folder]);
      assert.deepEqual(await listed(langflow), []);
      const args = { input: "hello" };
      await fails(langflow, "flow__echo_the_press", args, "NOT_PERMITTED");
      await fails(langflow, "call_tool", { name: "flow__echo_the_press", arguments: args }, "NOT_PERMITTED");
      await langflow.close();
    });

    it("keeps two flows of one name apart, and drops what is hidden or gone", async () => {
      const second = await expose("Echo: the press!", await echoFlow(catalogue));
      await until(async () => (await listed()).filter(({ name }) => name.includes("echo")).length === 2, 45_000);
      const names = (await listed()).map(({ name }) => name);
      assert.ok(names.includes(`flow__echo_the_press_${second.slice(0, 8)}`), names.join());
      await live.rest("PATCH", `/api/v1/flows/${second}`, { mcp_enabled: false });
      await listedAs("flow__echo_the_press", "flow__size_of_fruit", "flow__mend_the_press");
    });

    it("has them over stdio too, which connects by itself", async () => {
      const before = process.env["LFC_DATA"];
      process.env["LFC_DATA"] = live.data;
      const own = await connect("2025-11-25 stdio", server, [workspace.folder]).finally(() => {
        process.env["LFC_DATA"] = before;
      });
      await until(async () => (await listed(own)).length === 3, 30_000);
      assert.equal((await ok(own, "flow__echo_the_press", { input: "Perry" }))["output"], "Perry");
      await own.close();
    });
  });
}
