import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packLinks, unpackLinks } from "../../../src/server/analysis/syntax/facts.ts";
import type { LinkFacts } from "../../../src/server/analysis/syntax/facts.ts";
import { pythonFacts } from "../../../src/server/analysis/syntax/pyFacts.ts";
import { scriptFacts } from "../../../src/server/analysis/syntax/tsFacts.ts";
import { isScript } from "../../../src/server/analysis/syntax/tsParse.ts";

function assertSame({ imports, exports, reexports }: LinkFacts, where: string): void {
  const links = { imports, exports, reexports };
  assert.deepEqual(unpackLinks(packLinks(links)), links, where);
}

describe("packed links", () => {
  it("are the same when they are unpacked, for this repository's own files", async () => {
    let links = 0;
    for (const folder of ["src", "test", "scripts"]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (!entry.isFile() || !isScript(file)) continue;
        const facts = scriptFacts(file, await readFile(file, "utf8"));
        assertSame(facts, file);
        links += facts.imports.length + facts.exports.length;
      }
    }
    assert.ok(links > 3000, String(links));
  }).timeout(60_000);

  it("are the same when they are unpacked, of every form", async () => {
    const script = `import a from "./a";
import * as b from "./b";
import type { C } from "./c";
import "./d";
export * from "./e";
export * as f from "./f";
export { g as "h \\u2028 \\"" } from './g';
export const i = () => import("./j"), ü = a + i;
export default class {}
b; type D = C;`;
    const facts = scriptFacts("a.ts", script);
    assert.ok(facts.imports.length > 5 && facts.exports.length > 3 && facts.reexports.length > 1);
    assertSame(facts, "script");
    assertSame(await pythonFacts("from . import a, b as c\nimport d.e\ndef f():\n    import g\n"), "Python");
    assertSame({ imports: [], exports: [], reexports: [] }, "nothing");
  });
});
