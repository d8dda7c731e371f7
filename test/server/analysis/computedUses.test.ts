import assert from "node:assert/strict";
import { calm, openedWorkspace } from "../../support/analysis.ts";

describe("a rename of a JavaScript member", () => {
  const { open, analysis, at } = openedWorkspace();

  async function mentioned(namePath: string): Promise<string[]> {
    const target = { kind: "name", file: at("app.js"), namePath } as const;
    const plan = await analysis().refactor({ operation: "rename_symbol", target, newName: "renamed" }, calm);
    return plan.mentions.map(({ path, line }) => `${path}:${line}`);
  }

  it("mentions the uses by a computed name that can reach it, and no others", async () => {
    await open({
      "jsconfig.json": '{ "compilerOptions": { "module": "commonjs", "checkJs": false, "types": [] } }',
      "app.js": [
        "var app = module.exports = {};",
        "app.start = function () {};",
        "app.stop = function () {};",
        "const table = { start: 1 };",
        "exports.look = (key) => table[key];",
        "exports.first = (list) => list[0];",
      ].join("\n"),
      "main.js": "const app = require('./app');\nfor (const name of process.argv) app[name]();\napp['stop']();\n",
    });
    assert.deepEqual(await mentioned("app/start"), ["main.js:2"]);
  });
});
