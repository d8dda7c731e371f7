import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chunksOf, isStillThere } from "../../../src/server/vectors/chunks.ts";

const root = fileURLToPath(new URL("../../../src/server/", import.meta.url));

describe("parts of code", () => {
  it("contain each line with words once, in order, of every file of this server", () => {
    let parts = 0;
    for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts")) continue;
      const text = readFileSync(path.join(root, name), "utf8");
      const declarations = [...text.matchAll(/^export function /gm)].map(({ index }) => {
        const line = text.slice(0, index).split("\n").length;
        const end = text.indexOf("\n}\n", index);
        return { line, endLine: text.slice(0, end).split("\n").length + 1 };
      });
      const chunks = chunksOf(name, text, declarations);
      const seen = chunks.flatMap(({ startLine, endLine }) =>
        Array.from({ length: endLine - startLine + 1 }, (_, nth) => startLine + nth),
      );
      assert.deepEqual(
        seen,
        [...new Set(seen)].toSorted((a, b) => a - b),
        name,
      );
      const lines = text.split("\n");
      const missing = lines.flatMap((line, at) => (/\w{2}/.test(line) && !seen.includes(at + 1) ? [at + 1] : []));
      assert.deepEqual(missing, [], name);
      for (const chunk of chunks) {
        assert.ok(chunk.text.length <= 1_600 + name.length + 1, `${name}:${String(chunk.startLine)}`);
        assert.equal(chunk.text, `${name}\n${lines.slice(chunk.startLine - 1, chunk.endLine).join("\n")}`);
        assert.ok(isStillThere(name, text, chunk));
        assert.ok(!isStillThere(name, `x${text}`, { ...chunk, startLine: 1 }));
      }
      parts += chunks.length;
    }
    assert.ok(parts > 1_000, String(parts));
  });

  it("begin with a declaration of some size and the comment above it", () => {
    const body = Array.from({ length: 10 }, (_, nth) => `  step(${String(nth)}, "with some words to fill the line");`);
    const one = ["function one() {", ...body, "}"];
    const lines = ["import a from 'a';", "", ...one, "", "/** Two. */", "function two() {", ...body, "}", ""];
    const declarations = [
      { line: 3, endLine: 14 },
      { line: 17, endLine: 28 },
    ];
    const spans = chunksOf("a.js", lines.join("\n"), declarations).map(({ startLine, endLine }) => [
      startLine,
      endLine,
    ]);
    assert.deepEqual(spans, [
      [1, 14],
      [16, 28],
    ]);
  });

  it("have the same id after a shift of lines, and another one in another file or with another text", () => {
    const ids = (name: string, text: string) => chunksOf(name, text, []).map(({ id }) => id);
    const [id] = ids("a.ts", "const a = 1;\n");
    assert.deepEqual(ids("a.ts", "\n\nconst a = 1;\n\n"), [id]);
    assert.notDeepEqual(ids("b.ts", "const a = 1;\n"), [id]);
    assert.notDeepEqual(ids("a.ts", "const a = 2;\n"), [id]);
    assert.deepEqual(ids("a.ts", "\n  }\n);\n"), []);
  });
});
