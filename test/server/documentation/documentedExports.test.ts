import assert from "node:assert/strict";
import type { DocumentedName } from "../../../src/server/analysis/typescript/answers.ts";
import { calm, startAnalysis } from "../../support/analysis.ts";
import type { TestAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true, "allowJs": true, "target": "ES2022" } }\n',
  "merged.ts": `/** A class. */
export class Basket<T extends { a: 1 }> { get weight(): number { return 1; } static empty = 0; [Symbol.iterator]() {} }
/** A namespace. */
export namespace Basket { export const inner = 1; export namespace Deep { export type T = 1; } }
/** A value. */
export const Kind = { a: 1 } as const;
/** A type. */
export type Kind = keyof typeof Kind;
export function count(a: string): void;
export function count(a: number): void;
export function count(_: unknown) {}
count.twice = 2;
export enum Color { /** Like blood. */ Red, Green = "g" }
export const add = (a: number) => a;
/** @hidden */
export const hidden = 1;
export default class {}
`,
  "asserted.ts": `export const made = function (a: number) { return a; } as unknown as { readonly size: number };
export const built = function () { return 1; } as unknown as { (): number; new (): Date };
export const called = function (a: number) { return a; } as unknown as (a: 1) => 1;
export const checked = function (a: number) { return a; } satisfies (a: number) => number;
`,
  "passed.ts": `export * from "./merged.ts";
export * as all from "./merged.ts";
export type { Basket as Box } from "./merged.ts";
export { nothing } from "./missing.ts";
`,
  "equals.cts": "function make() {}\nnamespace make { export interface Made { a: 1 } }\nexport = make;\n",
  "ambient.d.ts": 'declare module "pears" { export const pear: number; }\ndeclare function globally(): void;\n',
  "object.js": "const own = () => 1;\nmodule.exports = { own, /** Made. */ made: function (a) {}, number: 1 };\n",
  "whole.js": `exports = module.exports = create;
/** Makes. */
function create() {}
/** A part. */
exports.part = 1;
exports.unknown = require("nowhere").unknown;
`,
  "prototype.js": `module.exports = View;
/** A view. */
function View(name) { this.name = name; }
/** Looks. */
View.prototype.look = function look() { return 1; };
`,
  "class.js": "module.exports = class Pear { /** Eats. */ eat() {} };\n",
  "passes.js": 'module.exports = require("./whole");\n',
  "computed.js": 'var app = module.exports = {};\n["get"].forEach(function (name) { app[name] = 1; });\napp.own = 1;\n',
};

describe("documented exports", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let ours: TestAnalysis;
  before(async () => {
    workspace = await scratchWorkspace(files);
    ours = startAnalysis(workspace.folder);
  });
  after(async () => {
    await ours.close();
    await workspace.remove();
  });

  const namesIn = async (path: string): Promise<readonly DocumentedName[]> => {
    const { modules } = await ours.analysis.exports({}, calm);
    return modules.find((module) => module.path === path)?.exports ?? assert.fail(`${path} is no module`);
  };
  const shown = (names: readonly DocumentedName[]): string[] =>
    names.flatMap((each) => [
      `${each.kind} ${each.name}`,
      ...shown(each.exports ?? []).map((inner) => `${each.name}.${inner}`),
    ]);

  it("name each meaning of merged declarations, with its own comment", async () => {
    const names = await namesIn("merged.ts");
    assert.deepEqual(shown(names), [
      "class Basket",
      "namespace Basket",
      "Basket.variable inner",
      "Basket.namespace Deep",
      "Basket.Deep.type T",
      "variable Kind",
      "type Kind",
      "function count",
      "enum Color",
      "function add",
      "class default",
    ]);
    const docs = names.flatMap(({ doc }) => doc ?? []);
    assert.deepEqual(docs, ["A class.", "A namespace.", "A value.", "A type."]);
    const of = (name: string) => names.find((each) => each.name === name)?.members?.map(({ signature }) => signature);
    assert.deepEqual(of("Basket"), ["weight: number", "[iterator](): void", "static empty: number"]);
    assert.deepEqual(of("Color"), ["Red = 0", 'Green = "g"']);
    assert.deepEqual(of("count"), ["twice: number"]);
    assert.equal(names[0]?.signature, "class Basket<T extends { a: 1 }>");
  });

  it("are functions only where their type is one", async () => {
    assert.deepEqual(shown(await namesIn("asserted.ts")), [
      "variable made",
      "variable built",
      "function called",
      "function checked",
    ]);
  });

  it("lead from what a module passes on to where it is documented", async () => {
    const names = await namesIn("passed.ts");
    const all = names.find(({ name }) => name === "all");
    assert.deepEqual(all?.home, { path: "merged.ts" });
    const box = names.find(({ name }) => name === "Box");
    assert.deepEqual([box?.kind, box?.isTypeOnly, box?.home], ["class", true, { path: "merged.ts", name: "Basket" }]);
    assert.ok(
      names.some(({ name }) => name === "nothing"),
      "an export that leads nowhere is named",
    );
    assert.ok(names.some(({ name, kind }) => name === "Basket" && kind === "namespace"));
  });

  it("know `export =` and declaration files without a source", async () => {
    assert.deepEqual(shown(await namesIn("equals.cts")), [
      "function export =",
      "namespace export =",
      "export =.interface Made",
    ]);
    const ambient = shown(await namesIn("ambient.d.ts"));
    assert.deepEqual(ambient, ['namespace "pears"', '"pears".variable pear', "function globally"]);
  });

  it("read CommonJS as Node does", async () => {
    const { createRequire } = await import("node:module");
    const require = createRequire(`${workspace.folder}/package.json`);
    for (const file of ["object.js", "class.js", "prototype.js"]) {
      const expected = Object.keys(require(`${workspace.folder}/${file}`) as object);
      const names = (await namesIn(file)).map(({ name }) => name).filter((name) => name !== "module.exports");
      assert.deepEqual([...names].sort(), expected.sort(), file);
    }
    assert.deepEqual(shown(await namesIn("object.js")), ["function own", "function made", "variable number"]);
    assert.deepEqual(shown(await namesIn("whole.js")), [
      "function module.exports",
      "variable part",
      "variable unknown",
    ]);
    assert.deepEqual(
      (await namesIn("whole.js")).map(({ doc }) => doc),
      ["Makes.", "A part.", undefined],
    );
    const [view] = await namesIn("prototype.js");
    assert.deepEqual([view?.kind, view?.doc], ["class", "A view."]);
    assert.deepEqual(
      view?.members?.map(({ name, doc }) => [name, doc]),
      [
        ["name", undefined],
        ["look", "Looks."],
      ],
    );
    assert.deepEqual((await namesIn("passes.js")).map(({ name }) => name).sort(), [
      "module.exports",
      "part",
      "unknown",
    ]);
  });

  it("say of which names only a run knows", async () => {
    const { incomplete } = await ours.analysis.exports({}, calm);
    assert.deepEqual(
      incomplete.filter(({ path }) => path.endsWith(".js")),
      [
        {
          path: "computed.js",
          reason: "Names that it sets by an expression are not documented: app[name] in line 2.",
        },
      ],
    );
    assert.deepEqual(shown(await namesIn("computed.js")), ["variable own"]);
  });
});
