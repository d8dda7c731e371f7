import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { allTools } from "../../../src/server/tools/index.ts";

/** `read_file` is in readFile.ts. */
function fileNameOf(tool: string): string {
  return tool.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

const at = (file: string) => new URL(`../../../${file}`, import.meta.url);

describe("every tool", () => {
  for (const { name, outputSchema, redirect } of allTools) {
    it(`has a file and a test over every client of its name: ${name}`, () => {
      assert.ok(existsSync(at(`src/server/tools/${fileNameOf(name)}.ts`)), "no file of its name");
      const test = at(`test/mcp/${fileNameOf(name)}.test.ts`);
      assert.ok(existsSync(test), "no test of its name");
      const text = readFileSync(test, "utf8");
      assert.match(text, /^overEveryClient\(/m);
      assert.ok(text.includes(`"${name}"`), "its test does not call it");
    });

    // What stands for another tool answers as that one does.
    if (redirect) continue;

    it(`says what each field of its answer means: ${name}`, () => {
      const { properties = {} } = outputSchema as { properties?: Record<string, { description?: string }> };
      assert.notDeepEqual(properties, {});
      for (const [field, { description }] of Object.entries(properties))
        assert.ok(description, `${field} has no words`);
    });
  }
});

describe("a tool that can take long", () => {
  for (const { name, listed } of allTools.filter(({ long }) => long)) {
    it(`lets the caller say how long to wait: ${name}`, () => {
      const { properties = {} } = listed.inputSchema;
      assert.ok(typeof properties === "object" && properties !== null && "wait" in properties);
    });
  }
});
