import assert from "node:assert/strict";
import { createJsonTree } from "../../../src/server/flows/files/jsonTree.ts";

const text = String.raw`
 { "a": [1, "two \\", {"deep": [[]], "\"{": {}}, []],
   "a": { "x": "]}", "é": [ -1.5e3 , null, true ] },"last":{}
 } `;

describe("the tree of a JSON text", () => {
  const tree = createJsonTree(text);
  const valueOf = (path: readonly (string | number)[]) => {
    const part = tree.find(path);
    return part && (JSON.parse(text.slice(part.value.start, part.value.end)) as unknown);
  };

  it("has every value, of two members with one name the last", () => {
    assert.deepEqual(valueOf(["a"]), { x: "]}", é: [-1.5e3, null, true] });
    assert.equal(valueOf(["a", "x"]), "]}");
    assert.equal(valueOf(["a", "é", 0]), -1500);
    assert.equal(valueOf(["a", "é", 2]), true);
    assert.deepEqual(valueOf(["last"]), {});
    for (const path of [["b"], ["a", "x", 0], ["a", "é", 3], ["last", "x"]]) assert.equal(tree.find(path), undefined);
  });

  it("knows what is around each offset", () => {
    const around = (found: string, behind = 0) => tree.around(text.indexOf(found) + behind);
    assert.deepEqual(around("two"), { path: ["a", 1], isName: false });
    assert.deepEqual(around('"deep"'), { path: ["a", 2, "deep"], isName: true });
    assert.deepEqual(around("[[]]", 2), { path: ["a", 2, "deep", 0], isName: false });
    assert.deepEqual(around(String.raw`"\"{"`), { path: ["a", 2, '"{'], isName: true });
    assert.deepEqual(around("null", 4), { path: ["a", "é", 1], isName: false });
    assert.deepEqual(tree.around(0), { path: [], isName: false });
    assert.deepEqual(tree.around(text.length), { path: [], isName: false });
  });
});
