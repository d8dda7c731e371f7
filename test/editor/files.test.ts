import assert from "node:assert/strict";
import { chownSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEditor, until } from "../support/editor.ts";
import type { Editor, VsCodeApi } from "../support/editor.ts";
import { severalRepositories } from "../support/repositories.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";

describe("the workspace's files in a window", function () {
  this.timeout(120_000);
  let root: string;
  let folder: string;
  let editor: Editor;

  before(async () => {
    root = severalRepositories();
    folder = path.join(root, "main");
    // git refuses a repository of another owner; only root can give one away.
    if (process.getuid?.() === 0) chownSync(path.join(folder, "nested"), 65_534, 65_534);
    editor = await openEditor({ workspace: folder, settings: { "search.followSymlinks": false } });
  });
  after(async () => {
    await editor.close();
    rmSync(root, { recursive: true });
  });

  before(() =>
    editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("search.action.openNewEditor", {
        query: ".",
        isRegexp: true,
        regexp: true,
        triggerSearch: true,
        contextLines: 0,
      });
    }),
  );

  it("are those that VS Code searches, and a headless server has the same", async () => {
    const expected = await until("VS Code has searched", async () => {
      const files = await editor.inHost(resultsOfSearchEditor);
      return files.length > 0 && files;
    });
    await sleep(1000);
    assert.deepEqual(await editor.inHost(resultsOfSearchEditor), expected);
    assert.deepEqual(await searched(await editor.mcp()), expected);

    const server = await startServer({ folders: [folder] });
    const client = await connect("2025-11-25 http", server, [folder]);
    const headless = await searched(client);
    await client.close();
    await server.stop();
    assert.deepEqual(headless, expected);
  });
});

/** Names of the files in the text that VS Code's search editor shows. */
const resultsOfSearchEditor = (vscode: VsCodeApi) =>
  vscode.workspace.textDocuments
    .filter(({ languageId }) => languageId === "search-result")
    .flatMap((document) => document.getText().split("\n"))
    .filter((line) => /^\S.*:$/.test(line) && !line.startsWith("#"))
    .map((line) => line.slice(0, -1))
    .sort();

/** Every file has a line. */
async function searched(client: TestClient): Promise<string[]> {
  const answer = await client.call("search_code", { query: ".", mode: "regex", limit: 500 });
  const { matches } = answer.value as { matches: { path: string }[] };
  return [...new Set(matches.map((match) => match.path))].sort();
}
