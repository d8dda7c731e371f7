import assert from "node:assert/strict";
import { homedir } from "node:os";
import { createDisplayText } from "../../../../src/server/workspace/paths/displayText.ts";

describe("words for a client", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  const one = createDisplayText([{ name: "shop", prefix: "", path: "/work/people/shop" }]);
  const cases: readonly (readonly [text: string, expected: string])[] = [
    [
      `Namespace '"/work/people/shop/src/hex"' has no exported member 'x'.`,
      `Namespace '"src/hex"' has no exported member 'x'.`,
    ],
    ['typeof import("/work/people/shop/src/hex")', 'typeof import("src/hex")'],
    ["Cannot read file '/work/people/tsconfig.base.json'.", "Cannot read file '…/tsconfig.base.json'."],
    ["The folder /work/people/shop is not readable.", "The folder . is not readable."],
    ["Not found: /work/people/shopping/a.ts", "Not found: …/a.ts"],
    [`Cannot open ${homedir()}/.langflow-connect/ledger`, "Cannot open …/ledger"],
    [
      `Type '"/api/users"' is not assignable to type '"/work"'.`,
      `Type '"/api/users"' is not assignable to type '"…/work"'.`,
    ],
    ["a/work/people/shop/b", "a/work/people/shop/b"],
    ["src/a.ts and /usr/lib/x stay.", "src/a.ts and /usr/lib/x stay."],
  ];
  for (const [text, expected] of cases) {
    it(`says ${expected}`, () => assert.equal(one(text), expected));
  }

  it("begins with the root's name where there are several", () => {
    const two = createDisplayText([
      { name: "shop", prefix: "shop", path: "/work/shop" },
      { name: "core", prefix: "core", path: "/work/shop/core" },
    ]);
    assert.equal(two("'/work/shop/a.ts' and '/work/shop/core/b.ts'"), "'shop/a.ts' and 'core/b.ts'");
  });
});
