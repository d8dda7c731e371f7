import assert from "node:assert/strict";
import { allTools } from "../../../src/server/tools/index.ts";

describe("a tool that can take long", () => {
  for (const { name, listed } of allTools.filter(({ long }) => long)) {
    it(`lets the caller say how long to wait: ${name}`, () => {
      const { properties = {} } = listed.inputSchema;
      assert.ok(typeof properties === "object" && properties !== null && "wait" in properties);
    });
  }
});
