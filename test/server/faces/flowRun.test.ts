import assert from "node:assert/strict";
import { withoutEmptyFields } from "../../../src/server/faces/mcp/flowRun.ts";

describe("arguments that a component of a flow sends", () => {
  const schema = { type: "object", required: ["content", "count"] } as const;

  it("are left out where nobody filled them in, but for those that the tool needs", () => {
    const args = {
      content: "",
      count: 0,
      limit: 0,
      path: "",
      paths: [],
      headers: {},
      ref: null,
      staged: false,
      wait: 5,
    };
    assert.deepEqual(withoutEmptyFields(args, schema), { content: "", count: 0, staged: false, wait: 5 });
  });

  it("stay what they are when they are no object", () => {
    assert.equal(withoutEmptyFields("text", schema), "text");
    assert.equal(withoutEmptyFields(undefined, schema), undefined);
  });
});
