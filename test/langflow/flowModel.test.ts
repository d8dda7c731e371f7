import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { chatFlow } from "./chatFlow.ts";
import { startLive } from "./live.ts";
import type { Live } from "./live.ts";

const basket = "export class Basket {\n  fruits: string[] = [];\n}\n";
const edit =
  "<<<<<<< SEARCH\n  fruits: string[] = [];\n=======\n  readonly fruits: string[] = [];\n>>>>>>> REPLACE\n\nWhy: it is never replaced.";

/** A flow that answers an edit where one is asked for, and otherwise what it was asked. */
function answeringFlow(): object {
  const flow = structuredClone(chatFlow()) as {
    nodes: { data: { node: { template: { code: { value: string } } } } }[];
  };
  const { code } = flow.nodes[0]?.data.node.template ?? assert.fail("no node");
  const head = "async def message_response(self) -> Message:\n";
  assert.ok(code.value.includes(head));
  code.value = code.value.replace(
    head,
    `${head}        if "read only" in self.input_value:\n            self.input_value = ${JSON.stringify(edit)}\n`,
  );
  return flow;
}

describe("a flow of a real Langflow as the model of the AI tools", function () {
  this.timeout(180_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let client: TestClient;

  before(async () => {
    workspace = await scratchWorkspace({ "tsconfig.json": "{}\n", "src/basket.ts": basket });
    live = await startLive("1.13.0");
    server = await startServer({
      folders: [workspace.folder],
      data: live.data,
      env: { LFC_AI_PROVIDER: "flow", LFC_AI_FLOW: "Answers about code" },
    });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  it("says that Langflow is not connected, before it is", async () => {
    const { remedy } = await fails(client, "explain_code", { path: "src/basket.ts" }, "NOT_READY");
    assert.match(String(remedy), /[Cc]onnect/);
  });

  it("says that there is no such flow, before there is", async () => {
    await live.connect(workspace.folder);
    await fails(client, "explain_code", { path: "src/basket.ts" }, "NOT_FOUND");
  });

  it("gets the code in its chat input, and its output is the answer", async () => {
    await live.rest("POST", "/api/v1/flows/", { name: "Answers about code", data: answeringFlow() });
    const answer = await ok(client, "explain_code", { path: "src/basket.ts", question: "What is in it?" });
    assert.equal(answer["model"], "flow Answers about code");
    assert.ok(String(answer["explanation"]).includes(basket.trimEnd()));
    assert.ok(String(answer["explanation"]).includes("What is in it?"));
  });

  it("proposes an edit by its answer, which apply_edits writes", async () => {
    const asked = { path: "src/basket.ts", instruction: "Make fruits read only." };
    const answer = await ok(client, "generate_code", asked);
    assert.equal(answer["why"], "it is never replaced.");
    await ok(client, "apply_edits", { planId: answer["planId"] });
    const text = readFileSync(path.join(workspace.folder, "src/basket.ts"), "utf8");
    assert.equal(text, basket.replace("  fruits", "  readonly fruits"));
  });

  it("leaves the workspace as it is when the answer is no edit", async () => {
    const asked = { path: "src/basket.ts", instruction: "Anything else." };
    const { isError } = await client.call("generate_code", asked);
    assert.equal(isError, true);
    assert.match(readFileSync(path.join(workspace.folder, "src/basket.ts"), "utf8"), /readonly fruits/);
  });

  it("has each of its runs in the ledger, as a run of the flow", async () => {
    const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)].map((at) => at.toISOString());
    const { rows } = await ok(client, "get_cost_report", { from, to, by: ["flow"] });
    const row = (rows as { key: { flow?: string }; runs: number }[]).find(
      ({ key }) => key.flow === "Answers about code",
    );
    // One question, one edit, and two tries of the last one.
    assert.equal(row?.runs, 4);
  });
});
