import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startServer } from "../support/server.ts";

interface Match {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

const key = ["-----BEGIN RSA PRIV", "ATE KEY-----\nMIIBneedle\n-----END RSA PRIV", "ATE KEY-----\n"].join("");
const files = {
  ".gitignore": "ignored/\n*.log\n",
  "src/a.ts": "export const needle = 1;\nconst b = 'NEEDLE needle';\n",
  "src/deep/b.ts": "needle\r\nnext\r\n",
  "src/[id].tsx": "needle\n",
  "docs/a.md": "no\n",
  "ignored/i.txt": "needle\n",
  "x.log": "needle\n",
  ".env": "needle=1\n",
  "key.txt": `needle\n${key}needle\n`,
  "bin.dat": Buffer.from("needle\0\n"),
  "latin1.txt": Buffer.from("caf\xe9 needle\n", "latin1"),
  "utf16.txt": Buffer.from("\uFEFFneedle\n", "utf16le"),
  "slow.txt": `${"a".repeat(40)}!\n`,
};

overEveryClient("search_code", files, (bench) => {
  before(() => symlink("src/a.ts", path.join(bench.workspace.folder, "link.ts")));

  async function search(args: Record<string, unknown>): Promise<string[]> {
    const { matches } = await ok(bench.client, "search_code", args);
    return (matches as Match[]).map((match) => `${match.path}:${match.line}:${match.column}`);
  }

  it("search_code finds lines of text files, and leaves out what is ignored, binary, a link or secret", async () => {
    const value = await ok(bench.client, "search_code", { query: "needle" });
    assert.deepEqual(
      (value.matches as Match[]).map((match) => `${match.path}:${match.line}:${match.column}:${match.text}`),
      [
        "key.txt:1:1:needle",
        "key.txt:5:1:needle",
        "latin1.txt:1:6:café needle",
        "src/[id].tsx:1:1:needle",
        "src/a.ts:1:14:export const needle = 1;",
        "src/a.ts:2:19:const b = 'NEEDLE needle';",
        "src/deep/b.ts:1:1:needle",
        "utf16.txt:1:1:needle",
      ],
    );
    assert.equal(value.complete, false);
    assert.deepEqual(value.incomplete, [{ path: ".env", reason: "It contains credentials." }]);
    // The folder ignored/ and x.log; .git.
    assert.deepEqual(value.leftOut, { ignored: 2, excluded: 1 });
    const { value: overview } = await bench.client.call("analyze_repository", { wait: 60 });
    assert.deepEqual(overview.leftOut, value.leftOut);
    const { value: below } = await bench.client.call("search_code", { query: "needle", path: "src" });
    assert.ok(!("leftOut" in below));
  });

  it("search_code takes a folder, a file, a pattern and an ignored file by its name", async () => {
    assert.deepEqual(await search({ query: "needle", path: "src/deep" }), ["src/deep/b.ts:1:1"]);
    assert.deepEqual(await search({ query: "needle", path: "src/a.ts" }), ["src/a.ts:1:14", "src/a.ts:2:19"]);
    assert.deepEqual(await search({ query: "needle", path: "src/**/b.ts" }), ["src/deep/b.ts:1:1"]);
    assert.deepEqual(await search({ query: "needle", path: "*.ts" }), [
      "src/a.ts:1:14",
      "src/a.ts:2:19",
      "src/deep/b.ts:1:1",
    ]);
    assert.deepEqual(await search({ query: "needle", path: "src/[id].tsx" }), ["src/[id].tsx:1:1"]);
    assert.deepEqual(await search({ query: "needle", path: "ignored/i.txt" }), ["ignored/i.txt:1:1"]);
    const { value } = await bench.client.call("search_code", { query: "needle", path: "../**/*" });
    assert.equal((value.error as { code: string }).code, "PATH_OUTSIDE_WORKSPACE");
  });

  it("search_code is case sensitive unless reported otherwise, and gives lines around a match", async () => {
    assert.deepEqual(await search({ query: "NEEDLE" }), ["src/a.ts:2:12"]);
    assert.equal((await search({ query: "NEEDLE", caseSensitive: false, path: "src" })).length, 4);
    const { matches } = await ok(bench.client, "search_code", { query: "next", context: 2 });
    assert.deepEqual(matches, [
      { path: "src/deep/b.ts", line: 2, column: 1, text: "next", before: ["needle"], after: [] },
    ]);
  });

  it("search_code gives up a regular expression that would not end, and goes on", async () => {
    const started = performance.now();
    const { value, isError } = await bench.client.call("search_code", { query: "(a+)+$", mode: "regex" });
    assert.ok(performance.now() - started < 4000);
    assert.equal(isError, true);
    assert.equal((value.error as { code: string }).code, "INVALID_ARGUMENT");
    assert.deepEqual(await search({ query: "^needle$", mode: "regex", path: "src" }), [
      "src/[id].tsx:1:1",
      "src/deep/b.ts:1:1",
    ]);
    const broken = await bench.client.call("search_code", { query: "(", mode: "regex" });
    assert.equal((broken.value.error as { code: string }).code, "INVALID_ARGUMENT");
  });
});

describe("search_code beside git grep", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const queries: readonly { query: string; mode: "text" | "regex" }[] = [
    ...["import", "ToolError", "the ", "=> {", "a.b", "\\", "🙂", "});", "TODO", "\t"].map(text),
    ...[
      "^import type",
      "export (const|function) [a-z]+",
      "[0-9]{4,}",
      "\\$\\{[a-z]+\\}",
      "^}$",
      "(foo|bar)+",
      "x*y",
      ";$",
    ].map(regex),
    ...["^ +return [^;]*;$", "[A-Z][A-Z_]+_[A-Z]+"].map(regex),
  ];

  it("gives the same lines for 20 queries over this repository", async () => {
    const server = await startServer({ folders: [root] });
    const client = await connect("2026-07-28 http", server, [root]);
    let total = 0;
    for (const { query, mode } of queries) {
      const ours: string[] = [];
      let cursor: unknown;
      do {
        const args = {
          query,
          mode,
          path: "src",
          limit: 1000,
          maxTokens: 100_000,
          ...(cursor !== undefined && { cursor }),
        };
        const { value } = await client.call("search_code", args);
        assert.equal(value.complete, true, JSON.stringify(value).slice(0, 500));
        for (const match of value.matches as Match[]) ours.push(`${match.path}:${match.line}`);
        cursor = value.cursor;
      } while (cursor !== undefined);
      assert.deepEqual(ours, gitGrep(query, mode), query);
      total += ours.length;
    }
    assert.ok(total > 5000, String(total));
    await client.close();
    await server.stop();
  });

  function gitGrep(query: string, mode: "text" | "regex"): string[] {
    const flags = ["-n", "-z", "-I", "--untracked", "--no-color", mode === "text" ? "-F" : "-E"];
    const args = ["grep", ...flags, "-e", query, "--", "src"];
    const { stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.split("\0").slice(0, 2).join(":"));
  }
});

function text(query: string) {
  return { query, mode: "text" as const };
}

function regex(query: string) {
  return { query, mode: "regex" as const };
}
