import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type Axe from "axe-core";
import type { Frame } from "playwright-core";
import { frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { edge, flowText, orchard, press } from "../server/faces/lsp/flowSamples.ts";

declare const axe: typeof Axe;

const note = {
  id: "note-1",
  type: "noteNode",
  position: { x: 0, y: -250 },
  data: { node: { description: "# Harvest" } },
};
const nodes = [
  { ...orchard, position: { x: 0, y: 0 } },
  { ...press, position: { x: 500, y: 40 } },
  { ...press, id: "Press-2", data: { ...press.data, id: "Press-2" }, position: { x: 500, y: 300 } },
  note,
];
const text = flowText(nodes, [edge("Orchard-1", "Press-1"), edge("Orchard-1", "Press-2")]);

describe("a flow as a graph beside its text", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let file: string;
  let graph: Frame;

  before(async () => {
    workspace = await scratchWorkspace({ "flows/cider.json": text, "package.json": "{}\n" });
    file = path.join(workspace.folder, "flows/cider.json");
    editor = await openEditor({ workspace: workspace.folder, size: { width: 1400, height: 900 } });
    await editor.inHost(async (vscode, name) => {
      await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
    }, file);
    await editor.page.locator(".editor-actions").getByRole("button", { name: "Show graph of flow" }).click();
    graph = await frameWith(editor.page, ".react-flow__node-component");
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  const box = (id: string) => graph.locator(`.react-flow__node[data-id="${id}"]`);
  const shown = (selector: string) => graph.locator(selector).count();
  const countsAre = (components: number, edges: number) =>
    until(`${String(components)} components and ${String(edges)} connections`, async () => {
      const counts = [await shown(".react-flow__node-component"), await shown(".react-flow__edge")];
      return counts[0] === components && counts[1] === edges;
    });

  /** What the text editor has selected. */
  const selected = () =>
    editor.inHost((vscode, name) => {
      const shownText = vscode.window.visibleTextEditors.find(({ document }) => document.fileName === name);
      const isActive = vscode.window.activeTextEditor === shownText;
      return { text: shownText?.document.getText(shownText.selection) ?? "", isActive };
    }, file);

  const change = (from: string, to: string) =>
    editor.inHost(
      async (vscode, [name, old, instead]) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
        const at = document.getText().indexOf(old);
        const edit = new vscode.WorkspaceEdit();
        edit.replace(
          document.uri,
          new vscode.Range(document.positionAt(at), document.positionAt(at + old.length)),
          instead,
        );
        await vscode.workspace.applyEdit(edit);
        return document.isDirty;
      },
      [file, from, to] as const,
    );

  it("has what the file has, with the positions of the file", async () => {
    await countsAre(3, 2);
    assert.equal(await shown(".react-flow__node-note"), 1);
    const [one, two] = [await box("Orchard-1").boundingBox(), await box("Press-2").boundingBox()];
    assert.ok(one && two && two.x > one.x + one.width && two.y > one.y);
    assert.equal(await box("Orchard-1").locator(".name").innerText(), "Old orchard");
    assert.equal(await box("Orchard-1").locator(".box").getAttribute("title"), "Orchard-1");
    const { groups } = await editor.inHost((vscode) => ({ groups: vscode.window.tabGroups.all.length }));
    assert.equal(groups, 2);
  });

  it("selects a component in the text by a click, and by Enter goes there", async () => {
    await box("Press-1").click();
    const clicked = await until("it is selected", async () => {
      const found = await selected();
      return found.text !== "" && found;
    });
    assert.deepEqual(JSON.parse(clicked.text), nodes[1]);
    assert.equal(clicked.isActive, false);

    await box("Orchard-1").focus();
    await graph.page().keyboard.press("Tab");
    await graph.page().keyboard.press("Enter");
    const entered = await until("the keyboard is in the text", async () => {
      const found = await selected();
      return found.isActive && found;
    });
    assert.deepEqual(JSON.parse(entered.text), nodes[1]);
  });

  it("marks the component in which the cursor of the text is", async () => {
    await editor.inHost(async (vscode, name) => {
      const shownText = await vscode.window.showTextDocument(vscode.Uri.file(name), {
        viewColumn: vscode.ViewColumn.One,
      });
      const at = shownText.document.positionAt(shownText.document.getText().indexOf('"Press-2"'));
      shownText.selection = new vscode.Selection(at, at);
    }, file);
    await box("Press-2").locator(".current").waitFor();
    assert.equal(await shown(".current"), 1);
  });

  it("lists the components with their connections", async () => {
    await graph.getByRole("button", { name: "3 components as a list" }).click();
    const entries = await graph.locator("#components li").allInnerTexts();
    assert.deepEqual(
      entries.map((entry) => entry.split(/\s*\n\s*/)),
      [
        ["Old orchard Orchard-1", "To: Press, Press"],
        ["Press Press-1", "From: Old orchard"],
        ["Press Press-2", "From: Old orchard"],
      ],
    );
  });

  it("shows a run: the state of each component, its time, and why one failed", async () => {
    const error = "The press jams.";
    const states = {
      "Orchard-1": { state: "ok", ms: 1_234 },
      "Press-1": { state: "failed", ms: null, error },
      "Press-2": { state: "running", ms: null },
    };
    // As the extension sends it; what it makes of the server's runs has unit tests.
    await graph.evaluate(
      (value) => {
        window.postMessage({ type: "run", value }, window.origin);
      },
      { state: "running", ms: null, nodes: states },
    );
    await graph.getByRole("status").getByText("Running. 1 of 3 components are done. Failed: Press.").waitFor();
    assert.equal(await box("Orchard-1").locator(".box.ok .state").innerText(), "Done in 1.2 s");
    assert.equal(await box("Press-1").locator(".box.failed").getAttribute("title"), error);
    assert.equal(await box("Press-2").getAttribute("aria-label"), "Press, component Press-2, Running");
    await graph.locator("#components .error").getByText(error).waitFor();
    const motion = () =>
      box("Press-2")
        .locator(".box")
        .evaluate((element) => getComputedStyle(element).animationName);
    assert.equal(await motion(), "pulse");
    await editor.page.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await motion(), "none");
    await editor.page.emulateMedia({ reducedMotion: null });
  });

  it("colours what the text changes of the last commit, and says it in words", async () => {
    await graph.getByRole("button", { name: "Compare with…" }).click();
    const choices = editor.page.locator(".quick-input-widget .monaco-list-row");
    await choices.filter({ hasText: "Last commit" }).click();
    await graph.getByRole("status").getByText("Compared with the last commit: the same.").waitFor();
    await change('"value": "Boskoop"', '"value": "Gala"');
    await change('"id": "Press-2"', '"id": "Press-9"');
    const said = "Compared with the last commit: 1 added, 1 changed, 1 removed, 1 connection removed.";
    await graph.getByRole("status").getByText(said).waitFor();
    const labels = await graph.locator(".react-flow__node .change").allInnerTexts();
    assert.deepEqual(labels.sort(), ["Added", "Changed: Kind of apple", "Removed"]);
    assert.equal(await box("Press-2").locator(".box.removed").count(), 1);
    assert.equal(await box("Press-9").locator(".box.added").count(), 1);
    assert.equal(await shown(".react-flow__edge.removed"), 1);
    const listed = await graph.locator("#components .change").allInnerTexts();
    assert.deepEqual(listed.sort(), labels);
  });

  it("is saved as a picture, in both forms", async () => {
    for (const format of ["SVG", "PNG"]) {
      const picture = path.join(workspace.folder, `Cider.${format.toLowerCase()}`);
      await graph.getByRole("button", { name: `Save as ${format}` }).click();
      const input = editor.page.locator(".quick-input-widget", { hasText: "Export" }).locator("input[type=text]");
      await until("the dialog proposes a file", async () => {
        return (await input.isVisible()) && (await input.inputValue()) === picture;
      });
      await editor.page.keyboard.press("Enter");
      const bytes = await until("the file is there", () => readFile(picture).catch(() => false as const));
      if (format === "SVG") {
        const svg = bytes.toString("utf8");
        for (const text of ["Old orchard", "Changed: Kind of apple", "Harvest"])
          assert.ok(svg.includes(`>${text}<`), svg);
        assert.equal(svg.split("<rect ").length, 1 + 1 + 4 + 1);
      } else {
        assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
        const svg = await readFile(path.join(workspace.folder, "Cider.svg"), "utf8");
        const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg) ?? assert.fail();
        assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [2 * Number(width), 2 * Number(height)]);
      }
    }
  });

  it("has no fault that axe finds", async () => {
    await graph.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await graph.evaluate(async () =>
      (await axe.run(document, { rules: { "color-contrast": { enabled: false } } })).violations.map(
        ({ id, nodes: at }) => `${id}: ${at.map(({ html }) => html.slice(0, 200)).join("; ")}`,
      ),
    );
    assert.deepEqual(found, []);
  });

  it("stops comparing", async () => {
    await change('"value": "Gala"', '"value": "Boskoop"');
    await change('"id": "Press-9"', '"id": "Press-2"');
    await graph.getByRole("status").getByText("Compared with the last commit: the same.").waitFor();
    await graph.getByRole("button", { name: "Stop comparing" }).click();
    await graph.getByRole("button", { name: "Compare with…" }).waitFor();
    assert.doesNotMatch(await graph.getByRole("status").innerText(), /Compared/);
  });

  it("follows what is typed, and says what to do while the text is no flow", async () => {
    assert.equal(await change('"display_name": "Old orchard"', '"display_name": "New orchard"'), true);
    await box("Orchard-1").getByText("New orchard").waitFor();
    await change('"nodes": [', '"nodes": [,');
    await graph.getByRole("alert").getByText("This text is not valid JSON.").waitFor();
    await countsAre(3, 2);
    await change('"nodes": [,', '"nodes": [');
    await graph.getByRole("alert").waitFor({ state: "detached" });
    await change('"id": "Press-2"', '"id": "Press-3"');
    await countsAre(3, 1);
    await graph.getByText("1 connection is not drawn").waitFor();
  });

  it("comes back as it was after another tab was in front, and says of another JSON file that it is no flow", async () => {
    const view = () => graph.locator(".react-flow__viewport").getAttribute("style");
    const first = await view();
    await graph.getByRole("button", { name: "Zoom in" }).click();
    const zoomed = await until("it is zoomed", async () => {
      const now = await view();
      return now !== null && now !== first && now;
    });
    const other = path.join(workspace.folder, "package.json");
    const open = (name: string) =>
      editor.inHost(async (vscode, which) => {
        const uri = vscode.Uri.file(which);
        await vscode.commands.executeCommand(
          "vscode.openWith",
          uri,
          "langflowConnect.flowGraph",
          vscode.ViewColumn.Two,
        );
      }, name);
    await open(other);
    const alert = await frameWith(editor.page, ".note");
    assert.match(await alert.getByRole("alert").innerText(), /^This file is no flow: .* Open a flow that was pulled/);
    await open(file);
    graph = await frameWith(editor.page, ".react-flow__node-component");
    assert.equal(await view(), zoomed);
    await graph.locator("#components").waitFor();
  });
});
