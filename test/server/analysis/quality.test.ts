import assert from "node:assert/strict";
import { utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Finding, QualityAnswer } from "../../../src/server/analysis/quality/answer.ts";
import { copiesOf } from "../../../src/server/analysis/quality/copies.ts";
import { rulesWith } from "../../../src/server/analysis/quality/config.ts";
import { qualityOf } from "../../../src/server/analysis/quality/quality.ts";
import { createInsightReader } from "../../../src/server/analysis/repository/insight.ts";
import { overviewOf } from "../../../src/server/analysis/repository/repository.ts";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { makePipe, scratchWorkspace } from "../../support/workspaces.ts";

const signal = new AbortController().signal;
const context = (overlays = new Map<string, string>()) => ({ overlays, signal, progress: () => undefined });

async function judge(files: Readonly<Record<string, string>>, target?: string): Promise<QualityAnswer> {
  const { folder, remove } = await scratchWorkspace(files);
  const asked =
    target === undefined
      ? {}
      : { target: { absolute: path.join(folder, target), displayPath: target, isFolder: !target.includes(".") } };
  try {
    const query = { kind: "path" as const, roots: [{ absolute: folder, displayPath: "" }], ...asked };
    return await createScans(createReaders()).quality(query, context());
  } finally {
    await remove();
  }
}

const rules = (answer: QualityAnswer) => answer.findings.map(({ rule, path: file, line }) => `${rule} ${file}:${line}`);
const of = (answer: QualityAnswer, rule: string): Finding[] => answer.findings.filter((one) => one.rule === rule);

describe("copies", () => {
  const block = (name: string) =>
    Array.from(
      { length: 14 },
      (_, at) => `  const ${name}${at} = compute(${at}, input.value) + offset[${at}] * 2;`,
    ).join("\n");

  it("are found across files at the right lines, and once", async () => {
    const shared = block("x");
    const answer = await judge({
      "a.ts": `export function one(input: In) {\n${shared}\n}\n`,
      "b.ts": `// first\n// second\nexport function two(input: In) {\n${shared}\n}\n`,
      "c.ts": `export function three(input: In) {\n${block("y")}\n}\n`,
    });
    const copies = of(answer, "no-duplicated-code");
    assert.equal(copies.length, 1);
    assert.deepEqual(answer.incomplete, []);
    assert.match(
      copies[0]?.message ?? "",
      /^Duplicated code: lines (?:3 to 18 are the same as a\.ts:1|4 to 18 are the same as a\.ts:2)\.$/,
    );
    assert.ok((answer.metrics.duplicatedLines ?? 0) >= 28);
  });

  it("say how many files were left out where there is too much code", async () => {
    const tokens = { hashes: new Uint32Array(300), lines: new Uint32Array(300) };
    const input = ["a.ts", "b.ts", "c.ts"].map((file) => ({ path: file, tokens }));
    const snapshot = {
      folders: [],
      files: [],
      incomplete: [],
      leftOut: { ignored: 0, excluded: 0 },
      stamp: "",
      sources: [],
    };
    const insight = { ...(await createInsightReader()(snapshot)), copies: () => copiesOf(input, 500) };
    const reported = [
      {
        path: ".",
        reason: "Copies were not looked for in 2 files: the repository has more than 500 tokens of code.",
      },
    ];
    const churn = { changes: new Map(), known: false };
    const { incomplete } = overviewOf({ snapshot, insight, dependencies: [], churn, prefix: "" });
    assert.deepEqual(incomplete, reported);
    const rules = rulesWith({});
    const judged = qualityOf({ files: [], incomplete: [], isSingle: false, insight, known: 0, rules });
    assert.deepEqual(judged.incomplete, reported);
  });

  it("are no finding below 100 tokens or 10 lines", async () => {
    const line = "call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);";
    const answer = await judge({ "a.ts": `${line}\n${line}2\nend();\n`, "b.ts": `${line}\n${line}2\nstop();\n` });
    assert.deepEqual(of(answer, "no-duplicated-code"), []);
  });
});

