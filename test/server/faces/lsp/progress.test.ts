import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from "vscode-languageserver/node";
import { serverMessages, serverRequests } from "../../../../src/protocol/requests.ts";
import { settingsSchema } from "../../../../src/protocol/settings.ts";
import { serverMain } from "../../../support/server.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

describe("progress over the window's channel", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let data: string;

  before(async () => {
    const names = Array.from({ length: 300 }, (_, index) => `src/file${String(index)}.ts`);
    workspace = await scratchWorkspace(
      Object.fromEntries(names.map((name) => [name, `export const a = "${name}";\n`])),
    );
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  after(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  it("goes to the request that it belongs to, of two at once", async () => {
    const child = fork(serverMain, ["lsp"], { env: { ...process.env, LFC_DATA: data }, silent: true });
    const ended = once(child, "exit");
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const heard: { token: string; message: string }[] = [];
    connection.onNotification(serverMessages.progress, (message: { token: string; message: string }) => {
      heard.push(message);
    });
    connection.onRequest("langflowConnect/drain", () => null);
    connection.listen();
    const settings = settingsSchema.parse({});
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(workspace.folder).href, name: "shop" }],
      initializationOptions: { settings },
    });
    await connection.sendNotification("initialized", {});

    const call = (name: string, progressToken?: string) =>
      connection.sendRequest<{ isError: boolean; text: string }>(serverRequests.callTool.method, {
        name,
        args: {},
        ...(progressToken !== undefined && { progressToken }),
      });
    const answers = await Promise.all([
      call("get_diagnostics", "types"),
      call("analyze_repository", "scan"),
      call("analyze_code_quality"),
    ]);
    assert.ok(
      answers.every(({ isError }) => !isError),
      answers.map(({ text }) => text.slice(0, 200)).join("\n"),
    );
    const messagesOf = (token: string) => new Set(heard.filter((one) => one.token === token).map((one) => one.message));
    const [types, scan] = [messagesOf("types"), messagesOf("scan")];
    assert.ok(types.size > 0 && scan.size > 0, JSON.stringify(heard));
    assert.deepEqual(
      [...types].filter((message) => scan.has(message)),
      [],
    );
    assert.deepEqual([...new Set(heard.map(({ token }) => token))].sort(), ["scan", "types"]);

    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    child.disconnect();
    await ended;
  });
});
