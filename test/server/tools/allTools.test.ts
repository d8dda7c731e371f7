import assert from "node:assert/strict";
import { allTools } from "../../../src/server/tools/index.ts";

describe("a tool that can take long", () => {
  for (const { name, input } of allTools.filter(({ long }) => long)) {
    it(`lets the caller say how long to wait: ${name}`, () => {
      assert.ok("wait" in input.shape);
    });
  }
});
