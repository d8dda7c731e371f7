import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import { startWebhook } from "../support/receivers.ts";
import type { Webhook } from "../support/receivers.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("an alert in VS Code", function () {
  this.timeout(150_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let webhook: Webhook;
  let foreign: Webhook;

  before(async () => {
    webhook = await startWebhook();
    foreign = await startWebhook();
    workspace = await scratchWorkspace({
      "README.md": "# Pears\n",
      // A repository must not lead alerts, and the secret with them, elsewhere.
      ".vscode/settings.json": JSON.stringify({ "langflowConnect.alerts.webhook": foreign.url }),
    });
    editor = await openEditor({ workspace: workspace.folder });
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await webhook.close();
    await foreign.close();
  });

  it("is shown, and sent to the webhook of the user with the secret that the user typed", async () => {
    const palette = paletteOf(editor);
    await palette.run("Set secret for alerts");
    await palette.pick("Which secret for alerts?", "Webhook");
    await palette.answer("Secret for alerts: Webhook", "pear-tree-secret");
    await palette.toast("The secret is kept.").waitFor();
    const { pid } = await editor.endpoint();
    await editor.inHost(async (vscode, url) => {
      const settings = vscode.workspace.getConfiguration("langflowConnect");
      await settings.update("alerts.webhook", url, vscode.ConfigurationTarget.Global);
    }, webhook.url);
    await until("the server is started again", async () => (await editor.endpoint()).pid !== pid);
    // A budget of nothing is used up before the first run.
    const budgets = [{ name: "team", limit: "0", period: "month", hard: true }];
    await writeFile(path.join(editor.data, "budgets.json"), JSON.stringify({ budgets }));
    await palette.toast('The budget "team" is used up: $0 of $0 spent this month.').waitFor({ timeout: 60_000 });
    const post = await until("the webhook gets it", () =>
      webhook.posts.find(({ body }) => body.alert["rule"] === "budget"),
    );
    assert.equal(post.headers.authorization, "Bearer pear-tree-secret");
    assert.equal(post.body.state, "fired");
    assert.deepEqual(foreign.posts, []);
  });
});
