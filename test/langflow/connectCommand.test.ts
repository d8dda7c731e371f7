import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { openEditor } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { startLangflow, user } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("the command that connects a Langflow with a login", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let editor: Editor;
  let palette: Palette;

  before(async () => {
    [workspace, langflow] = await Promise.all([
      scratchWorkspace({ ".lfx/environments.yaml": "" }, { name: "orchard" }),
      startLangflow({ version: "1.13.0", autoLogin: false }),
    ]);
    await writeFile(
      path.join(workspace.folder, ".lfx", "environments.yaml"),
      `environments:\n  orchard:\n    url: ${langflow.url}\ndefaults:\n  environment: orchard\n`,
    );
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
  });
  after(async () => {
    await editor.close();
    await langflow.stop();
    await workspace.remove();
  });

  it("offers the environments of the folder, and asks for user and password until they are right", async () => {
    await palette.run("Connect to Langflow");
    const list = await palette.box("Connect to which Langflow?").innerText();
    assert.match(list, /default environment/);
    await palette.pick("Connect to which Langflow?", "orchard");
    for (const password of ["pears", user.password]) {
      await palette.pick("Log in to Langflow at", "User name and password");
      await palette.answer("User name for Langflow", user.username);
      await palette.answer("Password for Langflow", password);
    }
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
  });

  it("logs in again with what is kept, also from the address of a page", async () => {
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", "Another address…");
    await palette.answer("Address of Langflow", `${langflow.url}/settings/general`);
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
  });

  it("says what is wrong with the file of environments, and connects nevertheless", async () => {
    await writeFile(path.join(workspace.folder, ".lfx", "environments.yaml"), "environments:\n  orchard:\n");
    await palette.run("Connect to Langflow");
    await palette.toast("line 2: the file must give the environment orchard a url").waitFor();
    await palette.pick("Connect to which Langflow?", "used last");
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
  });
});
