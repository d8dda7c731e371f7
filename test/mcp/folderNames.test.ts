import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "tsconfig.json": JSON.stringify({
    extends: "../missing.base.json",
    compilerOptions: { strict: true },
    include: ["src"],
  }),
  "src/hex.ts": "export const concat = 1;\n",
  "src/use.ts": 'import * as Hex from "./hex";\nexport const all = Hex;\nHex.nope;\n',
};

overEveryClient("words of the compiler", files, (bench) => {
  it("name the workspace's files by their display paths", async () => {
    const { value } = await bench.client.call("get_diagnostics", {});
    const messages = (value["items"] as { message: string }[]).map(({ message }) => message);
    assert.ok(
      messages.some((message) => message.includes(`'typeof import("src/hex")'`)),
      messages.join("\n"),
    );
    assert.ok(
      messages.some((message) => message.includes("…/missing.base.json")),
      messages.join("\n"),
    );
    assert.ok(!messages.some((message) => message.includes(bench.workspace.folder)));
  });

  it("do the same in types", async () => {
    const { value } = await bench.client.call("find_symbol", { query: "all", include: ["type"] });
    assert.match(JSON.stringify(value), /typeof import\(\\"src\/hex\\"\)/);
  });
});
