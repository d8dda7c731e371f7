import assert from "node:assert/strict";
import path from "node:path";
import type { Analysis } from "../../../src/server/analysis/analysis.ts";
import type { SymbolFact, Target } from "../../../src/server/analysis/typescript/answers.ts";
import { calm, startAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true, "allowJs": true, "types": [] }, "include": ["**/*"] }',
  "src/hex.ts": `export function encode(value: encode.Input): string { return value.text; }
export declare namespace encode { type Input = { text: string } }
export class Hex {
  static from(text: string): Hex { return new Hex(text); }
  constructor(readonly text: string) {}
  trim(): string { return this.text; }
  #own = 1;
  twice(): number { return this.#own * 2; }
}
export const table = { "text/plain": 1, "a.b#c": 2 };
export function outer(): number { const local = 1; return local; }
`,
  "src/base64.ts": `export function encode(text: string): string { return text; }
export function only(text: string): string { return text; }
`,
  "src/index.ts": `export * as Bytes from "./base64";
export { Hex, encode } from "./hex";
export { only as alone } from "./base64";
`,
  "src/use.ts": `import * as H from "./hex";
export const input: H.encode.Input = { text: "a" };
export const used = H.encode(input) + H.Hex.from("a").trim();
`,
  "lib/view.js": `module.exports = View;
function View(name) { this.name = name; }
View.prototype.render = function render() { return this.name; };
View.create = function (name) { return new View(name); };
exports.late = late;
var request = Object.create(null);
request.header = function header() { return 1; };
function late() {}
`,
  "dist/hex.js": `exports.encode = encode;
function encode(value) { return value.text; }
function only(text) { return text; }
`,
};

describe("names of symbols", function () {
  let analysis: Analysis;
  let folder: string;
  const ends: (() => Promise<unknown>)[] = [];
  before(async () => {
    const scratch = await scratchWorkspace(files);
    const started = startAnalysis(scratch.folder);
    ({ folder } = scratch);
    ({ analysis } = started);
    ends.push(started.close, scratch.remove);
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const targetOf = (symbol: string): Target => {
    const [, file, namePath = symbol] = /^(src\/.+?\.ts|lib\/.+?\.js|dist\/.+?\.js)#(.+)$/.exec(symbol) ?? [];
    return { kind: "name", namePath, ...(file !== undefined && { file: path.join(folder, file) }) };
  };
  const referencesOf = (symbol: string) => analysis.references({ target: targetOf(symbol) }, calm);
  const found = async (query: string) => {
    const { namePath, file } = targetOf(query) as Target & { kind: "name" };
    return (await analysis.symbols({ query: namePath, path: file }, calm)).symbols;
  };
  const same = (a: SymbolFact | undefined, b: SymbolFact) => a?.path === b.path && a.line === b.line;

  it("that find_symbol gives are taken by the other questions, and mean the same", async () => {
    const all = new Map<string, SymbolFact>();
    for (const query of ["e", "o", "a", "t"]) for (const one of await found(query)) all.set(one.symbol, one);
    assert.ok(all.size > 20, [...all.keys()].join(" "));
    for (const one of all.values()) {
      assert.ok(same((await found(one.symbol))[0], one), `find_symbol ${one.symbol}`);
      const { groups } = await referencesOf(one.symbol);
      const own = groups.filter((group) => group.path === one.path).flatMap(({ positions }) => positions);
      assert.ok(
        own.some(([line]) => line === one.line),
        `find_references ${one.symbol}`,
      );
    }
  });

  it("have the file only where another source has them too", async () => {
    const names = (await found("encode")).map(({ symbol }) => symbol);
    assert.deepEqual(names, ["src/base64.ts#encode", "src/hex.ts#encode", "dist/hex.js#encode"]);
    const [only] = await found("only");
    assert.equal(only?.symbol, "only");
    assert.deepEqual(await referencesOf("only").then(({ symbol, behind }) => [symbol, behind]), [
      "src/base64.ts#only",
      1,
    ]);
  });

  for (const [typed, label] of [
    ["Hex.from", "src/hex.ts#Hex/from"],
    ["Hex#trim", "src/hex.ts#Hex/trim"],
    ["Hex::trim()", "src/hex.ts#Hex/trim"],
    ["Hex.prototype.trim", "src/hex.ts#Hex/trim"],
    ["Hex#own", "src/hex.ts#Hex/#own"],
    ["hex.encode", "src/hex.ts#encode"],
    ["H.encode", "src/hex.ts#encode"],
    ["Bytes.encode", "src/base64.ts#encode"],
    ["base64/encode", "src/base64.ts#encode"],
    ["src/index.ts#encode", "src/hex.ts#encode"],
    ["src/index.ts#Hex.trim", "src/hex.ts#Hex/trim"],
    ["src/index.ts#Bytes.only", "src/base64.ts#only"],
    ["hEX/TRIM", "src/hex.ts#Hex/trim"],
    ["text/plain", "src/hex.ts#table/text/plain"],
    ["outer/local", "src/hex.ts#outer/local"],
    ["View.render", "lib/view.js#View/render"],
    ["view.late", "lib/view.js#late"],
  ] as const) {
    it(`are understood as people type them: ${typed}`, async () => {
      assert.equal((await referencesOf(typed)).symbol, label);
    });
  }

  it("stand for every declaration, with the uses of each", async () => {
    const { groups, kinds } = await referencesOf("src/hex.ts#encode");
    const all = groups.flatMap(({ path: file, positions }) =>
      positions.map(([line, , kind]) => `${file}:${line} ${kind}`),
    );
    assert.deepEqual(all, [
      "src/hex.ts:1 declaration",
      "src/hex.ts:1 type",
      "src/hex.ts:2 declaration",
      "src/index.ts:2 export",
      "src/use.ts:2 type",
      "src/use.ts:3 call",
    ]);
    assert.deepEqual(kinds, { declaration: 2, type: 2, export: 1, call: 1 });
  });
});
