import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { openEditor } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { createApiKey, startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { askLangflow } from "../rest.ts";

describe("Connecting to a Langflow", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let palette: Palette;
  let langflow: Langflow | undefined;

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "1\n2\n" }, { name: "keys" });
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
  });
  afterEach(async () => {
    await palette.dismissToasts();
    await langflow?.stop();
    langflow = undefined;
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  async function start(options: Omit<Parameters<typeof startLangflow>[0], "dir">): Promise<Langflow> {
    langflow = await startLangflow(options);
    return langflow;
  }
  const connected = () => palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
  const keyBox = (reason: string) => palette.box(reason).getByPlaceholder("API key").waitFor({ timeout: 30_000 });

  it("asks for a key where its auto-login is off, again when the key is wrong, and again when the kept one expired", async () => {
    const started = await start({ version: "1.13.0", autoLogin: false });
    const { url, apiKey } = started;
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", "Another address…");
    await palette.answer("Address of Langflow", url);
    await palette.pick("Log in to Langflow at", "API key");
    await keyBox("asks for a login");
    // The next box has the same title.
    await palette.answer("asks for a login", "sk-wrong");
    await palette.pick("Log in to Langflow at", "API key");
    await keyBox("refused the key");
    await palette.answer("refused the key", apiKey);
    await connected();

    await palette.dismissToasts();
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", url);
    await connected();

    await palette.dismissToasts();
    const second = await createApiKey(url, false);
    const rest = askLangflow({ ...started, apiKey: second });
    const { api_keys: keys } = (await rest.ask("GET", "/api/v1/api_key/")) as {
      api_keys: { id: string; api_key: string }[];
    };
    const kept = keys.find((key) => apiKey.startsWith(key.api_key.slice(0, 8)));
    await rest.ask("DELETE", `/api/v1/api_key/${kept?.id ?? ""}`);
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", url);
    await palette.pick("Log in to Langflow at", "API key");
    await keyBox("refused the key");
    await palette.answer("refused the key", second);
    await connected();
  });

  it("names the option for a key on the command line where its auto-login is off", async () => {
    const { url } = await start({ version: "0.7.3", autoLogin: false });
    const data = await mkdtemp(path.join(tmpdir(), "lfc-keys-"));
    const server = await startServer({ folders: [workspace.folder], data });
    try {
      const args = ["langflow", "connect", "--url", url, "--workspace", workspace.folder, "--data", data];
      const { code, stderr } = await runCli(args);
      assert.equal(code, 1);
      assert.match(stderr, /asks for a login.*--key-file/s);
    } finally {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    }
  });

  it("takes a key for the first run where its auto-login may not run flows", async () => {
    const { url, apiKey } = await start({ version: "0.7.3", env: { LANGFLOW_SKIP_AUTH_AUTO_LOGIN: "false" } });
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", "Another address…");
    await palette.answer("Address of Langflow", url);
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
    await palette.run("Push workspace analysis flow");
    await palette.toast("Pushed").getByRole("button", { name: "Run flow" }).click({ timeout: 60_000 });
    await keyBox("only with an API key");
    await palette.answer("only with an API key", apiKey);
    assert.match(await palette.report(1), /^1 files, 2 lines$/m);
  });
});
