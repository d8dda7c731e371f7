import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FileChange } from "../../../src/server/workspace/edits/changes.ts";
import { calm, openedWorkspace } from "../../support/analysis.ts";
import { compileMoved, strictOptions } from "../../support/tsc.ts";

type Files = Readonly<Record<string, string>>;

describe("the check of a move", () => {
  const { open: openFiles, folder, analysis, at } = openedWorkspace();

  async function open(files: Files, more: object = {}): Promise<void> {
    const compilerOptions = { ...strictOptions, ...more };
    await openFiles({ "tsconfig.json": JSON.stringify({ compilerOptions }), ...files });
  }

  /** What the check says of changes, and what tsc says more of after them. */
  async function checked(changes: readonly FileChange[]) {
    const impact = await analysis().impact({ changes, scope: "dependents", timeoutMs: 20_000 }, calm);
    return { impact, tsc: compileMoved(folder(), changes) };
  }

  /** `symbol` is `file#name`. */
  async function move(symbol: string, to: string) {
    const [file = "", namePath = ""] = symbol.split("#");
    const target = { kind: "name", namePath, file: at(file) } as const;
    const { changes } = await analysis().refactor({ operation: "move_symbol", target, to: at(to) }, calm);
    return checked(changes);
  }

  /** As a person would move it by hand: the files as they are afterwards. */
  const byHand = (after: Files) =>
    checked(
      Object.entries(after).map(([file, text]): FileChange => {
        const absolute = path.join(folder(), file);
        if (!existsSync(absolute)) return { kind: "create", path: absolute, text };
        const edits = [{ start: 0, end: readFileSync(absolute, "utf8").length, newText: text }];
        return { kind: "edit", path: absolute, edits };
      }),
    );

  describe("needs no type of what uses the code", () => {
    const known: readonly (readonly [what: string, files: Files, symbol: string, to: string, more?: object])[] = [
      [
        "through barrels and under other names",
        {
          "a.ts": "export const foo = (x: number) => x;\nexport const kept = 1;\n",
          "b.ts": "export const bar = 2;\n",
          "index.ts": "export { foo, kept } from './a';\nexport { foo as other } from './a';\n",
          "main.ts":
            "import { foo, other } from './index';\nimport { foo as mine } from './a';\nexport const n = foo(other(mine(1)));\n",
        },
        "a.ts#foo",
        "b.ts",
      ],
      [
        "to a new file, of a class and a type that it needs",
        {
          "a.ts":
            "export type Options = { size: number };\nexport class Box {\n  constructor(readonly options: Options) {}\n}\nexport const kept = new Box({ size: 1 });\n",
          "main.ts":
            "import { Box, kept } from './a';\nexport class Big extends Box {}\nexport const size = kept.options.size;\n",
        },
        "a.ts#Options",
        "options.ts",
      ],
      [
        "as a default export",
        {
          "a.ts": "export default function foo() {\n  return 1;\n}\nexport const kept = 1;\n",
          "b.ts": "export const bar = 2;\n",
          "main.ts": "import foo, { kept } from './a';\nexport const n: number = foo() + kept;\n",
        },
        "a.ts#foo",
        "b.ts",
      ],
      [
        "by the name of a module",
        {
          "a.ts": "export function foo() {\n  return 1;\n}\nexport function kept() {}\n",
          "b.ts": "export const bar = 2;\n",
          "main.ts":
            "import * as A from './a';\nimport * as B from './b';\nexport const n: number = A.foo() + B.bar;\nA.kept();\n",
        },
        "a.ts#foo",
        "b.ts",
      ],
      [
        "with imports of types apart",
        {
          "a.ts": "export type Foo = { x: number };\nexport const kept = 1;\n",
          "b.ts": "export const bar = 2;\n",
          "main.ts": "import { kept, type Foo } from './a';\nexport const foo: Foo = { x: kept };\n",
        },
        "a.ts#Foo",
        "b.ts",
        { verbatimModuleSyntax: true, noUnusedLocals: true, declaration: true },
      ],
      [
        "that reads a variable of its old file",
        {
          "a.ts":
            "let config: { size: number } = { size: 1 };\nexport function set(size: number) {\n  config = { size };\n}\nexport const get = () => config;\n",
          "b.ts": "export const bar = 2;\n",
          "main.ts": "import { get } from './a';\nexport const size = get().size;\n",
        },
        "a.ts#get",
        "b.ts",
      ],
    ];
    for (const [what, files, symbol, to, more] of known) {
      it(what, async () => {
        await open(files, more);
        const { impact, tsc } = await move(symbol, to);
        assert.deepEqual(tsc, []);
        assert.deepEqual({ ...impact, scope: 0 }, { added: [], removed: [], scope: 0, complete: true, byNames: true });
      });
    }

    it("and names the errors of the file that the code comes into", async () => {
      await open({
        "a.ts": "export function foo() {\n  return new Date().getTime();\n}\nexport const kept = 1;\n",
        "b.ts": "export interface Date {\n  day: number;\n}\nexport const bar = 2;\n",
        "main.ts": "import { foo } from './a';\nexport const n = foo();\n",
      });
      const { impact, tsc } = await byHand({
        "a.ts": "export const kept = 1;\n",
        "b.ts":
          "export interface Date {\n  day: number;\n}\nexport const bar = 2;\nconst unused: string = 1;\nexport function foo() {\n  return new Date().getTime();\n}\n",
        "main.ts": "import { foo } from './b';\nexport const n = foo();\n",
      });
      assert.notDeepEqual(tsc, []);
      assert.ok(impact.added.length > 0);
    });
  });

  describe("asks for the types where names do not tell:", () => {
    const odd: readonly (readonly [what: string, files: Files, after: Files, more?: object])[] = [
      [
        "an import of another thing under the name",
        {
          "a.ts": "export const foo = 1;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo;\n",
        },
        {
          "a.ts": "export {};\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts": "import { other as foo } from './b';\nexport const n: number = foo;\n",
        },
      ],
      [
        "an importer that was left out",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo as mine } from './a';\nexport const n: number = mine;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
        },
      ],
      [
        "a default import that was left out",
        {
          "a.ts": "export default function foo() {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import mine from './a';\nmine();\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport default function foo() {}\n",
        },
      ],
      [
        "a variable that code above has narrowed",
        {
          "a.ts":
            "declare function pick(): string | undefined;\nexport const el = pick();\nif (el === undefined) throw new Error();\nexport const foo = () => el;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo().length;\n",
        },
        {
          "a.ts":
            "declare function pick(): string | undefined;\nexport const el = pick();\nif (el === undefined) throw new Error();\n",
          "b.ts": "import { el } from './a';\nexport const other = 'x';\nexport const foo = () => el;\n",
          "main.ts": "import { foo } from './b';\nexport const n: number = foo().length;\n",
        },
      ],
      [
        "a constant whose value is narrower than its type",
        {
          "a.ts": "export const el: string | number = 'x';\nexport const foo = () => el;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo().length;\n",
        },
        {
          "a.ts": "export const el: string | number = 'x';\n",
          "b.ts": "import { el } from './a';\nexport const other = 'x';\nexport const foo = () => el;\n",
          "main.ts": "import { foo } from './b';\nexport const n: number = foo().length;\n",
        },
      ],
      [
        "a value that is imported as a type",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts": "import type { foo } from './b';\nexport const n: number = foo;\n",
        },
      ],
      [
        "a module of types used as one of values",
        {
          "a.ts": "export function foo() {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import * as A from './a';\nexport const n: number = A.kept;\nA.foo();\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport function foo() {}\n",
          "main.ts":
            "import * as A from './a';\nimport type * as B from './b';\nexport const n: number = A.kept;\nB.foo();\n",
        },
      ],
      [
        "a type that is imported as a value",
        {
          "a.ts": "export type Foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import type { Foo } from './a';\nexport const n: Foo = 1;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport type Foo = 1;\n",
          "main.ts": "import { Foo } from './b';\nexport const n: Foo = 1;\n",
        },
        { verbatimModuleSyntax: true },
      ],
      [
        "an import that nothing uses any more",
        {
          "a.ts": "export function foo() {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import * as A from './a';\nA.foo();\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport function foo() {}\n",
          "main.ts": "import * as A from './a';\nimport { foo } from './b';\nfoo();\n",
        },
        { noUnusedLocals: true },
      ],
      [
        "a module that is used as an object",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import * as A from './a';\nexport const all: { foo: number } = A;\n",
        },
        { "a.ts": "export const kept = 2;\n", "b.ts": "export const other = 'x';\nexport const foo = 1;\n" },
      ],
      [
        "a module that is loaded late",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "export const all: Promise<{ foo: number }> = import('./a');\n",
        },
        { "a.ts": "export const kept = 2;\n", "b.ts": "export const other = 'x';\nexport const foo = 1;\n" },
      ],
      [
        "an interface that another file adds to",
        {
          "a.ts": "export interface Foo {\n  a: number;\n}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "more.ts": "import './a';\ndeclare module './a' {\n  interface Foo {\n    b: number;\n  }\n}\n",
          "main.ts": "import type { Foo } from './a';\nexport const n = (foo: Foo) => foo.b;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport interface Foo {\n  a: number;\n}\n",
          "main.ts": "import type { Foo } from './b';\nexport const n = (foo: Foo) => foo.b;\n",
        },
      ],
      [
        "a comment that expects an error",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts":
            "// @ts-expect-error\nimport { foo, missing } from './a';\nexport const n: number = foo + missing;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts":
            "// @ts-expect-error\nimport { foo } from './b';\nimport { missing } from './a';\nexport const n: number = foo + missing;\n",
        },
      ],
      [
        "a global name that an import hides",
        {
          "a.ts": "export class Set {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts":
            "import { Set as Mine } from './a';\nexport const n = new Mine();\nexport const size: number = new Set().size;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport class Set {}\n",
          "main.ts":
            "import { Set } from './b';\nexport const n = new Set();\nexport const size: number = new Set().size;\n",
        },
      ],
      [
        "a name that an importer declares already",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo as mine } from './a';\nconst foo = mine;\nexport const n: number = foo;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts": "import { foo } from './b';\nconst foo = foo;\nexport const n: number = foo;\n",
        },
      ],
      [
        "a barrel that has the name from elsewhere",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "c.ts": "export const foo = 'c';\n",
          "index.ts": "export * from './b';\nexport * from './c';\n",
          "user.ts": "import { foo } from './index';\nexport const text: string = foo;\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts": "import { foo } from './b';\nexport const n: number = foo;\n",
        },
      ],
      [
        "a barrel that is used as an object",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "index.ts": "export * from './a';\n",
          "main.ts":
            "import * as all from './index';\nexport const n: { kept: number } = all;\nexport const size = Object.keys(all);\n",
          "user.ts": "import * as all from './index';\nexport const n: Record<'foo', number> = all;\n",
        },
        { "a.ts": "export const kept = 2;\n", "b.ts": "export const other = 'x';\nexport const foo = 1;\n" },
      ],
      [
        "one of two imports that was left out",
        {
          "a.ts": "export const foo = 1;\nexport const bar = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nimport { bar } from './a';\nexport const n: number = bar;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\nexport const bar = 1;\n",
          "main.ts": "import { foo } from './a';\nimport { bar } from './b';\nexport const n: number = bar;\n",
        },
      ],
      [
        "a default import that leads to another default now",
        {
          "a.ts": "export default function foo() {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import mine from './a';\nmine();\n",
        },
        {
          "a.ts": "export const kept = 2;\nexport { kept as default };\n",
          "b.ts": "export const other = 'x';\nexport default function foo() {}\n",
        },
      ],
      [
        "a line with two imports of which one error was expected",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts":
            "// @ts-expect-error\nimport { foo } from './a'; import { gone } from './gone';\nexport const n = [foo, gone];\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts":
            "// @ts-expect-error\nimport { foo } from './b';\nimport { gone } from './gone';\nexport const n = [foo, gone];\n",
        },
      ],
      [
        "a global name that an alias hides",
        {
          "a.ts": "export class Foo {}\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts":
            "import { Foo as Mine } from './a';\nexport const n = new Mine();\nexport const size: number = new Set().size;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport class Foo {}\n",
          "main.ts":
            "import { Foo as Set } from './b';\nexport const n = new Set();\nexport const size: number = new Set().size;\n",
        },
      ],
      [
        "a type that is exported no more, which a declaration file has to name",
        {
          "a.ts":
            "export interface Shown {\n  x: number;\n}\nexport const foo = (): Shown => ({ x: 1 });\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n = foo();\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts":
            "export const other = 'x';\ninterface Shown {\n  x: number;\n}\nexport const foo = (): Shown => ({ x: 1 });\n",
          "main.ts": "import { foo } from './b';\nexport const n = foo();\n",
        },
        { declaration: true },
      ],
      [
        "a barrel that loses the name",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "index.ts": "export * from './a';\n",
          "main.ts": "import { foo } from './index';\nexport const n: number = foo;\n",
        },
        { "a.ts": "export const kept = 2;\n", "b.ts": "export const other = 'x';\nexport const foo = 1;\n" },
      ],
      [
        "code that is changed besides",
        {
          "a.ts": "export const foo = () => 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo();\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = () => '1';\n",
          "main.ts": "import { foo } from './b';\nexport const n: number = foo();\n",
        },
      ],
      [
        "a use that is another one now",
        {
          "a.ts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.ts": "export const other = 'x';\n",
          "main.ts": "import { foo } from './a';\nexport const n: number = foo;\n",
        },
        {
          "a.ts": "export const kept = 2;\n",
          "b.ts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.ts": "import { foo, other } from './b';\nexport const n: number = other;\nvoid foo;\n",
        },
      ],
      [
        "a tag that is an element of HTML in small letters",
        {
          "a.tsx": "export const box = (_: { size: number }) => null;\nexport const kept = 2;\n",
          "b.tsx": "export const other = 'x';\n",
          "jsx.d.ts":
            "declare namespace JSX {\n  interface IntrinsicElements {\n    box: {};\n  }\n  interface Element {}\n}\n",
          "main.tsx": "import * as A from './a';\nexport const n = <A.box size={1} />;\nexport const kept = A.kept;\n",
        },
        {
          "a.tsx": "export const kept = 2;\n",
          "b.tsx": "export const other = 'x';\nexport const box = (_: { size: number }) => null;\n",
          "main.tsx":
            "import * as A from './a';\nimport { box } from './b';\nexport const n = <box size={1} />;\nexport const kept = A.kept;\n",
        },
        { jsx: "preserve" },
      ],
      [
        "a private type that a declaration file would have to name",
        {
          "a.ts":
            "interface Hidden {\n  x: number;\n}\nexport const foo = (): Hidden => ({ x: 1 });\nexport const kept = foo();\n",
          "b.ts": "export const other = 'x';\n",
        },
        {
          "a.ts": "import { foo } from './b';\nexport const kept = foo();\n",
          "b.ts":
            "export const other = 'x';\ninterface Hidden {\n  x: number;\n}\nexport const foo = (): Hidden => ({ x: 1 });\n",
        },
        { declaration: true },
      ],
      [
        "a module in another format",
        {
          "package.json": '{ "type": "module" }',
          "a.mts": "export const foo = 1;\nexport const kept = 2;\n",
          "b.cts": "export const other = 'x';\n",
          "lib/package.json": '{ "type": "commonjs" }',
          "lib/main.ts": "import { kept } from '../b.cjs';\nexport const n = kept;\n",
          "main.mts": "import { foo } from './a.mjs';\nexport const n: number = foo;\n",
        },
        {
          "a.mts": "export const kept = 2;\n",
          "b.cts": "export const other = 'x';\nexport const foo = 1;\n",
          "main.mts": "import { foo } from './b.mjs';\nexport const n: number = foo;\n",
        },
        { module: "NodeNext", moduleResolution: "NodeNext" },
      ],
    ];
    for (const [what, files, after, more] of odd) {
      it(what, async () => {
        await open(files, more);
        const { impact, tsc } = await byHand(after);
        assert.notDeepEqual(tsc, [], "tsc has something new to say");
        assert.ok(impact.added.length > 0, JSON.stringify(impact));
        assert.equal(impact.complete, true);
      });
    }
  });
});
