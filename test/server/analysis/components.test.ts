import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import {
  componentKinds,
  packComponents,
  unpackComponents,
  withLevels,
} from "../../../src/server/analysis/syntax/components.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

const readers = createReaders();

async function list(file: string, text: string): Promise<string[]> {
  const found = await readers.components.read(file, text);
  return found.map(({ kind, name, line, endLine, exported }) => {
    return `${kind} ${name} ${line}${endLine === line ? "" : `-${endLine}`}${exported ? "" : " private"}`;
  });
}

const signatures = async (file: string, text: string) =>
  (await readers.components.read(file, text)).map(({ signature }) => signature);

describe("components of TypeScript", () => {
  it("in JavaScript are also the types that comments declare", async () => {
    const text = `/** @import {Code} from './types.js' */
import { b } from './b.js';

/**
 * @typedef Size
 *   Of a box.
 * @property {number} width
 */

/**
 * @callback Check
 * @param {Size} size
 * @returns {boolean}
 */

/** @type {Check} */
export const isBig = ({ width }) => width > b;

/** @typedef {{ value: number }} Last */
`;
    assert.deepEqual(await list("a.js", text), [
      "type Size 5-8",
      "type Check 11-14",
      "function isBig 17",
      "type Last 19",
    ]);
    assert.deepEqual(await list("a.ts", text), ["function isBig 17"]);
    const [size, check, , last] = await signatures("a.js", text);
    assert.deepEqual([size, check, last], ["@typedef Size", "@callback Check", "@typedef {{ value: number }} Last"]);
  });

  it("are declarations of modules, namespaces and classes, with overloads reported once", async () => {
    const text = `import { z } from "z";
export interface Shape { area(): number }
type Local = string;
export enum Color { Red, Green = "g" }
export function f(a: 1): 1;
export function f(a: any) { function inner() {} return a; }
const helper = (a: number) => a;
export const value = 1, { x, y: [z2] } = o;
const hidden = 2;
export default class Cart extends Base<Item> {
  @dec() handle = () => 1;
  #secret() {}
  constructor(private a: number) { super(); }
  add(a: 1): void;
  add(a: any) {}
  get total() { return 1; }
  private half() {}
}
namespace N.M { export const inner = 1; export function g() {} }
export { helper as renamed, value as other };
export * from "./star";
export { q as r, type S } from "./named";
function late() {}
export { late };
`;
    assert.deepEqual(await list("a.ts", text), [
      "interface Shape 2",
      "type Local 3 private",
      "enum Color 4",
      "function f 6",
      "function helper 7",
      "variable value 8",
      "variable x 8",
      "variable z2 8",
      "class Cart 10-18",
      "method Cart/handle 11",
      "method Cart/#secret 12 private",
      "method Cart/constructor 13",
      "method Cart/add 15",
      "method Cart/total 16",
      "method Cart/half 17 private",
      "namespace N 19 private",
      "namespace N/M 19 private",
      "variable N/M/inner 19",
      "function N/M/g 19",
      "export renamed 20",
      "export other 20",
      "export * 21",
      "export r 22",
      "export S 22",
      "function late 23",
    ]);
  });

  it("have a level in the tree of names; a slash of their own name or a route is none", async () => {
    const text = `class A { "x/y"() {} m() {} }
namespace N { export class B { n() {} } }
app.get("/users/:id", (req, res) => {});
describe("a/b", () => { it("c", () => {}); });
`;
    const found = withLevels(await readers.components.read("a.test.ts", text));
    assert.deepEqual(
      found.map(({ name, level }) => `${level} ${name}`),
      ["1 A", "2 A/x/y", "2 A/m", "1 N", "2 N/B", "3 N/B/n", "1 GET /users/:id", "1 a/b", "2 a/b > c"],
    );
  });

  it("have their heads as signatures", async () => {
    assert.deepEqual(
      await signatures(
        "a.ts",
        `export async function load<T>(
  url: string,
): Promise<T> { return x; }
@Injectable()
export class A<T> extends B implements C { m(a = 1): void {} p = async (b: string): Promise<void> => {}; }
export const f = (a: number): string => "";
export type U = A | B;
enum E { A, B }
`,
      ),
      [
        "export async function load<T>( url: string, ): Promise<T>",
        "export class A<T> extends B implements C",
        "m(a = 1): void",
        "p = async (b: string): Promise<void>",
        "const f = (a: number): string",
        "export type U = A | B",
        "enum E { A, B }",
      ],
    );
  });

  it("are without the inside of a long type", async () => {
    const short = `{ ${"member: string; ".repeat(11)}}`;
    const long = `{ ${"member: string; ".repeat(12)} }`;
    assert.deepEqual(
      await signatures(
        "a.ts",
        `export type A<in T extends B = ${long}, U = T> = ${long};\ntype C = ${long}\ntype S = ${short}\ntype D<T extends B> = T;\n`,
      ),
      ["export type A<T, U> = …", "type C = …", `type S = ${short}`, "type D<T extends B> = T"],
    );
  });

  it("have no comments in their heads, and keep what looks like one in a text", async () => {
    assert.deepEqual(
      await signatures(
        "a.ts",
        `export type Options = {
  /** In bytes. */
  size?: number // not more than 1,000
  site: "https://a.b" | '/*'
};
export function f(
  a: string, // the first
  b = "//", /* the second */
): void {}
`,
      ),
      [
        `export type Options = { size?: number site: "https://a.b" | '/*' }`,
        `export function f( a: string, b = "//", ): void`,
      ],
    );
  });

  it("include routes of Express, Fastify and Nest, but no client's calls", async () => {
    const text = `app.get("/users/:id", auth, (req, res) => {});
router.post("/users", create);
fastify.route({ method: ["GET", "HEAD"], url: "/health", handler });
axios.get("/not", config);
map.get("/not", fallback);
app.get("setting");
@Controller("cats")
export class Cats { @Get(":id") one() {} @Post() add() {} }
`;
    assert.deepEqual(
      (await list("a.ts", text)).filter((one) => one.startsWith("route")),
      [
        "route GET /users/:id 1 private",
        "route POST /users 2 private",
        "route GET /health 3 private",
        "route HEAD /health 3 private",
        "route GET /cats/:id 8 private",
        "route POST /cats 8 private",
      ],
    );
  });

  it("include tests with the titles around them", async () => {
    const text = `describe("cart", () => {
  it("adds", async () => {});
  describe.skip("empty", () => { test.each([1])("is %s", (n) => {}); });
});
test(\`of \${x}\`, () => {});
iterator.test("no", () => {});
`;
    assert.deepEqual(await list("a.test.ts", text), [
      "test cart 1-4 private",
      "test cart > adds 2 private",
      "test cart > empty 3 private",
      "test cart > empty > is %s 3 private",
      "test of ${x} 5 private",
    ]);
  });
});

