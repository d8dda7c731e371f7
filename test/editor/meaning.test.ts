import assert from "node:assert/strict";
import { ok } from "../support/answers.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { startEmbeddings } from "../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint } from "../support/embeddingsEndpoint.ts";
import { paletteOf } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("search by meaning in VS Code", function () {
  this.timeout(150_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let endpoint: EmbeddingsEndpoint;
  let foreign: EmbeddingsEndpoint;

  before(async () => {
    endpoint = await startEmbeddings();
    foreign = await startEmbeddings();
    workspace = await scratchWorkspace({
      "src/account.ts": "export function eraseAccount(): void {}\n",
      // A repository must not have its reader's code sent elsewhere.
      ".vscode/settings.json": JSON.stringify({
        "langflowConnect.embeddings.url": foreign.url,
        "langflowConnect.embeddings.model": "words-1",
      }),
    });
    editor = await openEditor({ workspace: workspace.folder });
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await endpoint.close();
    await foreign.close();
  });

  it("indexes with the endpoint of the user's settings and the key that the user typed", async () => {
    const palette = paletteOf(editor);
    await palette.run("Set key for embeddings");
    await palette.answer("Key for embeddings", "emb-key-0123456789");
    await palette.toast("The key is kept.").waitFor();
    const { pid } = await editor.endpoint();
    await editor.inHost(async (vscode, url) => {
      const settings = vscode.workspace.getConfiguration("langflowConnect");
      await settings.update("embeddings.model", "words-1", vscode.ConfigurationTarget.Global);
      await settings.update("embeddings.url", url, vscode.ConfigurationTarget.Global);
    }, endpoint.url);
    await until("the server is started again", async () => (await editor.endpoint()).pid !== pid);
    await until("the code is sent", () => endpoint.texts().some((text) => text.startsWith("src/account.ts")));
    await palette.run("Index code for search by meaning");
    await palette.toast("files can be searched by meaning").waitFor();
    assert.equal(endpoint.requests[0]?.headers.authorization, "Bearer emb-key-0123456789");
    const client = await editor.mcp();
    const { matches } = await ok(client, "search_code", { query: "delete a user account", mode: "meaning" });
    assert.equal((matches as { path: string }[])[0]?.path, "src/account.ts");
    assert.deepEqual(foreign.requests, []);
  });
});