describe("exports that nobody imports", () => {
  const unused = async (files: Readonly<Record<string, string>>) => {
    const answer = await judge(files);
    return [...of(answer, "unused-export"), ...of(answer, "unused-file")].map(
      ({ path: file, line, message }) => `${file}:${line} ${message}`,
    );
  };

  it("are candidates with their evidence; what is imported, handed on or entered is none", async () => {
    assert.deepEqual(
      await unused({
        "package.json": JSON.stringify({ name: "pkg", exports: "./dist/index.js" }),
        "src/index.ts": `export { kept } from "./kept.js";\nexport * from "./star.js";\nimport "./used.js";`,
        "src/kept.ts": "export const kept = 1;\nexport const dropped = 2;",
        "src/star.ts": "export const star = 1;",
        "src/used.ts": `import { a as b } from "./names.js";\nimport * as all from "./whole.js";\nimport def from "./default.js";\nb(all, def);`,
        "src/names.ts": "export const a = 1;\nexport const own = 2;\nexport const reads = own;",
        "src/whole.ts": "export const w1 = 1;\nexport const w2 = 2;",
        "src/default.ts": "export default 1;",
        "src/lonely.ts": "export const lonely = 1;",
        "src/kept.test.ts": `import { dropped } from "./kept.js";\ndropped;`,
        "vite.config.ts": "export default {};",
      }),
      [
        "src/kept.ts:2 dropped is exported, but only tests import it.",
        "src/names.ts:3 reads is exported, but none of the other 9 files imports it.",
        "src/names.ts:2 own is exported, but none of the other 9 files imports it; this file uses it itself.",
        "src/lonely.ts:1 The file is no entry point, and none of the other 9 files imports it.",
      ],
    );
  });

  it("are none where a pattern of the package's exports reaches them", async () => {
    assert.deepEqual(
      await unused({
        "package.json": JSON.stringify({
          name: "pkg",
          exports: {
            ".": "./index.ts",
            "./*": "./lib/*.ts",
            "./internal/*": null,
            "./deep/*": { import: "./dist/deep/*.js" },
          },
        }),
        "index.ts": "export const main = 1;",
        "lib/one.ts": "export const one = 1;",
        "lib/two/three.ts": "export const three = 3;",
        "src/deep/four.ts": "export const four = 4;",
        "src/five.ts": "export const five = 5;",
      }),
      ["src/five.ts:1 The file is no entry point, and none of the other 4 files imports it."],
    );
  });

  it("are none when a component file imports them", async () => {
    assert.deepEqual(
      await unused({
        "src/App.vue": `<template><p>{{ title }}</p></template>\n<script setup lang="ts">\nimport { title } from "./title";\n</script>\n`,
        "src/title.ts": `export const title = "x";`,
      }),
      [],
    );
  });
});

describe("findings", () => {
  const branchy = `export function hard(a: number) {\n${"  if (a > 1) { a--; }\n".repeat(25)}  return a;\n}\n`;

  it("are ranked worst first", async () => {
    const answer = await judge({
      "a.ts": `import "./b";\nexport const x: any = 1;\n`,
      "b.ts": branchy,
      "c.ts":
        branchy.replace("repeat", "") +
        branchy.replace("hard", "harder").replace("return a", `${"if (a) { if (a) a++; }\n".repeat(30)} return a`),
    });
    assert.match(answer.findings[0]?.message ?? "", /^harder has cognitive complexity 115 /);
    assert.equal(answer.findings[0]?.path, "c.ts");
    const last = answer.findings.at(-1);
    assert.equal(last?.rule, "no-explicit-any");
  });

  it("name each unsafe type, in one file as in many", async () => {
    const text =
      "let a: any;\nlet b: any;\nconst c = a as string;\nconst d = b!;\n// @ts-ignore\nconst e = a as const;\nconst s = '// @ts-ignore';\n";
    assert.deepEqual(rules(await judge({ "a.ts": text }, "a.ts")).sort(), [
      "ban-ts-comment a.ts:5",
      "consistent-type-assertions a.ts:3",
      "no-explicit-any a.ts:1",
      "no-explicit-any a.ts:2",
      "no-non-null-assertion a.ts:4",
    ]);
    const summed = await judge({ "a.ts": text });
    assert.equal(of(summed, "no-explicit-any").length, 2);
    assert.deepEqual(summed.metrics.unsafeTypes, { any: 2, assertion: 1, "non-null": 1, "ignored error": 1 });
  });

  it("tell import cycles at load at the line of the import", async () => {
    const answer = await judge({
      "a.ts": `export const a = () => b;\nimport { b } from "./b";\n`,
      "b.ts": `import { a } from "./a";\nexport const b = () => a;\n`,
    });
    assert.deepEqual(
      of(answer, "import/no-cycle").map(({ line, message }) => [line, message]),
      [[2, "Import cycle of 2 files: a.ts → b.ts → a.ts."]],
    );
  });

  it("tell a cycle at the file that is asked for", async () => {
    const files = {
      "a.ts": `import { b } from "./b";\nexport const a = () => b;\n`,
      "b.ts": `export const b = () => c;\nimport { c } from "./c";\n`,
      "c.ts": `import { a } from "./a";\nexport const c = () => a;\n`,
    };
    assert.deepEqual(
      of(await judge(files, "b.ts"), "import/no-cycle").map(({ path: file, line, message }) => [file, line, message]),
      [["b.ts", 2, "Import cycle of 3 files: b.ts → c.ts → a.ts → b.ts."]],
    );
  });

  it("tell deep nesting, many parameters, long functions and files, and what does not parse", async () => {
    const answer = await judge({
      "deep.ts": "function f() { if (1) { for (;;) { while (1) { try { if (2) {} } catch {} } } } }",
      "many.ts": "function f(a, b, c, d, e, f, g, h) {}",
      "long.ts": `function f() {\n${Array.from({ length: 1001 }, (_, at) => `x${at}();`).join("\n")}}\n`,
      "broken.ts": "const a = ;",
    });
    assert.deepEqual(rules(answer).sort(), [
      "max-depth deep.ts:1",
      "max-lines long.ts:1",
      "max-lines-per-function long.ts:1",
      "max-params many.ts:1",
      "syntax-error broken.ts:1",
    ]);
  });

  it("leave generated files out of a folder, but judge one that is asked for by name", async () => {
    const files = { "dist/a.js": branchy.replace(": number", ""), "src/b.ts": "1;" };
    assert.deepEqual(of(await judge(files), "complexity"), []);
    assert.equal(of(await judge(files, "dist/a.js"), "complexity").length, 1);
  });

  it("leave out a file whose top says that a tool wrote it, but not what it imports", async () => {
    const top = "// This file is autogenerated by build/validate.js, do not edit\n";
    const files = {
      "lib/validate.ts": `${top}import { used } from "./used.ts";\nused();\n${branchy}`,
      "lib/used.ts": "export function used() {}\nexport function unused() {}\n",
      "index.ts": 'import "./lib/validate.ts";\n',
    };
    const answer = await judge(files);
    assert.deepEqual(of(answer, "complexity"), []);
    assert.deepEqual(
      answer.findings.filter(({ path: file }) => file === "lib/used.ts").map(({ message }) => message),
      ["unused is exported, but none of the other 1 files imports it."],
    );
    assert.equal(of(await judge(files, "lib/validate.ts"), "complexity").length, 1);
  });

  it("are about a piece of code without a file", async () => {
    const answer = await createScans(createReaders()).quality(
      { kind: "code", code: branchy, language: "TypeScript" },
      context(),
    );
    assert.deepEqual(rules(answer), ["cognitive-complexity (code):1", "complexity (code):1"]);
    assert.equal(answer.metrics.cyclomatic.max, 26);
  });

  it("are refused for a language without a grammar, with what works", async () => {
    await assert.rejects(judge({ "a.kt": "fun f() {}" }, "a.kt"), {
      code: "UNSUPPORTED_LANGUAGE",
      remedy: /TypeScript, JavaScript/,
    });
  });
});

