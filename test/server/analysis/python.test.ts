import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import { pythonFacts } from "../../../src/server/analysis/syntax/pyFacts.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

interface Radon {
  readonly functions: readonly { readonly line: number; readonly name: string; readonly complexity: number }[];
}

const fixture = (name: string) => readFile(new URL(`../../fixtures/python/${name}`, import.meta.url), "utf8");

describe("Python", () => {
  it("has radon's cyclomatic complexity for every function", async () => {
    const { functions } = await pythonFacts(await fixture("shop.py"));
    const radon = JSON.parse(await fixture("shop.radon.json")) as Radon;
    assert.deepEqual(
      functions
        .map(({ line, name, cyclomatic }) => ({ line, name: name.split("/").at(-1), complexity: cyclomatic }))
        .sort((a, b) => a.line - b.line),
      radon.functions,
    );
  });

  it("has the cognitive complexity of the paper's rules", async () => {
    const { functions } = await pythonFacts(await fixture("shop.py"));
    const of = (name: string) => functions.find((one) => one.name === name)?.cognitive;
    assert.deepEqual(
      Object.fromEntries(
        ["branches", "loops", "errors", "matches", "Cart/add", "factorial"].map((name) => [name, of(name)]),
      ),
      // if 1 + two runs 2, elif 1 + two runs 2, else 1 + nested ternary 2 = 9; for 1, while 2, two else 2 = 5; two excepts 2;
      // match 1; for 1 + nested if 2 + a run 1; ternary 1 + recursion 1.
      { branches: 9, loops: 5, errors: 2, matches: 1, "Cart/add": 4, factorial: 2 },
    );
  });

  it("names methods by their class, and leaves self out of the parameters", async () => {
    const { functions } = await pythonFacts(await fixture("shop.py"));
    const facts = functions.map(({ name, kind, parameters }) => `${kind} ${name} ${parameters}`);
    for (const wanted of ["function plain 5", "method Cart/add 2", "function outer/inner 1", "method Cart/empty 0"]) {
      assert.ok(facts.includes(wanted), wanted);
    }
  });

  it("tells Any, cast and type: ignore as unsafeTypes, and what does not parse", async () => {
    const { unsafeTypes, problems } = await pythonFacts(await fixture("shop.py"));
    assert.deepEqual(
      unsafeTypes.map(({ kind }) => kind),
      ["any", "assertion", "ignored error"],
    );
    assert.deepEqual(problems, []);
    assert.equal((await pythonFacts("def f(:\n  pass\n")).problems[0]?.line, 1);
  });

  it("has its imports in the module graph: packages, relative ones, submodules and those for types only", async () => {
    const { folder, remove } = await scratchWorkspace({
      "src/shop/__init__.py": "",
      "src/shop/cart.py": "from shop.models import Item\nfrom . import prices\nimport os\n",
      "src/shop/prices.py": "from .models import base, Item\n",
      "src/shop/models/__init__.py":
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..cart import Cart\nItem = 1\n",
      "src/shop/models/base.py": "def late():\n    from shop import cart\n",
      "tests/test_cart.py": "import shop.cart\n",
      "scripts/run.py": "import helper\n",
      "scripts/helper.py": "import run\n",
    });
    const context = {
      overlays: new Map<string, string>(),
      signal: new AbortController().signal,
      progress: () => undefined,
    };
    const scans = createScans(createReaders());
    const { modules, cycles } = await scans.repository({ roots: [{ absolute: folder, displayPath: "" }] }, context);
    await remove();
    assert.deepEqual(
      modules.map(({ path, in: into, out }) => ({ path, in: into, out })).sort((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: "scripts", in: 0, out: 0 },
        { path: "src/shop", in: 1, out: 0 },
        { path: "tests", in: 0, out: 1 },
      ],
    );
    assert.deepEqual(
      cycles.map(({ kind, files }) => [kind, files]),
      [
        ["load", 2],
        ["types", 4],
      ],
    );
  });
});
