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

/** A window on every kind of repository, in which VS Code's search editor has looked for any character. */
function searchedWindow(settings: Readonly<Record<string, unknown>>) {
  const window = {} as { root: string; folder: string; editor: Editor };

  before(async () => {
    window.root = severalRepositories();
    window.folder = path.join(window.root, "main");
    // git refuses a repository of another owner; only root can give one away.
    if (process.getuid?.() === 0) chownSync(path.join(window.folder, "nested"), 65_534, 65_534);
    window.editor = await openEditor({
      workspace: window.folder,
      settings: { "search.followSymlinks": false, ...settings },
    });
    await window.editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("search.action.openNewEditor", {
        query: ".",
        isRegexp: true,
        regexp: true,
        triggerSearch: true,
        contextLines: 0,
      });
    });
  });
  after(async () => {
    await window.editor.close();
    rmSync(window.root, { recursive: true });
  });
  return window;
}

/** The files that VS Code has found, once it finds no more. */
async function foundByVsCode(editor: Editor): Promise<string[]> {
  const found = await until("VS Code has searched", async () => {
    const files = await editor.inHost(resultsOfSearchEditor);
    return files.length > 0 && files;
  });
  await sleep(1000);
  assert.deepEqual(await editor.inHost(resultsOfSearchEditor), found);
  return found;
}

describe("the workspace's files in a window", function () {
  this.timeout(120_000);
  const window = searchedWindow({});

  it("are those that VS Code searches, and a headless server has the same", async () => {
    const { editor, folder } = window;
    const expected = await foundByVsCode(editor);
    assert.deepEqual(await searched(await editor.mcp()), expected);

    const server = await startServer({ folders: [folder] });
    const client = await connect("2025-11-25 http", server, [folder]);
    const headless = await searched(client);
    await client.close();
    await server.stop();
    assert.deepEqual(headless, expected);
  });
});

describe("the workspace's files in a window with exclusions of its own", function () {
  this.timeout(120_000);
  const window = searchedWindow({
    "files.exclude": { "**/deep": true },
    "search.exclude": { "tree/**": true, "**/*.code-search": false },
    "search.useIgnoreFiles": false,
  });

  it("are those that VS Code searches, for searches and for scans", async () => {
    const { editor } = window;
    const expected = await foundByVsCode(editor);
    assert.ok(expected.includes("out/built.js") && !expected.some((file) => /deep|^tree/.test(file)), String(expected));
    const client = await editor.mcp();
    assert.deepEqual(await searched(client), expected);
    const { value } = await client.call("analyze_repository", { wait: 60 });
    assert.equal(value.files, expected.length);
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
