import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { branches, cases } from "../support/complexCode.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const prices = `export function total(prices: readonly number[]): number {
  let sum = 0;
  for (const price of prices) sum += price * 1.19;
  return sum;
}
`;
const shop = `import { total } from "./prices";

console.log(total([1, 2]), total([3]));
`;
const nested = `export function hard(list: number[]): number {
  let sum = 0;
  for (const a of list) {
    if (a > 1) {
      for (const b of list) {
        if (b > a && (a > 3 || b > 4)) {
          sum += b;
        }
      }
    }
  }
${"  if (sum > 1) sum--;\n".repeat(10)}  return sum;
}
`;
/** More findings than one answer of the server can list: one habit, no warning, in each of these files. */
const looseFiles = 1_100;
const files = {
  "tsconfig.json":
    '{"compilerOptions":{"strict":true,"module":"esnext","moduleResolution":"bundler"},"include":["src/*.ts","src/pricing"]}\n',
  ".gitignore": "out\n",
  "README.md": "# Shop\n",
  "src/prices.ts": prices,
  "src/shop.ts": shop,
  "src/branches.ts": `${branches("many")}\nconsole.log(many(1));\n`,
  "src/stock.py": "def stock():\n    return 2\n",
  ...Object.fromEntries(
    Array.from({ length: looseFiles }, (_, at) => [`src/loose/l${String(at)}.ts`, `let loose: any = ${String(at)};\n`]),
  ),
};

describe("palette commands about code", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let palette: Palette;
  const at = (file: string) => path.join(workspace.folder, file);
  const disk = (file: string) => readFileSync(at(file), "utf8");

  before(async () => {
    workspace = await scratchWorkspace(files);
    // Git does not know it and counts it; the other one is ignored.
    writeFileSync(at("src/untracked.py"), "def late():\n    return 3\n");
    mkdirSync(at("out"));
    writeFileSync(at("out/built.js"), "var a = 1;\nvar b = 2;\n");
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });
  beforeEach(async () => {
    await palette.dismissToasts();
    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });
  });

  // Getters of the moment: the preview comes and goes.
  const preview = (button: "Apply" | "Discard") =>
    editor.page.locator(".refactor-preview, .bulk-edit-panel").getByRole("button", { name: button });

  /** Opens the file with this text on disk, and selects from the first to the last; without a last, the cursor is at the first. */
  async function open(file: string, text: string, [from, to]: readonly [from: string, to?: string]): Promise<void> {
    await editor.inHost(
      async (vscode, wanted) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(wanted.file));
        const shown = await vscode.window.showTextDocument(document);
        const whole = new vscode.Range(0, 0, document.lineCount, 0);
        if (document.getText() !== wanted.text) await shown.edit((edit) => edit.replace(whole, wanted.text));
        await document.save();
        const location = (found: string, after: number) => document.positionAt(wanted.text.indexOf(found) + after);
        const start = location(wanted.from, 0);
        shown.selection = new vscode.Selection(start, wanted.to === "" ? start : location(wanted.to, wanted.to.length));
      },
      { file: at(file), text, from, to: to ?? "" },
    );
  }

  async function type(file: string, text: string): Promise<void> {
    await editor.inHost(
      async (vscode, typed) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(typed.file));
        const shown = await vscode.window.showTextDocument(document);
        await shown.edit((edit) => {
          edit.insert(new vscode.Position(document.lineCount, 0), typed.text);
        });
      },
      { file: at(file), text },
    );
  }

  /** `path:line rule` of what this extension has put in Problems. */
  const problems = () =>
    editor.inHost(
      (vscode, folder) =>
        vscode.languages.getDiagnostics().flatMap(([uri, list]) =>
          list
            .filter(({ source }) => source === "Langflow Connect")
            .map(({ range, code }) => {
              const rule = typeof code === "object" ? code.value : code;
              return `${uri.path.slice(folder.length + 1)}:${String(range.start.line + 1)} ${String(rule)}`;
            }),
        ),
      workspace.folder,
    );

  describe("Analyze workspace", () => {
    it("opens a report with git's numbers, says how many findings there are in all, and lists in Problems what is worth acting on", async () => {
      await palette.run("Analyze workspace");
      const report = await until(
        "the report is open",
        () =>
          editor.inHost((vscode) => {
            const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
            if (!(tab instanceof vscode.TabInputCustom) || tab.viewType !== "vscode.markdown.preview.editor") return;
            return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === tab.uri.toString())?.getText();
          }),
        60_000,
      );
      const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: workspace.folder });
      const names = listed.toString().split("\0").filter(Boolean);
      const lines = names.reduce((sum, name) => sum + disk(name).split("\n").length - 1, 0);
      const shown = (count: number) => count.toLocaleString("en-US");
      const total = looseFiles + 2;
      assert.ok(
        report.includes(
          `${shown(names.length)} files, ${shown(lines)} lines, ${shown(total)} findings, the worst 2 of them listed in Problems (setting findings.show lists more).`,
        ),
        report.slice(0, 300),
      );
      assert.match(report, new RegExp(`^and ${shown(total - 2)} more$`, "m"));
      assert.match(report, /^\| Python \| 2 \| 4 \|$/m);
      const found = await problems();
      assert.deepEqual(found.toSorted(), ["src/branches.ts:1 cognitive-complexity", "src/branches.ts:1 complexity"]);
      await palette.quiet();
    });

    it("offers a quick fix that previews the extraction of the part that makes a function hard", async () => {
      writeFileSync(at("src/nested.ts"), nested);
      await open("src/nested.ts", nested, ["hard"]);
      await palette.runToEnd("analyzeFile");
      const titles = await editor.inHost(async (vscode, folder) => {
        const uri = vscode.Uri.file(`${folder}/src/nested.ts`);
        const range = new vscode.Range(0, 0, 0, 1);
        const actions = await vscode.commands.executeCommand<{ title: string; command?: { command: string } }[]>(
          "vscode.executeCodeActionProvider",
          uri,
          range,
        );
        return actions.map(({ title, command }) => `${title} ${command?.command ?? ""}`);
      }, workspace.folder);
      const wanted = "Preview extraction of lines 3 to 11 into a function langflowConnect.previewExtract";
      assert.ok(titles.includes(wanted), titles.join("\n"));
      rmSync(at("src/nested.ts"));
      await until("its findings are gone", async () => !(await problems()).some((one) => one.startsWith("src/nested")));
    });
  });

  describe("Write baseline", () => {
    it("asks for the protected file and shows it; afterwards the findings of the workspace are known, and none is listed", async () => {
      const file = ".langflow-connect/baseline.json";
      const done = palette.runToEnd("writeBaseline");
      const allow = editor.page.locator(".monaco-dialog-box").getByRole("button", { name: "Allow this change" });
      await allow.click({ timeout: 60_000 });
      await preview("Apply").click();
      await done;
      assert.match(disk(file), /"complexity": \{\n\s+"many": 1/);
      const client = await editor.mcp();
      const { value } = await client.call("analyze_code_quality", {});
      await client.close();
      assert.deepEqual([value["findings"], value["total"]], [[], 0]);
      rmSync(at(".langflow-connect"), { recursive: true });
    });
  });

  describe("Analyze file", () => {
    it("counts text that is typed and not saved, and leaves the findings of other files", async () => {
      await editor.inHost(async (vscode) => vscode.commands.executeCommand("langflowConnect.analyzeWorkspace"));
      await type("src/prices.ts", cases("typed"));
      await palette.runToEnd("analyzeFile");
      await palette.toast("src/prices.ts: 1 finding, listed in Problems.").waitFor();
      const of = (list: readonly string[]) => list.filter((each) => each.startsWith("src/prices.ts"));
      const line = prices.split("\n").length;
      const found = await problems();
      assert.deepEqual(of(found), [`src/prices.ts:${String(line)} complexity`]);
      assert.equal(found.length, 3);
      assert.equal(disk("src/prices.ts"), prices);

      await editor.inHost(async (vscode) => vscode.commands.executeCommand("undo"));
      await palette.runToEnd("analyzeFile");
      await palette.toast("src/prices.ts: no findings.").waitFor();
      assert.deepEqual(of(await problems()), []);
    });

    it("has the findings of a saved file follow its text, and those of a folder go that another program deletes", async () => {
      const file = "src/late/late.ts";
      const of = async () => (await problems()).filter((each) => each.startsWith(file));
      mkdirSync(at("src/late"));
      writeFileSync(at(file), "");
      await open(file, cases("late"), ["late"]);
      await palette.runToEnd("analyzeFile");
      assert.deepEqual(await of(), [`${file}:1 complexity`]);
      await open(file, `// one line more\n${cases("late")}`, ["late"]);
      await until("its finding is a line further down", async () => (await of())[0] === `${file}:2 complexity`);
      await open(file, "export {};\n", ["export"]);
      await until("its finding is gone", async () => (await of()).length === 0);

      await open(file, cases("late"), ["late"]);
      await palette.runToEnd("analyzeFile");
      assert.deepEqual(await of(), [`${file}:1 complexity`]);
      const before = (await problems()).length;
      rmSync(at("src/late"), { recursive: true });
      await until("the deleted folder has none", async () => (await of()).length === 0);
      assert.equal((await problems()).length, before - 1, "the others stay");
    });

    it("asks for a file when none is open", async () => {
      await palette.runToEnd("analyzeFile");
      await palette.toast("Open a file of the workspace first.").waitFor();
    });
  });

  describe("Preview rename", () => {
    /** Gives the new name and waits for the preview; the command ends with it. */
    async function rename(newName: string): Promise<{ readonly done: Promise<void> }> {
      await open("src/shop.ts", shop, ["total"]);
      await open("src/prices.ts", prices, ["total"]);
      const done = palette.runToEnd("previewRename");
      const input = palette.box().locator("input");
      await input.waitFor();
      assert.equal(await input.inputValue(), "total");
      await input.fill(newName);
      await editor.page.keyboard.press("Enter");
      await preview("Apply").waitFor();
      return { done };
    }

    it("changes nothing and shows no error when its preview is closed", async () => {
      const { done } = await rename("gross");
      const title = editor.page.locator(".bulk-edit-panel .monaco-list-row", { hasText: "Rename total to gross" });
      assert.equal(await title.count(), 1);
      await preview("Discard").click();
      await done;
      assert.deepEqual([disk("src/prices.ts"), disk("src/shop.ts")], [prices, shop]);
      assert.equal(await editor.inHost((vscode) => vscode.workspace.textDocuments.some((each) => each.isDirty)), false);
      await palette.quiet();
    });

    it("changes every file after Apply, also when clients may not edit", async () => {
      const allow = (edits: "ask" | "off") =>
        editor.inHost(async (vscode, value) => {
          const settings = vscode.workspace.getConfiguration("langflowConnect");
          await settings.update("edits", value, vscode.ConfigurationTarget.Global);
        }, edits);
      await allow("off");
      try {
        const client = await editor.mcp();
        await until("clients are refused", async () => {
          const { value } = await client.call("create_directory", { path: "src" });
          return JSON.stringify(value).includes("turned off");
        });
        const { done } = await rename("gross");
        await preview("Apply").click();
        await done;
      } finally {
        await allow("ask");
      }
      assert.equal(disk("src/prices.ts"), prices.replaceAll("total", "gross"));
      assert.equal(disk("src/shop.ts"), shop.replaceAll("total", "gross"));
      await palette.quiet();
    });

    it("says what to do without a name at the cursor", async () => {
      await open("src/prices.ts", prices, ["= 0"]);
      await palette.runToEnd("previewRename");
      await palette.toast("Put the cursor on a name first.").waitFor();
    });
  });

  describe("Preview move", () => {
    const helper = "export const rate = 1.19;\n";
    const user = 'import { rate } from "./rates";\n\nexport const gross = (net: number): number => net * rate;\n';

    beforeEach(() => {
      writeFileSync(at("src/rates.ts"), helper);
      writeFileSync(at("src/gross.ts"), user);
    });

    /** Chooses among the files that are offered, and waits for the preview. */
    async function moveTo(entry: string): Promise<{ readonly done: Promise<void> }> {
      await open("src/rates.ts", helper, ["rate"]);
      const done = palette.runToEnd("previewMove");
      await palette.pick("Move rate to which file?", entry);
      return { done };
    }

    it("moves the symbol to the file that is chosen, and its importers follow", async () => {
      const { done } = await moveTo("src/gross.ts");
      await preview("Apply").click();
      await done;
      assert.equal(disk("src/rates.ts"), "export {};\n");
      assert.match(disk("src/gross.ts"), /^export const rate = 1\.19;$/m);
      assert.doesNotMatch(disk("src/gross.ts"), /import/);
      await palette.toast("src/rates.ts").waitFor();
    });

    it("moves it to a new file beside its own, which is proposed", async () => {
      const { done } = await moveTo("New file…");
      const input = palette.box("New file for rate").locator("input");
      await input.waitFor();
      assert.equal(await input.inputValue(), "src/rate.ts");
      await editor.page.keyboard.press("Enter");
      await preview("Apply").click();
      await done;
      assert.equal(disk("src/rate.ts"), helper);
      assert.equal(disk("src/gross.ts"), user.replace("./rates", "./rate"));
      rmSync(at("src/rate.ts"));
    });

    /** Answers the box that asks for the new path, and applies the change. */
    async function moveFrom(from: string, to: string): Promise<void> {
      const input = palette.box(`Move ${from} to`).locator("input");
      await input.waitFor();
      assert.equal(await input.inputValue(), from);
      await input.fill(to);
      await editor.page.keyboard.press("Enter");
      await preview("Apply").click();
    }

    it("moves the file of the editor", async () => {
      await open("src/rates.ts", helper, ["rate"]);
      const done = palette.runToEnd("previewMovePath");
      await moveFrom("src/rates.ts", "src/pricing/rates.ts");
      await done;
      assert.equal(disk("src/pricing/rates.ts"), helper);
      assert.equal(disk("src/gross.ts"), user.replace("./rates", "./pricing/rates"));
      rmSync(at("src/pricing"), { recursive: true });
    });

    it("moves the folder that the explorer names", async () => {
      mkdirSync(at("src/money"));
      renameSync(at("src/rates.ts"), at("src/money/rates.ts"));
      writeFileSync(at("src/gross.ts"), user.replace("./rates", "./money/rates"));
      const done = editor.inHost(async (vscode, folder) => {
        await vscode.commands.executeCommand("langflowConnect.previewMovePath", vscode.Uri.file(folder));
      }, at("src/money"));
      await moveFrom("src/money", "src/prices-of");
      await done;
      assert.equal(disk("src/prices-of/rates.ts"), helper);
      assert.equal(disk("src/gross.ts"), user.replace("./rates", "./prices-of/rates"));
      rmSync(at("src/prices-of"), { recursive: true });
    });

    it("says what to do without a name at the cursor, and takes no path that is there already", async () => {
      await open("src/rates.ts", helper, ["= 1"]);
      await palette.runToEnd("previewMove");
      await palette.toast("Put the cursor on a name first.").waitFor();
      void palette.runToEnd("previewMovePath");
      await palette.box("Move src/rates.ts to").locator("input").waitFor();
      await editor.page.keyboard.press("Enter");
      await palette.box("It is there already: give another path.").waitFor();
      await editor.page.keyboard.press("Escape");
    });
  });

  describe("Preview extract", () => {
    async function extract(kind: "Function" | "Constant", newName: string): Promise<void> {
      const done = palette.runToEnd("previewExtract");
      await palette.box().getByText(kind, { exact: true }).waitFor();
      await palette.box().getByText(kind, { exact: true }).click();
      const input = palette.box().locator("input");
      await until("the name is asked for", async () => (await input.inputValue()) === `new${kind}`);
      await input.fill(newName);
      await editor.page.keyboard.press("Enter");
      await preview("Apply").click();
      await done;
      await palette.quiet();
    }

    it("makes a function of the selected statement", async () => {
      await open("src/prices.ts", prices, ["for (", "1.19;"]);
      await extract("Function", "add");
      const text = disk("src/prices.ts");
      assert.match(text, /^ {2}(return |sum = )?add\(/m);
      assert.match(text, /^function add\([^)]*\)[^{]*\{\n {2,4}for \(const price of prices\) sum \+= price \* 1\.19;/m);
    });

    it("makes a constant of the selected expression", async () => {
      await open("src/prices.ts", prices, ["1.19", "1.19"]);
      await extract("Constant", "tax");
      assert.match(disk("src/prices.ts"), /const tax = 1\.19;[^]*sum \+= price \* tax;/);
    });

    it("says what to do when nothing is selected", async () => {
      await open("src/prices.ts", prices, ["sum"]);
      await palette.runToEnd("previewExtract");
      await palette.toast("Select the code to extract first.").waitFor();
    });
  });
});
