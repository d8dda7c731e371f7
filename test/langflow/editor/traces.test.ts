import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { commandId } from "../../../src/protocol/commands.ts";
import { buildFlow } from "../../../src/server/flows/build.ts";
import { readCatalogue, updateComponent } from "../../../src/server/langflow/client/components.ts";
import { createLangflowHttp } from "../../../src/server/langflow/client/http.ts";
import { startCollector } from "../../support/collector.ts";
import type { Collector, ReceivedSpan } from "../../support/collector.ts";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";

describe("A trace of a command that runs a flow that edits, received by an OpenTelemetry collector", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let collector: Collector;
  let editor: Editor;

  before(async () => {
    collector = await startCollector();
    langflow = await sharedLangflow("1.13.0");
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "traced" });
    editor = await openEditor({ workspace: workspace.folder, settings: { "langflowConnect.edits": "auto" } });
    // A machine's setting, which the file of the user's settings does not give to a window of a remote server.
    await editor.inHost(
      async (vscode, [url, restart]) => {
        const settings = vscode.workspace.getConfiguration("langflowConnect");
        await settings.update("traces.endpoint", url, vscode.ConfigurationTarget.Global);
        await vscode.commands.executeCommand(restart);
      },
      [collector.url, commandId("restartServer")] as const,
    );
    await paletteOf(editor).connect(langflow.url);
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await collector.stop();
  });

  /** One component that calls a tool of ours, and the chat's output. */
  async function makeFlow(name: string, values: Readonly<Record<string, unknown>>): Promise<string> {
    const http = createLangflowHttp({
      base: langflow.url,
      credential: () => ({ kind: "key", value: langflow.apiKey }),
    });
    const { signal } = new AbortController();
    const data = await buildFlow(
      {
        nodes: [
          {
            ...{ id: "MCPTools-write", type: "MCPTools", title: "Write", position: { x: 0, y: 0 }, values },
            choices: () => [
              { field: "mcp_server", value: { name: "workspace-traced", config: {} } },
              { field: "tool", value: "write_file" },
            ],
          },
          { id: "ChatOutput-end", type: "ChatOutput", title: "End", position: { x: 400, y: 0 } },
        ],
        edges: [{ from: "MCPTools-write", to: "ChatOutput-end", field: "input_value" }],
      },
      {
        catalogue: await readCatalogue(http, signal),
        choose: (component, choice) => updateComponent(http, { component, ...choice, signal }),
      },
    );
    await http.close();
    const flow = await askLangflow(langflow).ask("POST", "/api/v1/flows/", { name, data });
    return (flow as { id: string }).id;
  }

  it("has the command, the run, Langflow's components, the tool call and the edit under one trace id", async () => {
    const id = await makeFlow("Traced write", { path: "plum.txt", content: "a secret plum\n", overwrite: false });
    await editor.inHost(
      async (vscode, [command, flow]) => {
        await vscode.commands.executeCommand(command, flow);
      },
      [commandId("runFlow"), id] as const,
    );
    assert.equal(readFileSync(path.join(workspace.folder, "plum.txt"), "utf8"), "a secret plum\n");

    const command = await until("the command's span is there", () =>
      collector.spans().find(({ name }) => name === `command ${commandId("runFlow")}`),
    );
    const ofTrace = () => collector.spans().filter(({ traceId }) => traceId === command.traceId);
    await until("the tool call's span is there", () => ofTrace().some(({ name }) => name.startsWith("tools/call")));
    const spans = ofTrace();
    const parent = ({ parentSpanId }: ReceivedSpan) => spans.find(({ spanId }) => spanId === parentSpanId)?.name;
    assert.deepEqual(
      spans.map((span) => `${span.name} < ${parent(span) ?? "none"}`).toSorted(),
      [
        "Chat Output < flow run",
        "MCP Tools < flow run",
        `command ${commandId("runFlow")} < none`,
        "edit apply < tools/call write_file",
        "flow run < operation runs.start",
        `operation runs.start < command ${commandId("runFlow")}`,
        "tools/call write_file < flow run",
      ].toSorted(),
    );
    const byName = (start: string) => spans.find(({ name }) => name.startsWith(start));
    assert.equal(byName("flow run")?.attributes["langflow.flow.id"], id);
    assert.deepEqual(byName("edit")?.attributes, { "lfc.edit.files": "1", "lfc.edit.in_editor": "true" });
    assert.equal(byName("tools/call")?.attributes["lfc.client"], "Langflow");
    // Inside the run by its own clock, and by Langflow's, which is the same machine's.
    const run = byName("flow run");
    for (const inner of [byName("MCP Tools"), byName("tools/call")]) {
      assert.ok(run && inner && inner.start >= run.start && inner.end <= run.end, inner?.name);
    }
    assert.deepEqual(
      spans.filter(({ failed }) => failed),
      [],
    );
    // Langflow's own times of the component.
    const traces = (await askLangflow(langflow).ask("GET", `/api/v1/monitor/traces?flow_id=${id}`)) as {
      traces: readonly { id: string }[];
    };
    const detail = (await askLangflow(langflow).ask("GET", `/api/v1/monitor/traces/${traces.traces[0]?.id ?? ""}`)) as {
      spans: readonly { name: string; latencyMs: number }[];
    };
    const write = detail.spans.find(({ name }) => name === "MCP Tools");
    const span = byName("MCP Tools");
    assert.ok(span && Math.abs(Number(span.end - span.start) / 1e6 - (write?.latencyMs ?? Infinity)) <= 1);
    // No text of a file, no token, no key.
    assert.ok(!collector.text().includes("secret plum"));
    const { token } = await editor.endpoint();
    for (const secret of [token, langflow.apiKey]) assert.ok(!collector.text().includes(secret));
  });

  it("shows a run that Langflow failed as failed, with the class of the error alone", async () => {
    const id = await makeFlow("Refused write", { path: "../outside.txt", content: "x", overwrite: false });
    await editor.inHost(
      async (vscode, [command, flow]) => {
        await vscode.commands.executeCommand(command, flow).then(undefined, () => undefined);
      },
      [commandId("runFlow"), id] as const,
    );
    const call = await until("the refused call is there", () =>
      collector.spans().find(({ name, failed }) => name === "tools/call write_file" && failed),
    );
    assert.equal(call.attributes["error.type"], "PATH_OUTSIDE_WORKSPACE");
    const run = await until("its run is there", () =>
      collector.spans().find(({ name, traceId }) => name === "flow run" && traceId === call.traceId),
    );
    assert.equal(run.attributes["langflow.flow.id"], id);
  });

  it("goes on with a trace that another client began, and sends nothing of one that is not sampled", async () => {
    const { url, token } = await editor.endpoint();
    const [sampled, unsampled] = ["0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"];
    const curl = (traceparent: string) =>
      execFileSync("curl", [
        ...["-s", "-X", "POST", new URL("/api/v1/tools/call", url).href, "-H", `traceparent: ${traceparent}`],
        ...["-H", `Authorization: Bearer ${token}`, "-H", "Content-Type: application/json", "-d"],
        JSON.stringify({
          ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
          params: { name: "read_file", arguments: { path: "pear.txt" } },
        }),
      ]);
    curl(`00-${unsampled}-b7ad6b7169203331-00`);
    curl(`00-${sampled}-b7ad6b7169203331-01`);
    const span = await until("the call is there", () => collector.spans().find(({ traceId }) => traceId === sampled));
    assert.deepEqual([span.name, span.parentSpanId], ["tools/call read_file", "b7ad6b7169203331"]);
    assert.ok(!collector.text().includes(unsampled));
  });
});