describe("components of other languages", () => {
  const cases: Readonly<Record<string, readonly [file: string, text: string, wanted: readonly string[]]>> = {
    Python: [
      "test_shop.py",
      `LIMIT = 1
_hidden = 2
@app.get("/items/{id}")
async def item(id: int): ...
@bp.route("/cart", methods=["GET", "POST"])
def cart(): pass
class Cart(Base):
    def add(self): pass
    def _own(self):
        def inner(): pass
class TestCart:
    def test_add(self): pass
def test_all(): pass
`,
      [
        "variable LIMIT 1",
        "function item 4",
        "route GET /items/{id} 4 private",
        "function cart 6",
        "route GET /cart 6 private",
        "route POST /cart 6 private",
        "class Cart 7-10",
        "method Cart/add 8",
        "method Cart/_own 9-10 private",
        "class TestCart 11-12",
        "test TestCart/test_add 12",
        "test test_all 13",
      ],
    ],
    Go: [
      "a_test.go",
      "package a\ntype Cart struct{ n int }\ntype Shape interface{}\ntype id = string\nfunc (c *Cart) Add(n int) {}\nfunc helper() {}\nfunc TestAdd(t *testing.T) {}\nconst Max = 1\n",
      [
        "class Cart 2",
        "interface Shape 3",
        "type id 4 private",
        "method Cart/Add 5",
        "function helper 6 private",
        "test TestAdd 7",
        "variable Max 8",
      ],
    ],
    Java: [
      "A.java",
      "public class A {\n  public A() {}\n  @Test\n  public void adds() {}\n  private int n() { return 1; }\n  interface B { void m(); }\n  enum C { X }\n}\n",
      [
        "class A 1-8",
        "method A/A 2",
        "test A/adds 3-4",
        "method A/n 5 private",
        "interface A/B 6 private",
        "method A/B/m 6 private",
        "enum A/C 7 private",
      ],
    ],
    Rust: [
      "a.rs",
      "pub struct Cart<T> { n: T }\nimpl<T> Cart<T> {\n  pub fn add(&self) {}\n  fn own() {}\n}\npub trait Shape { fn area(&self) -> f64; }\nenum E { A }\nmod tests {\n  #[test]\n  fn adds() {}\n}\n",
      [
        "class Cart 1",
        "method Cart/add 3",
        "method Cart/own 4 private",
        "interface Shape 6",
        "method Shape/area 6 private",
        "enum E 7 private",
        "namespace tests 8-11 private",
        "test tests/adds 10 private",
      ],
    ],
    "C#": [
      "A.cs",
      "namespace N;\npublic class A : B {\n  public A() {}\n  [Fact] public void Adds() {}\n  int Own() => 1;\n}\npublic interface I { void M(); }\nenum E { X }\n",
      [
        "class A 2-6",
        "method A/A 3",
        "test A/Adds 4",
        "method A/Own 5 private",
        "interface I 7",
        "method I/M 7 private",
        "enum E 8 private",
      ],
    ],
    Ruby: [
      "a.rb",
      "module Shop\n  class Cart < Base\n    def add(n)\n    end\n    def self.build\n    end\n  end\nend\n",
      ["namespace Shop 1-8", "class Shop/Cart 2-7", "method Shop/Cart/add 3-4", "method Shop/Cart/build 5-6"],
    ],
    PHP: [
      "a.php",
      "<?php\ninterface Shape {}\nabstract class Cart extends Base {\n  public function add($n) {}\n  private function own() {}\n}\nfunction helper() {}\n",
      ["interface Shape 2", "class Cart 3-6", "method Cart/add 4", "method Cart/own 5 private", "function helper 7"],
    ],
    "C++": [
      "a.cpp",
      "namespace shop {\nclass Cart : public Base {\n public:\n  int add(int n) { return n; }\n};\nenum class Color { Red };\n}\nint *shop::Cart::all(void) { return 0; }\nstatic int helper() { struct tm *now; return 1; }\ntemplate <typename T> T max(T a) { return a; }\n",
      [
        "namespace shop 1-7",
        "class shop/Cart 2-5",
        "method shop/Cart/add 4",
        "enum shop/Color 6",
        "function shop/Cart/all 8",
        "function helper 9 private",
        "function max 10",
      ],
    ],
  };

  for (const [language, [file, text, wanted]] of Object.entries(cases)) {
    it(`are known for ${language}`, async () => {
      assert.deepEqual(await list(file, text), wanted);
    });
  }
});

