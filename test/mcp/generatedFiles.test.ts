import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

const marked = "export function wanted(): number {\n  return 1;\n}\n";

overEveryClient(
  "lists with generated and vendored files",
  {
    "build/a.ts": marked,
    "dist/a.ts": marked,
    "lib/b.d.ts": "export declare function wanted(): number;\n",
    "lib/b.ts": marked,
    "lib/only.d.ts": "export declare function wanted(): number;\n",
    "package-lock.json": '{ "packages": { "node_modules/wanted": {} } }\n',
    "src/a.ts": `// Code from a schema. @generated\n${marked}`,
    "src/build/own.ts": marked,
    "src/finds.ts": `export const mark = "@generated";\n${marked}`,
    "tsconfig.json": '{ "include": ["**/*"] }\n',
    "vendor/a.ts": marked,
    "z.ts": marked,
  },
  (bench) => {
    const own = ["lib/b.ts", "lib/only.d.ts", "src/build/own.ts", "src/finds.ts", "z.ts"];
    const pathsOf = (items: unknown) => (items as { path: string }[]).map(({ path }) => path);

    async function pageByPage(tool: string, list: string, args: Record<string, unknown>): Promise<string[]> {
      const paths: string[] = [];
      let cursor: unknown;
      do {
        const { value } = await bench.client.call(tool, { ...args, limit: 2, ...(cursor !== undefined && { cursor }) });
        paths.push(...pathsOf(value[list]));
        cursor = value.cursor;
      } while (cursor !== undefined);
      return paths;
    }

    it("search_code gives own lines first, says how many are in the others, and keeps the order page by page", async () => {
      const { value } = await bench.client.call("search_code", { query: "wanted" });

      const all = pathsOf(value.matches);
      const byName = ["build/a.ts", "dist/a.ts", "lib/b.d.ts", "package-lock.json", "vendor/a.ts"];
      assert.deepEqual(all, [...own, "src/a.ts", ...byName]);
      assert.equal(value.inGenerated, 6);
      assert.deepEqual(await pageByPage("search_code", "matches", { query: "wanted" }), all);
    });

    it("find_symbol gives own symbols first, says how many are in the others, and keeps the order page by page", async () => {
      const { value } = await bench.client.call("find_symbol", { query: "wanted", wait: 60 });
      const all = pathsOf(value.symbols);
      // The compiler itself passes lib/b.d.ts over for lib/b.ts.
      assert.deepEqual(all, [...own, "build/a.ts", "dist/a.ts", "src/a.ts", "vendor/a.ts"]);
      assert.equal(value.inGenerated, 4);
      assert.deepEqual(await pageByPage("find_symbol", "symbols", { query: "wanted", wait: 60 }), all);
    });

    it("has no count where no item is in such a file", async () => {
      const { value } = await bench.client.call("search_code", { query: "wanted", path: "lib/only.d.ts" });
      assert.deepEqual([value.total, "inGenerated" in value], [1, false]);
    });
  },
);
