import assert from "node:assert/strict";
import { rename, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import type { Scans } from "../../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const quiet = { overlays: new Map<string, string>(), signal: new AbortController().signal, progress: () => undefined };

describe("scans of changing files", () => {
  let workspace: ScratchWorkspace;
  let scans: Scans;
  const file = () => path.join(workspace.folder, "a.ts");
  const roots = () => [{ absolute: workspace.folder, displayPath: "" }];
  const names = async () => (await scans.components({ roots: roots() }, quiet)).components.map(({ name }) => name);
  const functions = async () => (await scans.repository({ roots: roots() }, quiet)).code.functions;

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "a.ts": "export const f0 = 10;\n" }, { git: false });
    scans = createScans(createReaders());
  });
  afterEach(() => workspace.remove());

  it("see an outside edit of the same length at once, 100 times", async () => {
    for (let turn = 1; turn <= 100; turn++) {
      const name = `f${turn % 10}`;
      await writeFile(file(), turn % 2 === 0 ? `export const ${name} = 10;\n` : `function ${name}() {   }\n`);
      assert.deepEqual(await names(), [name], `turn ${turn}`);
      assert.equal(await functions(), turn % 2, `turn ${turn}`);
    }
  });

  it("see an edit, and a rename over the file, whose time stamp was put back", async () => {
    const before = new Date(Date.now() - 60_000);
    await utimes(file(), before, before);
    assert.deepEqual(await names(), ["f0"]);
    await writeFile(file(), "export const f1 = 10;\n");
    await utimes(file(), before, before);
    assert.deepEqual(await names(), ["f1"]);
    const other = path.join(workspace.folder, "b.txt");
    await writeFile(other, "export const f2 = 10;\n");
    await utimes(other, before, before);
    await rename(other, file());
    assert.deepEqual(await names(), ["f2"]);
  });

  it("parse a file that is asked for again only when its text differs, on the disk or in the editor", async () => {
    const { components, ...others } = createReaders();
    const read: string[] = [];
    const counting = {
      ...components,
      read: (name: string, text: string) => {
        read.push(text);
        return components.read(name, text);
      },
    };
    scans = createScans({ ...others, components: counting });
    const target = { absolute: file(), displayPath: "a.ts", isFolder: false };
    const outline = async (overlays = new Map<string, string>()) =>
      (await scans.components({ roots: roots(), target }, { ...quiet, overlays })).components.map(({ name }) => name);
    assert.deepEqual([await outline(), await outline()], [["f0"], ["f0"]]);
    await writeFile(file(), "export const f1 = 10;\n");
    assert.deepEqual(await outline(), ["f1"]);
    assert.deepEqual(await outline(new Map([[file(), "export const f2 = 10;\n"]])), ["f2"]);
    assert.deepEqual(
      read.map((text) => text.slice(13, 15)),
      ["f0", "f1", "f2"],
    );
  });
});
