import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { scriptFacts } from "../../../src/server/analysis/syntax/tsFacts.ts";
import { eslintComplexity } from "../../support/eslintComplexity.ts";
import type { Complexity } from "../../support/eslintComplexity.ts";

function ours(file: string, text: string): Complexity[] {
  return scriptFacts(file, text).functions.map(({ end, cyclomatic }) => ({ end, complexity: cyclomatic }));
}

const sorted = (all: readonly Complexity[]) => all.toSorted((a, b) => a.end - b.end || a.complexity - b.complexity);

function assertSame(file: string, text: string): void {
  assert.deepEqual(sorted(ours(file, text)), sorted(eslintComplexity(file, text)));
}

describe("cyclomatic complexity", () => {
  const snippets: Readonly<Record<string, string>> = {
    "branches, loops and catch":
      "function f(a) { if (a) {} else if (a > 1) {} for (;;) {} for (const x of a) {} for (const k in a) {} while (a) {} do {} while (a); try {} catch {} return a ? 1 : 2; }",
    "cases without default": "function f(a) { switch (a) { case 1: case 2: return 1; default: return 2; } }",
    "logical operators and assignments": "function f(a, b) { a ||= b; a &&= b; a ??= b; return (a && b) || (a ?? b); }",
    "optional chains link by link": "const f = (a) => a?.b?.c?.[0]?.() ?? a.b.c;",
    "optional chains behind !": "const f = (a: any) => a?.b!.c!?.d;",
    "defaults of parameters and patterns":
      "function f(a = 1, { b = 2, c: { d = 3 } = {} } = {}, [e = 4] = []) { const { g = 5 } = a; }",
    "defaults in destructuring assignments":
      "function f(x) { let a, b, c; ({ a = 1, b: b = 2, c: [c = 3] = [], ...x.y } = x); [a = 1, [b = 2], ...[c = 3]] = x; for ({ a = 1 } of x) {} for ([a = 1] of x) {} a = b = 2; }",
    "class members":
      "class A { a = x ? 1 : 2; b = () => (x ? 1 : 2); static { if (x) {} } [x ? 'y' : 'z']() { return x && 1; } get g() { return x || 1; } constructor(private p = 1) {} static s = x?.y; accessor t = x ? 1 : 2; }",
    "overloads and abstract members":
      "function f(a: 1): 1; function f(a: any = 1) { return a || 1; } abstract class B { abstract m(a: 1): void; }",
    decorators: "@dec(x ? 1 : 2) class A { @dec(y ? 1 : 2) m(@dec(z ? 1 : 2) p = 1) {} }",
    "nested functions": "function f() { return [1].map((a) => a && (() => a || 1)); }",
    "object methods":
      "const o = { m(a = 1) { return a || 2; }, get g() { return x ? 1 : 2; }, [x || 1]: () => 1, async *h() { for await (const y of x) {} } };",
    "conditional types and enums":
      "type T<A> = A extends 1 ? 2 : 3; enum E { A = 1 || 2 } function f(a: A extends 1 ? 2 : 3) {}",
    namespaces: "namespace N { export const f = (a: number) => (a ? 1 : 2); }",
    "class expressions and default exports": "export default function () { return class { m = x && 1; }; }",
  };

  for (const [name, text] of Object.entries(snippets)) {
    it(`is ESLint's for ${name}`, () => {
      assertSame("snippet.ts", text);
    });
  }

  it("is ESLint's for JSX", () => {
    assertSame("snippet.tsx", "const C = ({ a = 1 }) => <p onClick={() => a && 1}>{a ? <b /> : a?.b}</p>;");
  });

  it("is ESLint's for the source of this project's own analysis", async () => {
    for (const name of ["syntax/tsFunctions.ts", "repository/graph.ts", "syntax/tokens.ts"]) {
      const file = new URL(`../../../src/server/analysis/${name}`, import.meta.url);
      assertSame(name, await readFile(file, "utf8"));
    }
  });
});

describe("cognitive complexity", () => {
  const of = (text: string, at = 0) => scriptFacts("a.ts", text).functions[at]?.cognitive;

  it("is that of the paper's examples", () => {
    assert.equal(
      of(`function sumOfPrimes(max: number) { let total = 0;
        OUT: for (let i = 1; i <= max; ++i) { for (let j = 2; j < i; ++j) { if (i % j === 0) { continue OUT; } } total += i; }
        return total; }`),
      7,
    );
    assert.equal(
      of(
        `function getWords(n: number) { switch (n) { case 1: return "one"; case 2: return "a couple"; default: return "lots"; } }`,
      ),
      1,
    );
    assert.equal(
      of(
        `function myMethod() { try { if (c1) { for (let i = 0; i < 10; i++) { while (c2) {} } } } catch (e) { if (c2) {} } }`,
      ),
      9,
    );
    assert.equal(of("function m() { const r = () => { if (c1) {} }; if (c0) {} }"), 3);
  });

  it("counts a run of like operators once, also through brackets, and ?? never", () => {
    assert.equal(of("function f() { if (a && b && c || d || e && f) {} }"), 4);
    assert.equal(of("function f() { if (a && !(b && c)) {} }"), 3);
    assert.equal(of("function f() { return a ?? b ?? c?.d; }"), 0);
  });

  it("counts else and else if without nesting, ternaries with it", () => {
    assert.equal(of("function f() { if (a) {} else if (b) {} else {} }"), 3);
    assert.equal(of("function f() { if (a) { return b ? 1 : 2; } }"), 3);
  });

  it("counts a call of itself once", () => {
    assert.equal(of("function f(n: number): number { return n ? f(n - 1) + f(n - 2) : 1; }"), 2);
    assert.equal(of("class C { walk(n: number): number { return this.walk(n - 1) + this.walk(n - 2); } }"), 1);
    assert.equal(of("class C { #walk(n: number): number { return this.#walk(n - 1); } }"), 1);
    assert.equal(of("class C { walk = (n: number): number => this.walk(n - 1); }", 1), 1);
  });

  it("takes a call of another function of the same name for none of itself", () => {
    assert.equal(of("class C { walk(n: number): number { return walk(n - 1); } }"), 0);
    assert.equal(of("class C { walk(n: C): number { return n.inner.walk(1); } }"), 0);
  });

  it("does not add up functions in one that only holds them", () => {
    const text = "describe('x', () => { it('a', () => { if (a) {} }); it('b', () => { if (a) {} }); });";
    assert.deepEqual(
      scriptFacts("a.ts", text).functions.map(({ cognitive }) => cognitive),
      [0, 1, 1],
    );
  });
});
