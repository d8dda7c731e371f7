import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readMarker } from "../../../src/server/flows/marker.ts";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";

describe("a template in the editor", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let editor: Editor;
  let palette: Palette;

  before(async () => {
    workspace = await scratchWorkspace({ "a.md": "one\n" }, { name: "notes" });
    const commit = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m"];
    for (const subject of ["feat: apples", "fix: pears"])
      execFileSync("git", [...commit, subject], { cwd: workspace.folder });
    langflow = await sharedLangflow("1.13.0");
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await palette.connect(langflow.url);
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  const parameters = async () =>
    (await askLangflow(langflow).flows())
      .map(({ description }) => readMarker(description))
      .find((marker) => marker?.template === "release-notes" && marker.workspace === "workspace-notes")?.parameters;

  it("is pushed with what its input box was given, run, and offers that again", async () => {
    // No more than three are shown.
    await palette.dismissToasts();
    await palette.run("Push flow from template");
    await palette.pick("Push which flow?", "Release notes");
    await palette.answer("Release notes: Since", "HEAD~1");
    await palette.toast("Pushed").getByRole("button", { name: "Run flow" }).click({ timeout: 60_000 });
    const report = await palette.report(1);
    assert.match(report, /1 change since `HEAD~1`/);
    assert.match(report, /^- pears \(/m);
    assert.doesNotMatch(report, /apples/);
    assert.deepEqual(await parameters(), { since: "HEAD~1" });

    await palette.dismissToasts();
    await palette.run("Push flow from template");
    await palette.pick("Push which flow?", "Release notes");
    await palette.box("Release notes: Since").waitFor();
    assert.equal(await palette.box().locator("input").inputValue(), "HEAD~1");
    await palette.answer("Release notes: Since", "");
    await until("the flow is updated", async () => (await parameters())?.["since"] === "");
  });
});
