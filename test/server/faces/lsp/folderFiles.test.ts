import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createFolderFiles } from "../../../../src/server/faces/lsp/folderFiles.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";

describe("files of the flow folder, for the editor", () => {
  it("have the URIs that the editor gives them, and the texts that it shows", async () => {
    const { folder, remove } = await scratchWorkspace({
      "flows/a b.json": "{}",
      "flows/must (old).json": "[]",
      "flows/notes.md": "",
      "cellar.json": "1",
    });
    try {
      const workspace = await openWorkspace([folder]);
      const files = createFolderFiles(workspace);
      const at = pathToFileURL(path.join(folder, "flows")).href;
      // As VS Code writes it, and Node would not.
      const own = `${at}/must%20%28old%29.json`;
      assert.deepEqual(await files.beside(own), [`${at}/a%20b.json`, own]);
      assert.equal(await files.read(`${at}/a%20b.json`), "{}");
      workspace.documents.showEditorText(path.join(folder, "flows/a b.json"), '{"typed": 1}');
      assert.equal(await files.read(`${at}/a%20b.json`), '{"typed": 1}');
      assert.equal(await files.read(new URL("../cellar.json", own).href), "1");
      assert.equal(await files.read(`${at}/gone.json`), undefined);
      assert.equal(await files.read(new URL("../../outside.json", own).href), undefined);
      assert.equal(await files.read("untitled:one.json"), undefined);
    } finally {
      await remove();
    }
  });
});
