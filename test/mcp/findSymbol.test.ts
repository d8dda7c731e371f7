import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { countTokens } from "../../src/server/platform/tokens.ts";
import { codeSample } from "../support/codeSample.ts";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("find_symbol", codeSample, (bench) => {
  it("finds symbols by part of a name, with the closest on a miss", async () => {
    const { symbols, total } = await ok(bench.client, "find_symbol", { query: "Client/send", include: ["type"] });
    assert.equal(total, 1);
    assert.deepEqual(symbols, [
      {
        symbol: "Client/send",
        kind: "method",
        path: "src/client.ts",
        line: 3,
        column: 3,
        signature: "send(text: string): number",
        type: "(text: string) => number",
      },
    ]);
    const { closest } = await ok(bench.client, "find_symbol", { query: "Clinet" });
    assert.ok((closest as string[]).includes("src/client.ts#Client"));
  });

  it("cuts the body of a large class to the budget and says so", async () => {
    const methods = Array.from(
      { length: 600 },
      (_, index) => `  method${index}(): number {\n    return ${index};\n  }\n`,
    );
    const file = path.join(bench.workspace.folder, "src/large.ts");
    await writeFile(file, `/** Large. */\nexport class Large {\n${methods.join("")}}\n`);
    const { symbols } = await ok(bench.client, "find_symbol", {
      query: "Large",
      kinds: ["class"],
      include: ["body", "doc"],
    });
    const [large] = symbols as { body: string; doc: string; cut?: boolean }[];
    await rm(file);
    assert.equal(large?.cut, true);
    assert.match(large.body, /^(\/\*\* Large\. \*\/\n)?export class Large \{\n/);
    assert.match(large.doc, /Large/);
    const tokens = await countTokens(JSON.stringify({ symbols }));
    assert.ok(tokens <= 2000 && tokens > 1500, String(tokens));
  });

  it("says that a list of more than 5,000 symbols is not whole", async () => {
    const file = path.join(bench.workspace.folder, "src/many.ts");
    await writeFile(file, Array.from({ length: 5100 }, (_, index) => `export const many${index} = 1;\n`).join(""));
    const found = await ok(bench.client, "find_symbol", { query: "many", limit: 1 });
    await rm(file);
    assert.deepEqual([found.complete, Number(found.total) > 5000], [false, true]);
    assert.match(JSON.stringify(found.incomplete), /Only the best 5000 of/);
  });

  it("says of a file in another language that its symbols are not known", async () => {
    for (const args of [{ query: "Report", path: "tools/report.py" }]) {
      const { remedy } = await fails(bench.client, "find_symbol", args, "UNSUPPORTED_LANGUAGE");
      assert.match(String(remedy), /search_code or extract_code_components/);
    }
  });
});
