import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { z } from "zod";
import { buildFlow } from "../../src/server/flows/build.ts";
import type { FlowPlan } from "../../src/server/flows/build.ts";
import { startGitDaemon } from "../support/gitDaemon.ts";
import type { GitDaemon } from "../support/gitDaemon.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { catalogueOf } from "./builtFlows.ts";
import { startLive } from "./live.ts";
import type { Live } from "./live.ts";
import { choiceOnCanvas } from "./toolFlow.ts";

const RunAnswer = z.looseObject({
  outputs: z.array(
    z.looseObject({ outputs: z.array(z.looseObject({ results: z.unknown(), component_id: z.string() })) }),
  ),
});

/** Tools of the toolsets git, web and docs, each called by a component of a flow, as a user wires them up. */
describe("a flow in Langflow calls git, an API, another repository and documentation", function () {
  this.timeout(240_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let daemon: GitDaemon;
  const api = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ pears: [{ name: "conference" }], path: request.url }));
  });

  before(async () => {
    workspace = await scratchWorkspace({
      "src/pear.ts": "/** Makes a pear. */\nexport function makePear(): string {\n  return 'pear';\n}\n",
      "tsconfig.json": "{}\n",
    });
    daemon = await startGitDaemon();
    const beside = path.join(daemon.folder, "beside.git");
    execFileSync("git", ["clone", "-q", "--no-hardlinks", workspace.folder, beside], { stdio: "pipe" });
    api.listen(0, "127.0.0.1");
    await once(api, "listening");
    live = await startLive("1.13.0");
    server = await startServer({
      folders: [workspace.folder],
      data: live.data,
      args: ["--toolsets", "files,code,git,web,docs"],
      env: { LFC_EGRESS_ALLOWED_HOSTS: `${daemon.host},127.0.0.1:${String((api.address() as AddressInfo).port)}` },
    });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await daemon.stop();
    api.close();
    await workspace.remove();
  });

  /** The answer of each tool, by its name, as the flow's outputs show it. */
  async function run(calls: Readonly<Record<string, Record<string, unknown>>>): Promise<Map<string, string>> {
    const status = await live.ask(workspace.folder, "status");
    const serverName = status.registration?.name ?? assert.fail("not registered");
    const plan: FlowPlan = {
      nodes: Object.entries(calls).flatMap(([name, values], at) => [
        {
          id: `MCPTools-${String(at)}`,
          type: "MCPTools",
          title: name,
          position: { x: 0, y: at * 400 },
          choices: () => [
            { field: "mcp_server", value: { name: serverName, config: {} } },
            { field: "tool", value: name },
          ],
          values,
        },
        { id: `ChatOutput-${name}`, type: "ChatOutput", title: name, position: { x: 500, y: at * 400 } },
      ]),
      edges: Object.keys(calls).map((name, at) => ({
        from: `MCPTools-${String(at)}`,
        to: `ChatOutput-${name}`,
        field: "input_value",
      })),
    };
    const data = await buildFlow(plan, { catalogue: await catalogueOf(live), choose: choiceOnCanvas(live) });
    const flow = (await live.rest("POST", "/api/v1/flows/", { name: "Other tools", data })) as { id: string };
    const body = { input_value: "", input_type: "chat", output_type: "any" };
    const answer = RunAnswer.parse(await live.rest("POST", `/api/v1/run/${flow.id}?stream=false`, body));
    const outputs = answer.outputs.flatMap((each) => each.outputs);
    return new Map(
      outputs.map(({ component_id: id, results }) => [id.replace("ChatOutput-", ""), JSON.stringify(results)]),
    );
  }

  it("and gets the facts", async () => {
    const { port } = api.address() as AddressInfo;
    const answers = await run({
      git_operations: { operation: "log", maxTokens: 2000 },
      call_api: { url: `http://127.0.0.1:${String(port)}/fruit`, maxTokens: 2000 },
      ingest_repository: { operation: "ingest", url: daemon.url("beside.git"), wait: 100 },
      generate_documentation: { path: "src/pear.ts", maxTokens: 4000, wait: 100 },
    });
    const git = (...args: readonly string[]) =>
      execFileSync("git", args, { cwd: workspace.folder, encoding: "utf8" }).trim();
    // Lists have the id that git itself abbreviates, single answers the whole one.
    const [head, short] = [git("rev-parse", "HEAD"), git("rev-parse", "--short", "HEAD")];
    assert.deepEqual([...answers.keys()].sort(), [
      "call_api",
      "generate_documentation",
      "git_operations",
      "ingest_repository",
    ]);
    assert.ok(answers.get("git_operations")?.includes(`'${short}'`), answers.get("git_operations"));
    assert.match(answers.get("call_api") ?? "", /conference/);
    assert.match(answers.get("ingest_repository") ?? "", new RegExp(`@beside.*${head}|${head}.*@beside`));
    assert.match(answers.get("generate_documentation") ?? "", /makePear\(\): string[\s\S]*Makes a pear\./);
  });
});
