import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { packagedVsix } from "../support/editor.ts";

interface Entry {
  readonly name: string;
  text(): string;
}

/** Entries of a zip archive by its central directory; vsce writes neither zip64 nor encryption. */
function entriesOf(file: string): readonly Entry[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const count = bytes.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  for (let at = bytes.readUInt32LE(end + 16), index = 0; index < count; index++) {
    const [packed, nameLength, extra, comment] = [20, 28, 30, 32].map((field) =>
      field === 20 ? bytes.readUInt32LE(at + field) : bytes.readUInt16LE(at + field),
    ) as [number, number, number, number];
    const method = bytes.readUInt16LE(at + 10);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + packed);
    entries.push({
      name: bytes.toString("utf8", at + 46, at + 46 + nameLength),
      text: () => (method === 8 ? inflateRawSync(content) : content).toString("utf8"),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

describe("the packaged extension", function () {
  this.timeout(60_000);
  let entries: readonly Entry[];
  before(() => {
    entries = entriesOf(packagedVsix());
  });

  it("holds these files and no others", () => {
    const names = entries.map(({ name }) => name.replace(/-[A-Z0-9]{8}\.mjs$/, "-HASH.mjs"));
    const allowed = [
      /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
      /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
      /^extension\/dist\/extension\/(main|launch|panel|graphEditor|playgroundPanel|chatParticipant|componentCommands|flowRunCommands)\.cjs$/,
      /^extension\/dist\/server\/(main|analysisWorker|ledgerWorker|searchWorker|vectorWorker|webWorker|typescript)\.mjs$/,
      /^extension\/dist\/server\/(chunks\/)?[\w.-]+-HASH\.mjs$/,
      /^extension\/dist\/server\/(grammars\/)?[\w.-]+\.wasm$/,
      /^extension\/dist\/server\/(o200k_base\.bin|typescriptLib\.json)$/,
      /^extension\/media\/(panel\.(js|css|png)|(flowGraph|playground)\.(js|css)|icon\.png|flows\.svg|(quality|flowTests)\.schema\.json|walkthrough\/[a-z]+\.(png|md))$/,
    ];
    assert.deepEqual(
      names.filter((name) => !allowed.some((shape) => shape.test(name))),
      [],
    );
    for (const name of [
      "dist/extension/main.cjs",
      "dist/extension/launch.cjs",
      "dist/server/main.mjs",
      "dist/extension/graphEditor.cjs",
      "dist/extension/playgroundPanel.cjs",
      "dist/extension/chatParticipant.cjs",
      "dist/extension/componentCommands.cjs",
      "dist/extension/flowRunCommands.cjs",
      "media/panel.js",
      "media/flowGraph.js",
      "media/playground.js",
    ]) {
      assert.ok(names.includes(`extension/${name}`), name);
    }
  });

  it("loads neither zod nor the language client at activation", () => {
    const main = entries.find(({ name }) => name === "extension/dist/extension/main.cjs");
    // Either would make it ten times larger.
    assert.ok(main && main.text().length < 120_000);
  });

  it("is at most 15 MB", () => {
    assert.ok(statSync(packagedVsix()).size <= 15 * 1024 * 1024);
  });

  it("holds no test tool, no source map and no path of the machine that built it", () => {
    const root = new URL("../../", import.meta.url).pathname;
    for (const { name, text } of entries.filter(({ name }) => /\.(mjs|cjs|js|json)$/.test(name))) {
      const content = text();
      assert.ok(!content.includes(root), `${name} holds the path of the build`);
      assert.ok(!/test_simple_text|test_error_handling/.test(content), `${name} holds a test tool`);
    }
    assert.deepEqual(
      entries.filter(({ name }) => name.endsWith(".map")),
      [],
    );
  });

  it("asks for no workspace setting that could send the token elsewhere", () => {
    const manifest = entries.find(({ name }) => name === "extension/package.json");
    const { contributes, scripts, devDependencies } = JSON.parse(manifest?.text() ?? "{}") as {
      contributes: { configuration: { properties: Record<string, { scope: string }> } };
      scripts?: unknown;
      devDependencies?: unknown;
    };
    // How findings are judged is a workspace's own affair: nothing is contacted, written or shown elsewhere by it.
    const harmless = ["langflowConnect.findings.rules"];
    for (const [key, { scope }] of Object.entries(contributes.configuration.properties)) {
      if (harmless.includes(key)) continue;
      assert.ok(["application", "machine"].includes(scope), `${key} has the scope ${scope}`);
    }
    assert.deepEqual([scripts, devDependencies], [undefined, undefined]);
  });
});
