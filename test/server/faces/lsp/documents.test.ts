import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import {
  StreamMessageReader,
  StreamMessageWriter,
  createConnection,
  createProtocolConnection,
} from "vscode-languageserver/node";
import type { ProtocolConnection } from "vscode-languageserver/node";
import { syncDocuments } from "../../../../src/server/faces/lsp/documents.ts";
import { createDocuments } from "../../../../src/server/workspace/texts/documents.ts";
import type { Documents } from "../../../../src/server/workspace/texts/documents.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

describe("Texts of an editor", () => {
  let workspace: ScratchWorkspace;
  let documents: Documents;
  let editor: ProtocolConnection;
  let file: string;

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "fig.txt": "one\n" }, { git: false });
    file = path.join(workspace.folder, "fig.txt");
    const [there, back] = [new PassThrough(), new PassThrough()];
    const connection = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
    editor = createProtocolConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
    documents = createDocuments();
    syncDocuments(connection, documents);
    connection.onRequest("drain", () => null);
    connection.listen();
    editor.listen();
  });
  afterEach(async () => {
    editor.end();
    await workspace.remove();
  });

  const document = (version: number) => ({ uri: pathToFileURL(file).href, version, languageId: "plaintext" });
  async function tell(method: string, params: object): Promise<void> {
    await editor.sendNotification(`textDocument/${method}`, params);
    await editor.sendRequest("drain", null);
  }
  const open = (text: string) => tell("didOpen", { textDocument: { ...document(1), text } });
  const change = (version: number, text: string) =>
    tell("didChange", { textDocument: document(version), contentChanges: [{ text }] });
  async function read(): Promise<readonly [string, boolean]> {
    const { text, unsaved } = await documents.read(file);
    return [text, unsaved];
  }

  it("count while the disk has another one", async () => {
    await open("one\n");
    await change(2, "two\n");
    assert.deepEqual(await read(), ["two\n", true]);
    await change(3, "one\n");
    assert.equal(documents.unsaved().size, 0);
  });

  it("stay when more was typed while a save went on", async () => {
    await open("one\n");
    await change(2, "two\n");
    await change(3, "two and more\n");
    await writeFile(file, "two\n");
    await tell("didSave", { textDocument: document(3) });
    assert.deepEqual(await read(), ["two and more\n", true]);
    await writeFile(file, "two and more\n");
    await tell("didSave", { textDocument: document(3) });
    assert.equal(documents.unsaved().size, 0);
  });

  it("are the disk's own when that is UTF-16", async () => {
    await writeFile(file, Buffer.from("\uFEFFpéché\r\n", "utf16le"));
    await open("péché\r\n");
    assert.equal(documents.unsaved().size, 0);
    await writeFile(file, Buffer.from("\uFEFFelsewhere\r\n", "utf16le"));
    assert.deepEqual(await read(), ["elsewhere\r\n", false]);
  });
});
