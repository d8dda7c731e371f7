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

overEveryClient(
  "lists of a repository with generated, ignored and excluded files",
  {
    ".gitignore": "ignored/\n",
    "a.ts": "// Code from a schema. @generated\nimport { used } from './m';\nexport const a = used();\n",
    "ignored/x.ts": "export const x = 1;\n",
    "m.ts": "export function used(): number {\n  return 1;\n}\n",
    "node_modules/p/index.js": "module.exports = 1;\n",
    "tsconfig.json": '{ "include": ["*.ts"] }\n',
    "z.ts": "import { used } from './m';\nexport const z = used();\n",
  },
  (bench) => {
    const pathsOf = (items: unknown) => (items as { path: string }[]).map(({ path }) => path);
    const leftOut = { ignored: 1, excluded: 2 };

    it("find_references gives those in generated files last, and counts them", async () => {
      const { value } = await bench.client.call("find_references", { symbol: "m.ts#used", wait: 60 });
      assert.deepEqual([...new Set(pathsOf(value.groups))], ["m.ts", "z.ts", "a.ts"]);
      assert.deepEqual([value.total, value.inGenerated], [5, 2]);
    });

    it("extract_code_components gives those of generated files last, counts them, and says what it left out", async () => {
      const { value } = await bench.client.call("extract_code_components", { wait: 60 });
      assert.deepEqual(pathsOf(value.files), ["m.ts", "z.ts", "a.ts"]);
      assert.deepEqual([value.inGenerated, value.leftOut], [1, leftOut]);
    });

    it("analyze_code_quality and search_code say what they left out", async () => {
      const quality = await bench.client.call("analyze_code_quality", { wait: 60 });
      const search = await bench.client.call("search_code", { query: "used" });
      assert.deepEqual([quality.value.leftOut, search.value.leftOut], [leftOut, leftOut]);
    });

    it("list_directory says how many of the named folders it did not enter", async () => {
      const deep = await bench.client.call("list_directory", { depth: 5 });
      assert.equal(deep.value.notEntered, 3);
      assert.ok(
        pathsOf(deep.value.entries).includes("ignored") && !pathsOf(deep.value.entries).includes("ignored/x.ts"),
      );
      const flat = await bench.client.call("list_directory", {});
      assert.equal("notEntered" in flat.value, false);
    });
  },
);
