import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { createDocuments } from "../../../../src/server/workspace/texts/documents.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

describe("documents", () => {
  let scratch: ScratchWorkspace;
  let file: string;

  beforeEach(async () => {
    scratch = await scratchWorkspace({ "a.txt": "one\r\ntwo\n" }, { git: false });
    file = path.join(scratch.folder, "a.txt");
  });
  afterEach(() => scratch.remove());

  it("gives the disk's text while no editor holds the file", async () => {
    const document = await createDocuments().read(file);
    assert.deepEqual(document, {
      text: "one\r\ntwo\n",
      etag: sha256("one\r\ntwo\n"),
      unsaved: false,
      encoding: "utf8",
    });
  });

  it("lets the editor's text win, and says that it is unsaved only while it differs", async () => {
    const documents = createDocuments();
    documents.showEditorText(file, "typed\n");
    const typed = await documents.read(file);
    assert.deepEqual(typed, { text: "typed\n", etag: sha256("typed\n"), unsaved: true, encoding: "utf8" });
    assert.equal(documents.editorText(file), "typed\n");
    await writeFile(file, "typed\n");
    assert.equal((await documents.read(file)).unsaved, false);
    documents.closeEditorText(file);
    assert.equal(documents.unsaved().size, 0);
  });

  it("does not take an editor's one line ending for a change by the user", async () => {
    const documents = createDocuments();
    documents.showEditorText(file, "one\r\ntwo\r\n");
    const document = await documents.read(file);
    assert.equal(document.unsaved, false);
    assert.equal(document.etag, sha256("one\r\ntwo\n"));
  });

  it("knows a file that the editor opened through a link", async () => {
    const link = path.join(scratch.folder, "link.txt");
    await symlink("a.txt", link);
    const documents = createDocuments();
    documents.showEditorText(link, "typed\n");
    assert.equal((await documents.read(file)).text, "typed\n");
    assert.deepEqual([...documents.unsaved().keys()], [file]);
  });

  it("looks at the disk when somebody asks, not with each key stroke", async () => {
    const documents = createDocuments();
    await writeFile(file, "typed\n");
    documents.typeEditorText(file, "typed");
    documents.typeEditorText(file, "typed\n");
    // Whoever compares with each key stroke takes the text for the disk's own, and forgets it.
    await writeFile(file, "other\n");
    assert.equal(documents.editorText(file), "typed\n");
    documents.typeEditorText(file, "other\n");
    assert.equal(documents.unsaved().size, 0);
  });

  it("compares with the disk once typing pauses: what another program writes later wins", async () => {
    const documents = createDocuments();
    documents.typeEditorText(file, "one\r\ntwo\n");
    await setTimeout(400);
    await writeFile(file, "other\n");
    assert.equal(documents.editorText(file), undefined);
    assert.equal((await documents.read(file)).text, "other\n");
  });

  it("forgets a text that is closed after its file became a link", async () => {
    const documents = createDocuments();
    documents.showEditorText(file, "typed\n");
    await rename(file, path.join(scratch.folder, "b.txt"));
    await symlink("b.txt", file);
    documents.closeEditorText(file);
    assert.equal(documents.unsaved().size, 0);
  });
});
