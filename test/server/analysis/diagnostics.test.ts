import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { calm, openedWorkspace } from "../../support/analysis.ts";

const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
const config = (compilerOptions: object, more: object = {}) =>
  JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [], ...compilerOptions }, ...more });

/** `path(line,column) code`, as tsc prints them; without a location where it gives none. */
function saidByTsc(folder: string, ...args: string[]): string[] {
  const { stdout } = spawnSync(process.execPath, [tsc, ...args, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  return [...stdout.matchAll(/^(?:(.+)\((\d+),(\d+)\): )?error TS(\d+)/gm)]
    .map(([, file = "", line = "", column = "", code = ""]) => `${file}(${line},${column}) ${code}`)
    .sort();
}

describe("diagnostics", () => {
  const { open, folder, analysis, at } = openedWorkspace();
  async function said(scope?: string): Promise<string[]> {
    const { items } = await analysis().diagnostics({ path: scope && at(scope) }, calm);
    return items
      .map(({ path: file, line, column, code }) => `${path.relative(folder(), file)}(${line},${column}) ${code}`)
      .sort();
  }
  /** What replacing texts in files would do to the diagnostics. */
  async function impactOf(...edits: readonly (readonly [file: string, text: string])[]) {
    const changes = edits.map(([file, text]) => ({ kind: "create", path: at(file), text }) as const);
    const query = { changes, scope: "dependents", timeoutMs: 20_000 } as const;
    const { added, ...rest } = await analysis().impact(query, calm);
    return { added: added.map(({ path: file, code }) => `${path.relative(folder(), file)} ${code}`), ...rest };
  }

  it("cover a folder whose files import JSON", async () => {
    await open({
      "package.json": '{ "name": "app" }',
      "index.js":
        "// @ts-check\nimport pkg from './package.json' with { type: 'json' };\nconst name = pkg.name;\nname = 'other';\n",
    });
    assert.deepEqual(await said(), ["index.js(4,1) 2588"]);
  });

  it("of imported JSON equal tsc's", async () => {
    await open({
      "tsconfig.json": config({ resolveJsonModule: true, module: "ESNext", moduleResolution: "Bundler" }),
      "m.ts": "import data from './c.json';\nexport const port: string = data.port;\n",
      "c.json": '{ "port": 1 }',
      "broken.ts": "export { default } from './broken.json';\n",
      "broken.json": '{ "port" 1 }',
    });
    const syntax = saidByTsc(folder());
    assert.equal(syntax.length, 1, "tsc stops at what it cannot parse");
    assert.deepEqual(await said(), [...syntax, "m.ts(2,14) 2322"]);
  });

  it("of projects that share the library under different options equal tsc's", async () => {
    const widened = "declare global { interface Array<T> { extra: string } interface Promise<T> { mine: T } }\n";
    const uses = [
      "export const a: string = [1].extra;",
      "export const b = Promise.resolve(1).mine;",
      "export const c = [1].at(0).toFixed();",
      "export const d = 'x'.replaceAll('x', 'y');",
      "export function e(this: { x?: number }) { this.x = undefined; return document.title; }",
      "export const f = JSON.parse('1') as unknown as Map<string, number>;",
    ].join("\n");
    const projects = {
      wide: { target: "ES2022", module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022"] },
      plain: { strict: false, target: "ES2022", module: "CommonJS", lib: ["ES2022", "DOM"] },
      exact: { target: "ES2015", module: "NodeNext", exactOptionalPropertyTypes: true, moduleDetection: "force" },
    };
    await open(
      Object.fromEntries(
        Object.entries(projects).flatMap(([name, options]) => [
          [`${name}/tsconfig.json`, config(options)],
          [`${name}/use.ts`, uses],
          [`${name}/wide.ts`, name === "wide" ? `export {};\n${widened}` : "export {};\n"],
        ]),
      ),
    );
    const theirs = new Map(Object.keys(projects).map((name) => [name, saidByTsc(folder(), "-p", name)]));
    assert.deepEqual(
      [...theirs.values()].map((all) => all.length),
      [2, 2, 5],
    );
    for (const name of [...theirs.keys(), ...[...theirs.keys()].reverse()]) {
      assert.deepEqual(await said(name), theirs.get(name), name);
    }
    assert.deepEqual(await said(), [...theirs.values()].flat().sort());
  });

  describe("of a change", () => {
    it("reach each file in a project that has it", async () => {
      const options = { composite: true, noEmit: false, outDir: "dist", module: "ESNext", moduleResolution: "Bundler" };
      const referring = config(options, { references: [{ path: "../core" }] });
      await open({
        "app/tsconfig.json": referring,
        "core/tsconfig.json": config(options),
        "web/tsconfig.json": referring,
        "core/x.ts": "export const x = 1;\n",
        "app/a.ts": "import { x } from '../core/x';\nexport const a: number = x;\n",
        "web/z.ts": "import { x } from '../core/x';\nexport const z: number = x;\n",
      });
      const { added, complete } = await impactOf(
        ["core/x.ts", "export const x = 2;\n"],
        ["web/z.ts", "import { x } from '../core/x';\nexport const z: string = x;\n"],
      );
      assert.deepEqual([added, complete], [["web/z.ts 2322"], true]);
    });

    it("include those of a file that imports changed JSON", async () => {
      await open({
        "tsconfig.json": config({ resolveJsonModule: true, module: "ESNext", moduleResolution: "Bundler" }),
        "m.ts": "import data from './c.json';\nexport const port: number = data.port;\n",
        "c.json": '{ "port": 1 }',
      });
      const { added, complete } = await impactOf(["c.json", '{ "port": "1" }']);
      assert.deepEqual([added, complete], [["m.ts 2322"], true]);
    });

    it("are not complete when a configuration changes, which says how everything is read", async () => {
      await open({
        "tsconfig.json": config({}, { extends: "./base.json" }),
        "base.json": config({}),
        "package.json": "{}",
        "notes.json": "{}",
        "m.ts": "export const m = 1;\n",
      });
      for (const file of ["tsconfig.json", "base.json", "package.json", "sub/tsconfig.json"]) {
        assert.equal((await impactOf([file, "{}\n"])).complete, false, file);
      }
      assert.equal((await impactOf(["notes.json", "[]\n"])).complete, true);
    });
  });

  describe("of a configuration equal tsc's", () => {
    const broken: Readonly<Record<string, string>> = {
      "that extends what is not there": config({}, { extends: "./nothere.json" }),
      "with an option that does not exist": config({ sctrict: true }),
      "with an option of the wrong kind": config({ strict: "yes" }),
      "with types that are not installed": config({ types: ["nothere"] }),
      "with options that exclude each other": config({ noEmit: false, sourceMap: true, inlineSourceMap: true }),
      "with a reference to nothing": config({}, { references: [{ path: "./nothere" }] }),
      "without its standard library": config({ noLib: true }),
      "that is cut off": config({}).slice(0, -1),
      "that includes nothing": config({}, { include: ["nothere"] }),
    };
    for (const [name, text] of Object.entries(broken)) {
      it(name, async () => {
        await open({ "tsconfig.json": text, "m.ts": "export const m = 1;\n" });
        const theirs = saidByTsc(folder()).map((item) => item.replace(/^\(,\)/, "tsconfig.json(1,1)"));
        assert.ok(theirs.length > 0);
        assert.deepEqual(await said(), theirs);
      });
    }

    it("that is in order, in a solution of projects", async () => {
      const options = { composite: true, noEmit: false, outDir: "dist", rootDir: ".", declaration: true };
      await open({
        "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "./core" }, { path: "./web" }] }),
        "core/tsconfig.json": config(options),
        "web/tsconfig.json": config(options, { references: [{ path: "../core" }] }),
        "core/x.ts": "export const x = 1;\n",
        "web/z.ts": "import { x } from '../core/x';\nexport const z: string = x;\n",
      });
      assert.deepEqual(await said(), saidByTsc(folder(), "-b"));
    });
  });

  it("of a file or folder say that the configuration above it has errors", async () => {
    await open({ "tsconfig.json": config({ types: ["nothere"] }), "src/m.ts": "export const m = 1;\n" });
    for (const scope of ["src/m.ts", "src"]) {
      const { items, incomplete } = await analysis().diagnostics({ path: at(scope) }, calm);
      assert.deepEqual(items, []);
      assert.deepEqual(
        incomplete.map(({ path: file, reason }) => [file, reason.split("\n")[0]]),
        [["tsconfig.json", "Cannot find type definition file for 'nothere'."]],
      );
    }
  });

  it("only warn of an option that a later compiler drops", async () => {
    await open({
      "tsconfig.json": config({ moduleResolution: "node10", module: "CommonJS" }),
      "m.ts": "export const m = 1;\n",
    });
    const { items } = await analysis().diagnostics({}, calm);
    assert.deepEqual(
      items.map(({ code, severity }) => [code, severity]),
      [[5107, "warning"]],
    );
  });
});
