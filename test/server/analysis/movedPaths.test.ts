import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { calm, openedWorkspace } from "../../support/analysis.ts";

const compilerOptions = { strict: true, types: [], module: "ESNext", moduleResolution: "Bundler", noEmit: true };
const tsconfig = JSON.stringify({ compilerOptions });

describe("moved files and folders", () => {
  const { open, analysis, at } = openedWorkspace();
  const move = (from: string, to: string, leave: readonly string[] = []) =>
    analysis().refactor({ operation: "move_path", file: at(from), to: at(to), leave: leave.map(at) }, calm);

  /** A file's text after the move, by its old name. */
  async function textAfter(file: string, { changes }: Awaited<ReturnType<typeof move>>): Promise<string> {
    const change = changes.find((one) => one.path === at(file));
    let text = await readFile(at(file), "utf8");
    const edits = change && "edits" in change ? change.edits : [];
    for (const { start, end, newText } of [...edits].sort((a, b) => b.start - a.start))
      text = text.slice(0, start) + newText + text.slice(end);
    return text;
  }

  it("change every field of a package.json that names the file, in place", async () => {
    const manifest = {
      name: "p",
      main: "lib/a",
      module: "./lib/a.js",
      types: "./dist/a.d.ts",
      browser: { "./lib/a.js": "./lib/b.js" },
      bin: { a: "lib/a.js" },
      exports: { ".": { import: "./lib/a.js", default: "./lib/a.js" }, "./b": "./lib/b.js", "./*": "./lib/*.js" },
      imports: { "#a": "./lib/a.js" },
      files: ["lib/a.js", "dist"],
      sideEffects: ["./lib/a.js", "*.css"],
    };
    const text = `${JSON.stringify(manifest, null, 4)}\n`;
    await open({ "package.json": text, "lib/a.js": "export const a = 1;\n", "lib/b.js": "export const b = 1;\n" });
    const changed = await textAfter("package.json", await move("lib/a.js", "lib/in/a.js"));
    assert.equal(changed, text.replaceAll("lib/a", "lib/in/a"));
  });

  it("lead the patterns of a package along with their folder", async () => {
    const manifest = {
      name: "p",
      exports: { "./*": "./src/*.ts", "./x/*": { types: "./src/x/*.d.ts" } },
      files: ["src"],
    };
    await open({ "package.json": JSON.stringify(manifest), "src/a.ts": "export const a = 1;\n" });
    const changed = await textAfter("package.json", await move("src", "source"));
    assert.equal(changed, JSON.stringify(manifest).replaceAll("src", "source"));
  });

  it("follow a moved package in workspaces and in dependencies by path", async () => {
    const root = {
      private: true,
      workspaces: ["packages/core", "apps/*"],
      dependencies: { core: "file:packages/core" },
    };
    await open({
      "package.json": JSON.stringify(root),
      "packages/core/package.json": '{"name": "core", "main": "a.js"}',
      "packages/core/a.js": "exports.a = 1;\n",
    });
    const plan = await move("packages/core", "libs/core");
    const changed = await textAfter("package.json", plan);
    assert.equal(changed, JSON.stringify(root).replaceAll("packages/core", "libs/core"));
    assert.equal(await textAfter("packages/core/package.json", plan), '{"name": "core", "main": "a.js"}');
  });

  it("list what a package.json says that may not be written, and lead importers around it", async () => {
    await open({
      "tsconfig.json": tsconfig,
      "package.json": '{\n  "name": "p",\n  "imports": { "#a": "./src/a.ts" }\n}\n',
      "src/a.ts": "export const a = 1;\n",
      "src/m.ts": "import { a } from '#a';\nconsole.log(a);\n",
    });
    const plan = await move("src/a.ts", "src/in/a.ts", ["package.json"]);
    assert.deepEqual(plan.mentions, [{ path: "package.json", line: 3, text: '"imports": { "#a": "./src/a.ts" }' }]);
    assert.match(plan.notes.join(), /package\.json is protected .* \.\/src\/a\.ts would become \.\/src\/in\/a\.ts/);
    assert.match(await textAfter("src/m.ts", plan), /from '\.\/in\/a'/);
  });

  it("list texts that name the old path, with their lines", async () => {
    await open({
      "tsconfig.json": tsconfig,
      ".gitignore": "ignored.md\n",
      "src/card.ts":
        "import text from './cards.json';\nexport const card: unknown = text;\nexport const path = './other/';\n",
      "src/cards.json": "{}",
      "src/other/x.ts": "export {};\n",
      "src/m.ts": "// see ./card.ts\nexport const name = 'src/card';\nexport const card = { title: './cards' };\n",
      "README.md": "# Cards\n\nThe card is in [card](src/card.ts#L1), not in src/discard.ts.\n",
      "docs/a.md": "[card](../src/card.ts)\n",
      "ci.yml": "run: node src/card.js --flag\n",
      "index.html": '<script type="module" src="/src/card.ts"></script>\n',
      "ignored.md": "src/card.ts\n",
      "package-lock.json": '{"x": "src/card.ts"}\n',
    });
    const { mentions } = await move("src/card.ts", "lib/card.ts");
    const found = mentions.map(({ path, line }) => `${path}:${line}`).sort();
    assert.deepEqual(found, [
      "README.md:3",
      "ci.yml:1",
      "docs/a.md:1",
      "index.html:1",
      "src/card.ts:3",
      "src/m.ts:1",
      "src/m.ts:2",
    ]);
  });

  it("list a moved folder's patterns, and leave what moves along", async () => {
    await open({
      "tsconfig.json": tsconfig,
      "src/ui/a.ts": "// ./b.ts and ../c.ts\nexport const a = 1;\n",
      "src/ui/b.ts": "export {};\n",
      "src/c.ts": "export {};\n",
      "eslint.config.js": "export default [{ files: ['src/ui/**/*.ts', 'src/uikit/*.ts'] }];\n",
      ".prettierignore": "src/ui\n",
    });
    const { mentions } = await move("src/ui", "src/view");
    assert.deepEqual(mentions.map(({ path, line }) => `${path}:${line}`).sort(), [
      ".prettierignore:1",
      "eslint.config.js:1",
    ]);
  });

  it("list import.meta.glob patterns of a moved file", async () => {
    await open({
      "tsconfig.json": tsconfig,
      "src/pages/a.ts": "export const a = 1;\n",
      "src/m.ts": "export const all = import.meta.glob('./pages/*.ts');\n",
    });
    const { mentions } = await move("src/m.ts", "src/in/m.ts");
    assert.deepEqual(
      mentions.map(({ line }) => line),
      [1],
    );
  });

  it("say that a project does not include the file any more, where including it would move what is built", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, outDir: "dist" }, include: ["src"] }),
      "src/a.ts": "export const a = 1;\n",
      "src/b.ts": "export const b = 1;\n",
    });
    const { notes } = await move("src/a.ts", "tools/a.ts");
    assert.match(notes.join(), /tsconfig\.json does not include tools\/a\.ts/);
  });

  it("say that a manifest names what is built from the file", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, outDir: "dist", rootDir: "src" } }),
      "package.json": '{"name": "p", "main": "./dist/a.js"}',
      "src/a.ts": "export const a = 1;\n",
    });
    const { notes, changes } = await move("src/a.ts", "src/in/a.ts");
    assert.match(notes.join(), /package\.json names \.\/dist\/a\.js, which is built from src\/a\.ts/);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ["rename"],
    );
  });

  it("leave node_modules of a moved package behind", async () => {
    await open({
      "packages/a/package.json": '{"name": "a"}',
      "packages/a/a.js": "exports.a = 1;\n",
      "packages/a/node_modules/x/index.js": "exports.x = 1;\n",
    });
    const { changes, notes } = await move("packages/a", "libs/a");
    assert.deepEqual(
      changes.map(({ path }) => path),
      [at("packages/a/a.js"), at("packages/a/package.json")],
    );
    assert.match(notes.join(), /node_modules/);
  });
});