describe("components of a repository", () => {
  const context = {
    overlays: new Map<string, string>(),
    signal: new AbortController().signal,
    progress: () => undefined,
  };

  it("come in order of path and line, of the wanted kinds, without build output", async () => {
    const { folder, remove } = await scratchWorkspace({
      "b.ts": "export function two() {}\nexport class One {}\n",
      "a.py": "def zero(): pass\n",
      "dist/b.js": "function built() {}\n",
      "notes.md": "# x\n",
    });
    const roots = [{ absolute: folder, displayPath: "" }];
    const all = await createScans(createReaders()).components({ roots, kinds: ["function"] }, context);
    const built = { absolute: `${folder}/dist`, displayPath: "dist", isFolder: true };
    const named = await createScans(createReaders()).components({ roots, target: built }, context);
    await assert.rejects(
      createScans(createReaders()).components(
        { roots, target: { absolute: folder, displayPath: "notes.md", isFolder: false } },
        context,
      ),
      { code: "UNSUPPORTED_LANGUAGE", remedy: /TypeScript, JavaScript, Python, Go/ },
    );
    await remove();
    assert.deepEqual(
      all.components.map(({ path, name }) => `${path} ${name}`),
      ["a.py zero", "b.ts two"],
    );
    assert.deepEqual(
      named.components.map(({ path, name }) => `${path} ${name}`),
      ["dist/b.js built"],
    );
  });
});

describe("components of JavaScript that assigns its names", () => {
  it("are exports, members of prototypes and objects, and what wrappers declare", async () => {
    const text = `var app = exports = module.exports = {};
app.use = function use() { return 1; };
exports.parse = parse;
exports.version = "1";
function parse() {}
function View() {}
View.prototype.render = function () {};
View.prototype = { paint: function () {}, draw() {} };
View.create = () => new View();
Object.assign(View.prototype, { mixed() {} });
Object.defineProperty(exports, "lazy", { get: function () { return 1; } });
exports.View = View;
(function () { function inner() {} exports.inside = function () {}; })();
if (app) app.late = function () {};
`;
    assert.deepEqual(await list("a.js", text), [
      "variable app 1",
      "method app/use 2",
      "variable version 4",
      "function parse 5",
      "function View 6",
      "method View/render 7",
      "method View/paint 8",
      "method View/draw 8",
      "method View/create 9",
      "method View/mixed 10",
      "function lazy 11",
      "function inner 13 private",
      "function inside 13",
      "method app/late 14",
    ]);
  });
});

describe("packed components", () => {
  it("are the same when they are unpacked, for this repository's own files", async () => {
    let files = 0;
    for (const folder of ["src", "test", "scripts"]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (!entry.isFile() || readers.components.limitOf(file) === 0) continue;
        const found = await readers.components.read(file, await readFile(file, "utf8"));
        assert.deepEqual(unpackComponents(packComponents(found)), found, file);
        files++;
      }
    }
    assert.ok(files > 300, String(files));
  }).timeout(60_000);

  it("are the same when they are unpacked, of every kind and with signs that JSON escapes", () => {
    const components = componentKinds.map((kind, at) => {
      const name = `"${kind}\\\u2028\ud800ü日本`;
      return { name, kind, line: at, endLine: at + 1e6, signature: `\0\n'${kind}'`, exported: at % 2 === 0 };
    });
    assert.deepEqual(unpackComponents(packComponents(components)), components);
    assert.deepEqual(unpackComponents(packComponents([])), []);
  });
});
