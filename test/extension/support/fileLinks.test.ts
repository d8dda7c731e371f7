import assert from "node:assert/strict";
import { filesIn, replaceFiles, withoutCommandLinks } from "../../../src/extension/support/fileLinks.ts";

describe("files that a report names", () => {
  const marked = (markdown: string) => replaceFiles(markdown, ({ path, line }) => `<${path}|${String(line ?? "")}>`);

  it("are positions in any text, and in code marks paths alone too", () => {
    assert.deepEqual(filesIn("- `src/a.ts:12` is long, as src/b.ts:3:7 (and c.ts:4).\n`src/d e.ts`, src/f.ts"), [
      { path: "src/a.ts", line: 12 },
      { path: "src/b.ts", line: 3 },
      { path: "c.ts", line: 4 },
      { path: "src/d e.ts" },
    ]);
  });

  it("have their name without the marks of Markdown, and stand in tables", () => {
    assert.equal(marked("| a\\_b/\\[id\\].ts:2 | `x\\|y.ts:3` |"), "| <a_b/[id].ts|2> | <x|y.ts|3> |");
  });

  it("are not changed in links and in blocks of code", () => {
    const text = "[`a.ts:1`](/a.ts) ![a.ts:1](b.ts:1)\n```\na.ts:1\n```\n~~~\n```\na.ts:1\n~~~";
    assert.equal(marked(`${text}\na.ts:1`), `${text}\n<a.ts|1>`);
  });

  it("are found in a long text in little time", () => {
    const started = performance.now();
    for (const part of ["a", "[", "`", "\\", "a/", "![", "("]) filesIn(part.repeat(200_000));
    // With each part looked at from the start, this takes many minutes.
    assert.ok(performance.now() - started < 10_000);
  });

  it("are not commands", () => {
    const text = "[run](command:workbench.action.quit) <Command:x> [y]: command:z";
    assert.equal(withoutCommandLinks(text), "[run](command: workbench.action.quit) <Command: x> [y]: command: z");
  });
});
