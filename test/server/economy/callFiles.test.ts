import assert from "node:assert/strict";
import { filesOfCall } from "../../../src/server/economy/callFiles.ts";
import { shares } from "../../../src/server/economy/fileParts.ts";

describe("The files of a call", () => {
  const files = (args: unknown, answer: unknown) => filesOfCall(JSON.stringify(args), JSON.stringify(answer));

  it("are those of the answer's entries, by how much of it is about each", () => {
    const match = (path: string, text: string) => ({ path, line: 1, text });
    const [a, b] = [match("src/a.ts", "pear"), match("b.ts", "")];
    const answer = { matches: [a, b, a], total: 3, incomplete: [{ path: "big.bin", reason: "too large" }] };
    assert.deepEqual(files({ query: "pear", path: "src" }, answer), [
      { path: "src/a.ts", weight: 2 * JSON.stringify(a).length },
      { path: "b.ts", weight: JSON.stringify(b).length },
    ]);
    assert.deepEqual(
      files(
        {},
        {
          files: ["x.ts", { path: "y.ts" }],
          entries: [{ path: "src", kind: "directory" }],
          modules: [{ path: "lib", files: 3 }],
        },
      ).map(({ path }) => path),
      ["y.ts", "x.ts"],
    );
  });

  it("are the file that was read or written, and never a folder that was only looked through", () => {
    const [args, answer] = [{ path: "a.ts" }, { content: "pear", etag: "1" }];
    const weight = JSON.stringify(args).length + JSON.stringify(answer).length;
    assert.deepEqual(files(args, answer), [{ path: "a.ts", weight }]);
    assert.deepEqual(files({ path: "src" }, { matches: [], total: 0 }), []);
    assert.deepEqual(filesOfCall("", "not JSON"), []);
  });

  it("are a hundred, and the rest in one without a name", () => {
    const matches = Array.from({ length: 150 }, (_, index) => ({ path: `f${String(index).padStart(3, "0")}` }));
    const found = files({}, { matches });
    assert.equal(found.length, 101);
    assert.deepEqual(found.at(-1), { path: "", weight: 50 * JSON.stringify(matches[0]).length });
  });

  it("get whole shares that add up", () => {
    assert.deepEqual(shares(10n, [1n, 1n, 1n]), [3n, 3n, 4n]);
    assert.deepEqual(shares(7n, [0n, 0n]), [7n, 0n]);
    const weights = Array.from({ length: 97 }, (_, index) => BigInt((index * 7919) % 1009));
    const parts = shares(123_456_789_012_345_678n, weights);
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0n),
      123_456_789_012_345_678n,
    );
  });
});
