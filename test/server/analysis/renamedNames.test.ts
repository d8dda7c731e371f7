import assert from "node:assert/strict";
import type { FileChange } from "../../../src/server/workspace/edits/changes.ts";
import type { Impact } from "../../../src/server/analysis/types.ts";
import type { Conflict } from "../../../src/server/analysis/typescript/answers.ts";
import { calm, openedWorkspace } from "../../support/analysis.ts";
import { compileWith, strictOptions } from "../../support/tsc.ts";

interface Renamed {
  readonly impact: Impact;
  readonly conflicts: readonly Conflict[];
  readonly changes: readonly FileChange[];
  /** Codes of what tsc says more of afterwards, whatever the names in its messages. */
  readonly tsc: readonly string[];
}

describe("a rename", () => {
  const { open: openFiles, folder, analysis, at } = openedWorkspace();

  async function open(files: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
    const compilerOptions = { ...strictOptions, ...more };
    await openFiles({ "tsconfig.json": JSON.stringify({ compilerOptions }), ...files });
  }

  /** `location` is `file:line:column`. */
  async function rename(location: string, newName: string): Promise<Renamed> {
    const [file = "", line, column] = location.split(":");
    const target = {
      kind: "position",
      file: at(file),
      line: Number(line),
      column: Number(column),
    } as const;
    const { changes, conflicts } = await analysis().refactor({ operation: "rename_symbol", target, newName }, calm);
    const impact = await analysis().impact({ changes, scope: "dependents", timeoutMs: 20_000 }, calm);
    return { impact, conflicts, changes, tsc: compileWith(folder(), changes, newName) };
  }

  describe("is known to change no type by names alone", () => {
    const isKnown = async (location: string, newName: string, files: number) => {
      const { impact, conflicts, tsc } = await rename(location, newName);
      assert.deepEqual(
        [impact, conflicts, tsc],
        [{ added: [], removed: [], scope: files, complete: true, byNames: true }, [], []],
      );
    };

    it("across re-exports", async () => {
      await open({
        "a.ts": "export const foo = 1;\nexport interface Shape { foo: number }\n",
        "barrel.ts": "export * from './a';\nexport { foo as other } from './a';\n",
        "main.ts":
          "import { foo, other } from './barrel';\nimport * as ns from './barrel';\nexport const sum = foo + other + ns.foo;\n",
      });
      await isKnown("a.ts:1:14", "bar", 3);
    });

    it("also of a type in a module that is used as an object", async () => {
      await open({
        "a.ts": "export interface Shape { side: number }\nexport const foo = 1;\n",
        "main.ts":
          "import * as ns from './a';\nexport const all: { foo: number } = ns;\nexport const s: ns.Shape = { side: 1 };\n",
      });
      await isKnown("a.ts:1:18", "Form", 2);
    });

    it("past a name that is another thing in another scope", async () => {
      await open({
        "a.ts":
          "const limit = 10;\nexport function run(used: number) { return used; }\nexport const a = { used: limit };\n{ const used = 1; used; }\n",
      });
      await isKnown("a.ts:1:7", "used", 1);
    });

    it("keeping the property of a shorthand", async () => {
      await open({
        "a.ts": "const foo = 1;\nexport const a: { foo: number } = { foo };\n",
        "b.ts": "const { data } = JSON.parse('{}');\nexport const b = { data: String(data) };\n",
      });
      await isKnown("a.ts:1:7", "bar", 1);
      await isKnown("b.ts:1:9", "info", 1);
      const { changes } = await rename("b.ts:1:9", "info");
      assert.deepEqual(
        changes.flatMap((change) => ("edits" in change ? change.edits.map(({ newText }) => newText) : [])),
        ["data: info", "info"],
      );
    });
  });

  describe("is a conflict, with its location, where a name would mean something else:", () => {
    const clashes: readonly (readonly [
      what: string,
      files: Record<string, string>,
      location: string,
      newName: string,
      conflict: Conflict,
    ])[] = [
      [
        "an export that hides another behind export *",
        {
          "a.ts": "export const foo = 1;\n",
          "b.ts": "export const bar = 'b';\n",
          "barrel.ts": "// All.\nexport * from './a';\nexport * from './b';\n",
        },
        "a.ts:1:14",
        "bar",
        { path: "barrel.ts", line: 2, message: "bar is exported here already." },
      ],
      [
        "a variable that is in the way",
        { "a.ts": "export const foo = 1;\nexport function f(bar: string) {\n  return bar + foo;\n}\n" },
        "a.ts:1:14",
        "bar",
        { path: "a.ts", line: 3, message: "bar already means something else here." },
      ],
      [
        "a name that nothing has yet",
        {
          "a.ts": "export const foo = 1;\n",
          "b.ts": "import { foo } from './a';\nexport const b = foo;\n// @ts-expect-error\nbar;\n",
        },
        "b.ts:1:10",
        "bar",
        { path: "b.ts", line: 4, message: "bar used here would become the renamed symbol." },
      ],
      [
        "two declarations of one name that nobody uses",
        { "a.ts": "export {};\nconst foo = 1;\nconst bar = 2;\n" },
        "a.ts:2:7",
        "bar",
        { path: "a.ts", line: 3, message: "bar is declared here already." },
      ],
      [
        "an enum member in an initializer",
        { "a.ts": "export const foo = 1;\nexport enum E {\n  bar = 5,\n  x = foo,\n}\n" },
        "a.ts:1:14",
        "bar",
        { path: "a.ts", line: 4, message: "bar already means something else here." },
      ],
      [
        "a component that becomes an element",
        {
          "jsx.d.ts": "declare namespace JSX { interface IntrinsicElements { foo: {} } interface Element {} }\n",
          "a.tsx": "function Foo(_: { size: number }) {\n  return null;\n}\nexport const a = <Foo size={1} />;\n",
        },
        "a.tsx:1:10",
        "foo",
        { path: "a.tsx", line: 4, message: "foo already means something else here." },
      ],
      [
        "interfaces that become one by an augmentation",
        {
          "a.ts": "export interface Foo {\n  a: number;\n}\n",
          "b.ts": "import './a';\ndeclare module './a' {\n  interface Bar {\n    b: number;\n  }\n}\n",
          "c.ts": "import type { Foo } from './a';\nexport const c: Foo = { a: 1 };\n",
        },
        "a.ts:1:18",
        "Bar",
        { path: "a.ts", line: 1, message: "Bar already means something else here." },
      ],
      [
        "a variable of a block that the renamed one leaves",
        { "a.ts": "export {};\n{\n  let outer = 1;\n  {\n    var inner = 2;\n  }\n  outer;\n}\ninner;\n" },
        "a.ts:5:9",
        "outer",
        { path: "a.ts", line: 5, message: "outer already means something else here." },
      ],
    ];
    for (const [what, files, location, newName, conflict] of clashes) {
      it(what, async () => {
        await open(files, { jsx: "preserve" });
        const { conflicts, impact } = await rename(location, newName);
        assert.deepEqual(
          conflicts.find(({ line, path: file }) => line === conflict.line && file === conflict.path),
          conflict,
          JSON.stringify(conflicts),
        );
        assert.equal(impact.byNames, undefined);
      });
    }
  });

  describe("is checked by types where the names alone do not tell:", () => {
    const odd: readonly (readonly [
      what: string,
      files: Record<string, string>,
      location: string,
      newName: string,
      more?: object,
    ])[] = [
      [
        "a namespace import as a value",
        {
          "a.ts": "export const foo = 1;\n",
          "main.ts": "import * as ns from './a';\nexport const all: { foo: number } = ns;\n",
        },
        "a.ts:1:14",
        "bar",
      ],
      [
        "export * as a value",
        {
          "a.ts": "export const foo = 1;\n",
          "barrel.ts": "export * as ns from './a';\n",
          "main.ts": "import { ns } from './barrel';\nexport const all: { foo: number } = ns;\n",
        },
        "a.ts:1:14",
        "bar",
      ],
      [
        "import() as a value, behind a barrel",
        {
          "a.ts": "export const foo = 1;\n",
          "barrel.ts": "export * from './a';\n",
          "main.ts": "export const all: Promise<{ foo: number }> = import('./barrel');\n",
        },
        "a.ts:1:14",
        "bar",
      ],
      [
        "typeof import()",
        {
          "a.ts": "export const foo = 1;\n",
          "main.ts": "declare const m: typeof import('./a');\nexport const all: { foo: number } = m;\n",
        },
        "a.ts:1:14",
        "bar",
      ],
      [
        "import = require",
        {
          "a.ts": "export const foo = 1;\n",
          "main.ts": "import m = require('./a');\nexport const all: { foo: number } = m;\n",
        },
        "a.ts:1:14",
        "bar",
        { module: "CommonJS", moduleResolution: "Bundler" },
      ],
      [
        "the default import of a whole module",
        {
          "a.d.ts": "export declare const foo: number;\n",
          "main.ts": "import a from './a';\nexport const all: { foo: number } = a;\n",
        },
        "a.d.ts:1:22",
        "bar",
      ],
      [
        "the factory of JSX",
        {
          "h.ts": "export function h(..._: unknown[]): unknown { return _; }\n",
          "jsx.d.ts": "declare namespace JSX { interface IntrinsicElements { p: {} } }\n",
          "a.tsx": "import { h } from './h';\nexport const a = <p />;\n",
        },
        "a.tsx:1:10",
        "make",
        { jsx: "react", jsxFactory: "h" },
      ],
      [
        "a name that begins with _, which need not be used",
        { "a.ts": "export function f(_first: number) { return 1; }\n" },
        "a.ts:1:19",
        "first",
        { noUnusedParameters: true },
      ],
      [
        "a use that is written with an escape",
        { "a.ts": "const foo = 1;\nexport const a = f\\u006fo;\n" },
        "a.ts:1:7",
        "bar",
      ],
      [
        "the name of a global value",
        {
          "a.ts": "export interface Foo { a: number }\n",
          "main.ts": "import { Foo } from './a';\nexport const m: Foo = { a: 1 };\nexport const all = new Map();\n",
        },
        "a.ts:1:18",
        "Map",
        { isolatedModules: true },
      ],
      ["a global", { "a.ts": "const foo = 1;\n", "b.ts": "const bar = 2;\n" }, "a.ts:1:7", "bar"],
      [
        "an enum, which equals another of its name",
        {
          "a.ts": "export enum Level { Low }\n",
          "b.ts": "export enum Level { Low }\n",
          "main.ts": "import * as a from './a';\nimport { Level } from './b';\nexport const l: Level = a.Level.Low;\n",
        },
        "a.ts:1:13",
        "Grade",
      ],
      ["the error of a catch", { "a.ts": "export {};\ntry {\n} catch (e) {\n  let inner = 1;\n}\n" }, "a.ts:4:7", "e"],
      [
        "a declaration file that can no longer name a type",
        {
          "a.ts":
            "interface Foo { a: number }\nconst make = (): Foo => ({ a: 1 });\nexport namespace N {\n  interface Bar { b: number }\n  export const x = make();\n  export const y: Bar[] = [];\n}\n",
        },
        "a.ts:1:11",
        "Bar",
        { declaration: true, noEmit: false, outDir: "out" },
      ],
      [
        "a member",
        {
          "a.ts":
            "export const a = { foo: 1 };\nexport const b: { foo: number } = a;\nexport const c: { bar: number, foo: number } = { bar: 1, ...a };\n",
        },
        "a.ts:1:20",
        "bar",
      ],
      [
        "a class of JavaScript, whose comments say types",
        {
          "a.js":
            "class Foo {\n  a = 1;\n}\n/** @type {Bar} */\nexport const bar = 1;\nexport const foo = new Foo();\n",
        },
        "a.js:1:7",
        "Bar",
        { allowJs: true, checkJs: true },
      ],
      [
        "a comment of JavaScript that means an export",
        {
          "a.ts": "export interface Foo { a: number }\n",
          "b.js": "/** @type {import('./a').Bar} */\nexport const bar = 1;\n",
        },
        "a.ts:1:18",
        "Bar",
        { allowJs: true, checkJs: true },
      ],
      [
        "a module that JavaScript requires",
        {
          "a.ts": "export const foo = 1;\n",
          "b.js": "/** @type {{ foo: number }} */\nconst all = require('./a');\nexports.all = all;\n",
        },
        "a.ts:1:14",
        "bar",
        { allowJs: true, checkJs: true, module: "CommonJS" },
      ],
      [
        "a name that generated code uses",
        { "a.ts": "const foo = 1;\nexport const a = foo;\n" },
        "a.ts:1:7",
        "require",
        { module: "CommonJS", noEmit: false, outDir: "out" },
      ],
    ];
    for (const [what, files, location, newName, more] of odd) {
      it(what, async () => {
        await open(files, more);
        const { impact, conflicts, tsc } = await rename(location, newName);
        assert.notDeepEqual(tsc, [], "tsc has something new to say");
        assert.equal(impact.byNames, undefined);
        assert.ok(impact.added.length + conflicts.length > 0, JSON.stringify({ impact, conflicts }));
      });
    }

    it("an ambient module that passes everything on", async () => {
      await open(
        {
          "a.ts": "export const foo = 1;\n",
          "ambient.d.ts": "declare module 'all' {\n  export * from '@/a';\n}\n",
          "main.ts": "import * as ns from 'all';\nexport const all: { foo: number } = ns;\n",
        },
        { paths: { "@/*": ["./*"] } },
      );
      const { impact, tsc } = await rename("a.ts:1:14", "bar");
      assert.notDeepEqual(tsc, []);
      assert.equal(impact.byNames, undefined);
    });
  });
});
