import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { startAnalysis } from "../../support/analysis.ts";
import type { TestAnalysis } from "../../support/analysis.ts";
import { startTsServer } from "../../support/tsserver.ts";
import type { TsServer } from "../../support/tsserver.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const inferredOptions = {
  allowJs: true,
  allowSyntheticDefaultImports: true,
  allowNonTsExtensions: true,
  jsx: "Preserve",
  module: "ESNext",
  moduleResolution: "Bundler",
  resolveJsonModule: true,
  strict: true,
  target: "ESNext",
};
const composite = JSON.stringify({
  compilerOptions: { composite: true, outDir: "dist", rootDir: "src", module: "ESNext", moduleResolution: "Bundler" },
  include: ["src"],
});
const referring = (...names: string[]) =>
  JSON.stringify({ ...(JSON.parse(composite) as object), references: names.map((name) => ({ path: `../${name}` })) });

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly git?: boolean;
  /** Name → file with the first location of it, where references are asked for. */
  readonly symbols: Readonly<Record<string, string>>;
  /** What has other names behind `as`, into which tsserver's rename runs on; test/cases/rename has our own. */
  readonly renamedApart?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a solution of three projects",
    renamedApart: ["Square"],
    files: {
      "tsconfig.json": JSON.stringify({
        files: [],
        references: ["core", "lib", "app"].map((at) => ({ path: `./${at}` })),
      }),
      "core/tsconfig.json": composite,
      "lib/tsconfig.json": referring("core"),
      "app/tsconfig.json": referring("core", "lib"),
      "core/src/shape.ts":
        "export interface Shape { area(): number; readonly name: string }\nexport class Square implements Shape {\n  readonly name = 'square';\n  constructor(public side: number) {}\n  area() { return this.side * this.side; }\n}\nexport { Square as Box };\n",
      "core/src/index.ts": "export * from './shape';\nexport { Square as default } from './shape';\n",
      "lib/src/total.ts":
        "import { Box, type Shape } from '../../core/src/index';\nexport const total = (all: Shape[]) => all.reduce((sum, one) => sum + one.area(), 0);\nexport const unit = new Box(1);\n",
      "app/src/main.ts":
        "import Square, { Square as Same } from '../../core/src/index';\nimport { total, unit } from '../../lib/src/total';\nconst square = new Square(2);\nsquare.side = 3;\nconsole.log(total([square, unit, new Same(4)]), square.name, square.area());\n",
    },
    symbols: {
      Shape: "core/src/shape.ts",
      Square: "core/src/shape.ts",
      Box: "core/src/shape.ts",
      area: "core/src/shape.ts",
      side: "core/src/shape.ts",
      total: "lib/src/total.ts",
      unit: "lib/src/total.ts",
    },
  },
  {
    name: "loose JavaScript, CommonJS and modules",
    files: {
      "lib/greet.js":
        "/** @param {string} name */\nfunction greet(name) { return 'Hello ' + name; }\nmodule.exports = { greet };\n",
      "main.js": "const { greet } = require('./lib/greet');\nconsole.log(greet('you'), greet('me'));\n",
      "other.mjs": "import { greet } from './lib/greet.js';\nexport const twice = (name) => greet(greet(name));\n",
    },
    symbols: { greet: "lib/greet.js", twice: "other.mjs" },
  },
  {
    name: "TypeScript without a tsconfig, outside git",
    git: false,
    files: {
      "a.ts": "export enum Level { Low, High }\nexport let level = Level.Low;\nlevel = Level.High;\n",
      "b.tsx": "import { Level, level } from './a';\nexport const View = () => <b>{level === Level.High}</b>;\n",
    },
    symbols: { Level: "a.ts", level: "a.ts", High: "a.ts", View: "b.tsx" },
  },
  {
    name: "tests that their tsconfig leaves out",
    files: {
      "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ["src"] }),
      "src/sum.ts": "export function sum(a: number, b: number) { return a + b; }\n",
      "test/sum.test.ts": "import { sum } from '../src/sum';\nif (sum(1, 2) !== 3) throw new Error();\n",
    },
    symbols: { sum: "src/sum.ts" },
  },
];

describe("references and renames equal tsserver's", () => {
  let theirs: TsServer;
  before(() => {
    theirs = startTsServer({ inferredOptions });
  });
  after(() => theirs.close());

  for (const { name, files, git = true, symbols, renamedApart = [] } of cases) {
    describe(`in ${name}`, () => {
      let workspace: ScratchWorkspace;
      let ours: TestAnalysis;

      before(async () => {
        workspace = await scratchWorkspace(files, { git });
        ours = startAnalysis(workspace.folder);
        for (const file of Object.keys(files)) {
          if (!file.endsWith(".json")) await theirs.open(path.join(workspace.folder, file));
        }
      });
      after(async () => {
        await ours.close();
        await workspace.remove();
      });

      for (const [symbol, file] of Object.entries(symbols)) {
        it(`of ${symbol}`, async () => {
          const absolute = path.join(workspace.folder, file);
          const before = (files[file] ?? "").split(new RegExp(`\\b${symbol}\\b`))[0] ?? "";
          const line = before.split("\n").length;
          const column = before.length - before.lastIndexOf("\n");
          const expected = await theirs.references(absolute, line, column);
          assert.ok(expected.length > 0);
          assert.deepEqual(await ours.positions({ kind: "position", file: absolute, line, column }), expected);
          if (renamedApart.includes(symbol)) return;
          assert.deepEqual(
            await ours.renamePositions({ kind: "position", file: absolute, line, column }),
            await theirs.rename(absolute, line, column),
          );
        });
      }
    });
  }

  it("in two roots of the same name, each with its own tsconfig", async () => {
    const files = {
      "tsconfig.json": JSON.stringify({ compilerOptions: { types: [] } }),
      "one.ts": "export const one = 1;\n",
      "two.ts": "import { one } from './one';\nexport const two = one + one;\n",
    };
    const [first, second] = [await scratchWorkspace(files), await scratchWorkspace(files)];
    const ours = startAnalysis(first.folder, second.folder);
    const file = path.join(second.folder, "one.ts");
    try {
      await theirs.open(file);
      assert.deepEqual(
        await ours.positions({ kind: "position", file, line: 1, column: 14 }),
        await theirs.references(file, 1, 14),
      );
      await assert.rejects(ours.references({ kind: "name", namePath: "one" }), { code: "AMBIGUOUS" });
    } finally {
      await ours.close();
      await Promise.all([first.remove(), second.remove()]);
    }
  });

  it("says so where there is no code", async () => {
    const workspace = await scratchWorkspace({ "notes.md": "# Notes\n", "data.py": "x = 1\n" });
    const ours = startAnalysis(workspace.folder);
    try {
      await assert.rejects(ours.references({ kind: "name", namePath: "x" }), { code: "NOT_FOUND" });
      const location = { kind: "position", file: path.join(workspace.folder, "data.py"), line: 1, column: 1 } as const;
      await assert.rejects(ours.references(location), { code: "UNSUPPORTED_LANGUAGE" });
    } finally {
      await ours.close();
      await rm(workspace.folder, { recursive: true, force: true });
      await workspace.remove();
    }
  });
});
