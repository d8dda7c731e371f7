import assert from "node:assert/strict";
import { takeDeletion } from "../../../../src/extension/features/langflowView/deletions.ts";
import { readTextQuery, textQuery } from "../../../../src/extension/features/langflowView/textQuery.ts";

describe("parts of the Langflow view", () => {
  it("undoes the deletion that a message is about, else the last one", () => {
    const deletions = [["a"], ["b", "c"], ["d"]];
    assert.deepEqual(takeDeletion(deletions, ["a"]), ["a"]);
    assert.equal(takeDeletion(deletions, ["a"]), undefined);
    assert.deepEqual(takeDeletion(deletions, undefined), ["d"]);
    deletions.push(["e"]);
    assert.deepEqual(takeDeletion(deletions, ["b", "c"]), ["b", "c"]);
    assert.deepEqual(deletions, [["e"]]);
    // Of two flows, one was brought back before something failed.
    assert.deepEqual(takeDeletion([["f"], ["g"]], ["x", "f"]), ["f"]);
  });

  it("says in the address of a version's text which folder its flow's file is in", () => {
    const wanted = { version: "v1", dir: "my root/flows & more" };
    assert.deepEqual(readTextQuery(textQuery("id", wanted)), { flow: "id", ...wanted });
    assert.deepEqual(readTextQuery(textQuery("id", {})), { flow: "id" });
  });
});
