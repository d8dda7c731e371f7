import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RuleChanges } from "../../../src/protocol/findings.ts";
import { baselineFile } from "../../../src/server/analysis/quality/baseline.ts";
import { qualityFile } from "../../../src/server/analysis/quality/config.ts";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { branches, cases } from "../../support/complexCode.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const context = {
  overlays: new Map<string, string>(),
  signal: new AbortController().signal,
  progress: () => undefined,
};

describe("the rules of findings", () => {
  let workspace: ScratchWorkspace;
  afterEach(() => workspace.remove());

  async function open(files: Readonly<Record<string, string>>) {
    workspace = await scratchWorkspace(files);
    const scans = createScans(createReaders());
    const roots = [{ absolute: workspace.folder, displayPath: "" }];
    return async (forBaseline = false, rules: RuleChanges = {}) => {
      const answer = await scans.quality({ kind: "path", roots, forBaseline, rules }, context);
      const short = answer.findings.map((one) => `${one.severity} ${one.rule} ${one.path}:${one.line}`);
      return { ...answer, short };
    };
  }
  const write = (file: string, text: string) => writeFile(path.join(workspace.folder, file), text);

  it("report a rule once per line", async () => {
    const ask = await open({ "a.ts": "export const f = (a: any, b: any, c: any): any => a;\n" });
    assert.equal((await ask()).short.filter((one) => one.includes("no-explicit-any")).length, 1);
  });

  it("report the outermost of nested functions that are over a limit", async () => {
    const inner = branches("inner").replace(/^/gm, "  ");
    const ask = await open({
      "a.ts": `export function outer(b: number) {\n  if (b) b++;\n${inner}  return inner(b);\n}\n`,
    });
    const found = (await ask()).short;
    assert.deepEqual(
      found.filter((one) => !one.includes("unused")),
      ["warning cognitive-complexity a.ts:1", "warning complexity a.ts:3"],
    );
  });

  it("judge tests by rules that suit them, and generated code not at all", async () => {
    const block = Array.from({ length: 300 }, (_, at) => `  it("does ${at}", () => { check(${at} as any); });`).join(
      "\n",
    );
    const suite = `describe("all", () => {\n${block}\n});\n`;
    const ask = await open({
      "test/one.test.ts": suite,
      "test/two.test.ts": suite,
      "test/hard.test.ts": cases("hard"),
      "src/same.ts": suite,
      "dist/built.js": branches("built").replaceAll(": number", ""),
      "vendor/lib.js": branches("lib").replaceAll(": number", ""),
    });
    const found = (await ask()).short;
    const of = (folder: string) =>
      new Set(found.filter((one) => one.includes(` ${folder}/`)).map((one) => one.replace(/:.*/, "")));
    assert.deepEqual([...of("test")], ["information complexity test/hard.test.ts"]);
    assert.deepEqual([...of("dist"), ...of("vendor")], []);
    assert.ok(of("src").has("warning max-lines-per-function src/same.ts"));
  });

  it("follow the committed file: severity, limit, and overrides for some files", async () => {
    const ask = await open({
      "src/a.ts": cases("a"),
      "src/b.ts": cases("b"),
      "legacy/c.ts": cases("c"),
      [qualityFile]: JSON.stringify({
        rules: { complexity: { severity: "error" }, "unused-export": "off" },
        overrides: [
          { files: ["legacy/"], rules: { complexity: "off" } },
          { files: ["src/b.ts"], rules: { complexity: { limit: 40 } } },
        ],
      }),
    });
    assert.deepEqual(
      (await ask()).short.filter((one) => !one.includes("duplicated")),
      ["error complexity src/a.ts:1"],
    );
  });

  it("follow the user's settings where the committed file says nothing of the rule", async () => {
    const ask = await open({
      "src/a.ts": cases("a"),
      [qualityFile]: JSON.stringify({ rules: { complexity: { severity: "error" } } }),
    });
    const found = async (rules: RuleChanges) =>
      (await ask(false, rules)).short.filter((one) => one.includes(" complexity "));
    assert.deepEqual(await found({ complexity: "off" }), ["error complexity src/a.ts:1"]);
    assert.deepEqual(await found({ complexity: { limit: 500 } }), []);
  });

  for (const [what, text, line, message] of [
    ["text that is no JSON", '{\n  "rules": {\n', 3, "the file is not valid JSON."],
    ["an unknown rule", '{\n  "rules": {\n    "no-such-rule": "off"\n  }\n}\n', 3, "no-such-rule"],
    ["an unknown severity", '{\n  "rules": {\n    "complexity": "fatal"\n  }\n}\n', 3, "rules.complexity"],
  ] as const) {
    it(`report ${what} in the committed file as an error at its line`, async () => {
      const ask = await open({ "src/a.ts": cases("a"), [qualityFile]: text });
      const { findings, short } = await ask();
      assert.equal(short[0], `error invalid-configuration ${qualityFile}:${line}`);
      assert.ok(findings[0]?.message.includes(message), findings[0]?.message);
      assert.ok(short.includes("warning complexity src/a.ts:1"), "the rest is judged by the defaults");
    });
  }

  it("list with a baseline only what is new, wherever the code has moved to", async () => {
    const source = `${branches("constructor")}export const a: any = 1;\nexport const b: any = 2;\n`;
    const ask = await open({ "src/a.ts": source, [`${path.dirname(baselineFile)}/.keep`]: "" });
    const before = await ask();
    const text = (await ask(true)).baseline?.[0]?.text ?? "";
    await write(baselineFile, text);
    const after = await ask();
    assert.deepEqual(after.short, []);
    assert.equal(after.inBaseline, before.findings.length);
    assert.equal((await ask(true)).baseline?.[0]?.text, text, "written again it is the same");

    await write("src/a.ts", `// one\n// two\n${source}export const c: any = 3;\n${cases("other")}`);
    assert.deepEqual(
      (await ask()).short.filter((one) => !one.includes("unused")),
      ["warning complexity src/a.ts:39", "information no-explicit-any src/a.ts:38"],
    );
  });

  it("report a baseline that cannot be read, and list everything", async () => {
    const ask = await open({ "src/a.ts": cases("a"), [baselineFile]: "[]" });
    assert.equal((await ask()).short[0], `error invalid-configuration ${baselineFile}:1`);
    await rm(path.join(workspace.folder, baselineFile));
    assert.equal((await ask()).short[0], "warning complexity src/a.ts:1");
  });
});
