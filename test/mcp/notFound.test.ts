import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "src/basket.ts": "export const basket = 1;\n",
  "src/orders/order.ts": "export const order = 1;\n",
  "lib/order.ts": "export const other = 1;\n",
  "src/.env": "KEY=1\n",
  ".gitignore": "ignored/\n",
  "ignored/order.ts": "export const ignored = 1;\n",
};

/** A path that does not exist, and the nearest that do. */
const misses: readonly (readonly [path: string, nearest: readonly string[]])[] = [
  ["src/baskets.ts", ["src/basket.ts"]],
  ["scr/basket.ts", ["src/basket.ts"]],
  ["order.ts", ["lib/order.ts", "src/orders/order.ts"]],
  ["src/order", ["src/orders"]],
  ["src/.enw", []],
  ["nothing/like/this.md", []],
];

/** Each tool with a path of its own. */
const calls: readonly (readonly [tool: string, args: object])[] = [
  ["read_file", {}],
  ["list_directory", {}],
  ["search_code", { query: "a" }],
  ["analyze_repository", {}],
  ["analyze_code_quality", {}],
  ["extract_code_components", {}],
  ["find_symbol", { query: "a" }],
  ["get_diagnostics", {}],
  ["find_references", { line: 1, column: 1 }],
  ["preview_refactoring", { operation: "organize_imports" }],
];

overEveryClient("a path that does not exist", files, (bench) => {
  for (const [path, nearest] of misses) {
    it(`${path} is answered with ${nearest.join(", ") || "no guess"}`, async () => {
      const { isError, value } = await bench.client.call("read_file", { path });
      const error = value["error"] as { code: string; remedy: string; nearest?: string[] };
      assert.ok(isError);
      assert.equal(error.code, "NOT_FOUND");
      assert.deepEqual(error.nearest ?? [], nearest);
    });
  }

  for (const [tool, args] of calls) {
    it(`${tool} names the nearest`, async () => {
      const { value } = await bench.client.call(tool, { ...args, path: "src/baskets.ts" });
      const error = value["error"] as { code: string; nearest?: string[] } | undefined;
      assert.equal(error?.code, "NOT_FOUND", JSON.stringify(value));
      assert.deepEqual(error.nearest, ["src/basket.ts"]);
    });
  }
});
