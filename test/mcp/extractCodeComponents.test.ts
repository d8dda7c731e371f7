import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { overEveryClient } from "../support/everyClient.ts";

interface Outline {
  readonly files: { path: string; components: { name: string }[] }[];
  readonly cursor?: string;
  readonly left: number;
  readonly total: number;
}

const many = Array.from(
  { length: 40 },
  (_, index) => `export function name${index}(a: number): number { return a; }\n`,
);

overEveryClient(
  "extract_code_components",
  {
    "shop.py": "class Cart:\n    def add(self, item):\n        pass\n",
    "shop.ts": "export function one(a: number): number { return a; }\nclass Two { m() {} }\n",
    "shop.kt": "fun f() {}\n",
    "many.ts": many.join(""),
  },
  (bench) => {
    const ask = async (args: Record<string, unknown>) => {
      const { value } = await bench.client.call("extract_code_components", args);
      return value as unknown as Outline;
    };
    const names = ({ files }: Outline) =>
      files.flatMap(({ path, components }) => components.map(({ name }) => `${path} ${name}`));

    it("lists the first level of TypeScript and Python by file, and counts what is deeper", async () => {
      assert.deepEqual(await ask({ path: "shop.py" }), {
        files: [
          {
            path: "shop.py",
            components: [{ name: "Cart", kind: "class", line: 1, endLine: 3, signature: "class Cart", exported: true }],
          },
        ],
        deeper: 1,
        total: 1,
        left: 0,
        complete: true,
      });
      assert.deepEqual((await ask({ path: "shop.ts" })).files, [
        {
          path: "shop.ts",
          components: [
            {
              name: "one",
              kind: "function",
              line: 1,
              signature: "export function one(a: number): number",
              exported: true,
            },
            { name: "Two", kind: "class", line: 2, signature: "class Two" },
          ],
        },
      ]);
    });

    it("lists members with depth 2, and with the kinds that they have", async () => {
      assert.deepEqual(await ask({ path: "shop.py", depth: 2 }), {
        files: [
          {
            path: "shop.py",
            components: [
              { name: "Cart", kind: "class", line: 1, endLine: 3, signature: "class Cart", exported: true },
              {
                name: "Cart/add",
                kind: "method",
                line: 2,
                endLine: 3,
                signature: "def add(self, item)",
                exported: true,
              },
            ],
          },
        ],
        total: 2,
        left: 0,
        complete: true,
      });
      assert.deepEqual(names(await ask({ path: "shop.ts", kinds: ["method"] })), ["shop.ts Two/m"]);
      assert.deepEqual(names(await ask({ path: "shop.ts", kinds: ["class"] })), ["shop.ts Two"]);
    });

    it("gives a file in pages of 350 tokens, and every component once by the cursor", async () => {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await ask({ path: "many.ts", ...(cursor !== undefined && { cursor }) });
        assert.ok(countTokens(JSON.stringify(page)) <= 350);
        assert.deepEqual([page.total, page.files.length], [40, 1]);
        all.push(...names(page));
        assert.equal(page.left, 40 - all.length);
        ({ cursor } = page);
      } while (cursor !== undefined);
      assert.deepEqual(
        all,
        many.map((_, index) => `many.ts name${index}`),
      );
    });

    it("names the file of a page that begins inside it", async () => {
      const first = await ask({ limit: 39 });
      const second = await ask({ limit: 3, cursor: first.cursor });
      assert.deepEqual([first.total, first.left], [43, 4]);
      assert.deepEqual(names(second), ["many.ts name39", "shop.py Cart", "shop.ts one"]);
      assert.deepEqual(
        second.files.map(({ path }) => path),
        ["many.ts", "shop.py", "shop.ts"],
      );
    });

    it("refuses a language without a grammar with what works", async () => {
      const { value } = await bench.client.call("extract_code_components", { path: "shop.kt" });
      assert.equal((value.error as { code: string }).code, "UNSUPPORTED_LANGUAGE");
    });
  },
);