describe("a pipe", () => {
  it("is refused and not waited for", async function () {
    if (process.platform === "win32") this.skip();
    const { folder, remove } = await scratchWorkspace({ "a.ts": "1;" });
    const pipe = path.join(folder, "x.ts");
    makePipe(pipe);
    const scans = createScans(createReaders());
    const roots = [{ absolute: folder, displayPath: "" }];
    const target = { absolute: pipe, displayPath: "x.ts", isFolder: false };
    const refused = { code: "NOT_A_REGULAR_FILE" };
    await assert.rejects(scans.quality({ kind: "path", roots, target }, context()), refused);
    await assert.rejects(scans.components({ roots, target }, context()), refused);
    await remove();
  });
});

describe("what was read before", () => {
  it("is read again when the file or its unsaved text changed, and only then", async () => {
    const { folder, remove } = await scratchWorkspace({ "a.ts": "1;", "b.ts": "2;" });
    const readers = createReaders();
    const read: string[] = [];
    const scans = createScans({
      ...readers,
      facts: { ...readers.facts, read: (file, text) => (read.push(file), readers.facts.read(file, text)) },
    });
    const query = { kind: "path" as const, roots: [{ absolute: folder, displayPath: "" }] };
    const a = path.join(folder, "a.ts");
    const reads = async (overlays?: Map<string, string>) => {
      read.length = 0;
      const { metrics } = await scans.quality(query, context(overlays));
      return { read: read.toSorted(), functions: metrics.functions };
    };
    // What was written just now is read once more, because its stamp may not show the next change.
    await setTimeout(2200);
    assert.deepEqual(await reads(), { read: ["a.ts", "b.ts"], functions: 0 });
    assert.deepEqual(await reads(), { read: [], functions: 0 });
    assert.deepEqual(await reads(new Map([[a, "function f() {}"]])), { read: ["a.ts"], functions: 1 });
    assert.deepEqual(await reads(), { read: ["a.ts"], functions: 0 });
    await writeFile(a, "3;");
    await utimes(a, new Date(), new Date(1_000_000_000_000));
    assert.deepEqual(await reads(), { read: ["a.ts"], functions: 0 });
    await remove();
  });
});
