import assert from "node:assert/strict";
import { allTools } from "../../src/server/tools/index.ts";
import { allPrompts } from "../../src/server/prompts/allPrompts.ts";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "tsconfig.json": "{}\n",
  "src/basket.ts": "export class Basket {\n  add(): void {}\n}\n",
  "src/bread/loaf.ts": "export const loaf = 1;\n",
  "readme.md": "# Shop\n",
};

overEveryClient("prompts", files, (bench) => {
  it("are listed with their arguments", async () => {
    const { prompts } = await bench.client.offers.prompts();
    assert.deepEqual(
      prompts.map(({ name }) => name),
      allPrompts.map(({ name }) => name),
    );
    const review = prompts.find(({ name }) => name === "explain_history") as object;
    assert.deepEqual(Reflect.get(review, "arguments"), [
      { name: "path", description: "File or folder of the workspace", required: true },
      { name: "lines", description: "Lines, such as 10-40", required: false },
    ]);
  });

  it("become words with the arguments in them", async () => {
    const { messages } = await bench.client.offers.prompt("explain_history", { path: "src/basket.ts", lines: "1-2" });
    assert.equal(messages.length, 1);
    assert.match(
      String(messages[0]?.content.text),
      /^Explain what changed in "src\/basket\.ts", lines "1-2", and why\./,
    );
  });

  it("treat an argument that was left empty as absent", async () => {
    const { messages } = await bench.client.offers.prompt("explain_code", { path: "a.ts", symbol: "" });
    assert.match(String(messages[0]?.content.text), /^Explain "a\.ts" to/);
  });

  it("refuse an unknown name, a missing and an unknown argument, and say which there are", async () => {
    const { offers } = bench.client;
    await assert.rejects(offers.prompt("no_such"), /There is no prompt "no_such".*explain_code/s);
    await assert.rejects(offers.prompt("explain_code"), /needs the argument path.*path, symbol/s);
    await assert.rejects(offers.prompt("reduce_cost", { flow: "a" }), /no argument "flow".*none/s);
  });

  it("complete paths, symbols and branches of the workspace", async () => {
    const { offers } = bench.client;
    assert.deepEqual(await offers.complete("explain_code", "path", "src/b"), ["src/basket.ts", "src/bread/"]);
    assert.deepEqual(await offers.complete("explain_code", "path", "src/bread/"), ["src/bread/loaf.ts"]);
    assert.deepEqual(await offers.complete("explain_code", "symbol", "Bask"), ["Basket"]);
    assert.deepEqual(await offers.complete("review_changes", "base", "m"), ["main"]);
    assert.deepEqual(await offers.complete("find_cause", "problem", "TypeError"), []);
    assert.deepEqual(await offers.complete("explain_code", "path", "../"), []);
  });
});

describe("every prompt", () => {
  for (const { name, arguments: args, text } of allPrompts) {
    it(`names only tools that exist: ${name}`, () => {
      const filled = text(Object.fromEntries(Object.keys(args).map((argument) => [argument, "value"])));
      const tools = [...filled.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([word]) => word);
      const known = new Set(allTools.map((tool) => tool.name));
      assert.deepEqual(
        tools.filter((tool) => !known.has(tool)),
        [],
      );
      assert.ok(tools.length > 0);
      for (const argument of Object.keys(args)) assert.ok(text({ [argument]: "pears" }).includes('"pears'), argument);
    });
  }
});
