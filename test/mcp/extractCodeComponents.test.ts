import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient(
  "extract_code_components",
  {
    "shop.py": "class Cart:\n    def add(self, item):\n        pass\n",
    "shop.ts": "export function one(a: number): number { return a; }\nexport class Two {}\n",
    "shop.kt": "fun f() {}\n",
  },
  (bench) => {
    it("lists TypeScript and Python with places and signatures, page by page", async () => {
      const first = await bench.client.call("extract_code_components", { limit: 2 });
      assert.deepEqual(first.value.components, [
        { name: "Cart", kind: "class", path: "shop.py", line: 1, endLine: 3, signature: "class Cart", exported: true },
        {
          name: "Cart/add",
          kind: "method",
          path: "shop.py",
          line: 2,
          endLine: 3,
          signature: "def add(self, item)",
          exported: true,
        },
      ]);
      assert.deepEqual([first.value.total, first.value.left, first.value.complete], [4, 2, true]);
      const { value } = await bench.client.call("extract_code_components", { limit: 2, cursor: first.value.cursor });
      assert.deepEqual(
        (value.components as { name: string }[]).map(({ name }) => name),
        ["one", "Two"],
      );
    });

    it("lists only the wanted kinds of one file", async () => {
      const { value } = await bench.client.call("extract_code_components", { path: "shop.ts", kinds: ["class"] });
      assert.deepEqual(
        (value.components as { name: string }[]).map(({ name }) => name),
        ["Two"],
      );
    });

    it("refuses a language without a grammar with what works", async () => {
      const { value } = await bench.client.call("extract_code_components", { path: "shop.kt" });
      assert.equal((value.error as { code: string }).code, "UNSUPPORTED_LANGUAGE");
    });
  },
);
