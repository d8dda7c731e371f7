import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

overEveryClient("write_file", {}, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);
  beforeEach(async () => {
    await writeFile(at("crlf.txt"), "one\r\ntwo\r\nthree\r\n");
    await writeFile(at("package.json"), "{}\n");
  });

  it("write_file makes a file with its folders, and undo_edits takes both away", async () => {
    const { etag, undoId } = await ok(bench.client, "write_file", { path: "new/deep/a.txt", content: "a\n" });
    assert.equal(etag, sha256("a\n"));
    assert.equal(await readFile(at("new/deep/a.txt"), "utf8"), "a\n");
    assert.deepEqual(await ok(bench.client, "undo_edits", { undoId }), {
      outcome: "accepted",
      files: ["new/deep/a.txt"],
    });
    await assert.rejects(stat(at("new")), { code: "ENOENT" });
  });

  it("write_file replaces a file for its etag only, and keeps line endings and mode", async () => {
    await chmod(at("crlf.txt"), 0o750);
    const path = "crlf.txt";
    const { etag } = await fails(bench.client, "write_file", { path, content: "x" }, "CONFLICT");
    await fails(bench.client, "write_file", { path, content: "x", ifMatch: sha256("other") }, "CONFLICT");
    assert.equal((await ok(bench.client, "read_file", { path })).etag, etag);
    const written = await ok(bench.client, "write_file", { path, content: "uno\ndos\n", ifMatch: etag });
    assert.equal(await readFile(at(path), "utf8"), "uno\r\ndos\r\n");
    assert.equal(written.etag, sha256("uno\r\ndos\r\n"));
    assert.equal((await stat(at(path))).mode & 0o777, 0o750);
    await fails(bench.client, "write_file", { path, content: "x", ifMatch: etag }, "CONFLICT");
    await ok(bench.client, "write_file", { path, content: "x", overwrite: true });
  });

  it("refuses a file that can run code, and an approval given as an argument", async () => {
    const error = await fails(
      bench.client,
      "write_file",
      { path: "package.json", content: "{}", overwrite: true },
      "PROTECTED_PATH",
    );
    assert.match(String(error.remedy), /--allow-protected/);
    await fails(
      bench.client,
      "write_file",
      { path: "package.json", content: "{}", approved: true },
      "INVALID_ARGUMENT",
    );
    assert.equal(await readFile(at("package.json"), "utf8"), "{}\n");
  });

  it("does not write *** over a secret that was masked when it was read", async () => {
    await writeFile(at("config.ts"), 'const password = "hunter2hunter2";\n');
    const { content, etag, redacted } = await ok(bench.client, "read_file", { path: "config.ts" });
    assert.equal(redacted, true);
    await fails(bench.client, "write_file", { path: "config.ts", content, ifMatch: etag }, "INVALID_ARGUMENT");
    await ok(bench.client, "edit_file", { path: "config.ts", edits: [{ oldText: "const", newText: "let" }] });
    assert.equal(await readFile(at("config.ts"), "utf8"), 'let password = "hunter2hunter2";\n');
  });
});

describe("writing tools with LFC_EDITS=off", () => {
  it("refuse every change and name the setting", async () => {
    const workspace = await scratchWorkspace({ "a.txt": "a\n" });
    const server = await startServer({ folders: [workspace.folder], env: { LFC_EDITS: "off" } });
    const client = await connect("2026-07-28 http", server, [workspace.folder]);
    const { value, isError } = await client.call("write_file", { path: "a.txt", content: "b", overwrite: true });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /LFC_EDITS/);
    assert.equal(await readFile(path.join(workspace.folder, "a.txt"), "utf8"), "a\n");
    await client.close();
    await server.stop();
    await workspace.remove();
  });
});

describe("the diagnostics of a write", () => {
  it("are those that it adds and removes in the changed file and its importers", async () => {
    const workspace = await scratchWorkspace({
      "tsconfig.json": '{"compilerOptions":{"strict":true,"module":"esnext"},"include":["src"]}',
      "src/a.ts": "export const a = 1;\n",
      "src/b.ts": 'import { a } from "./a";\nexport const b: number = a;\n',
    });
    const server = await startServer({ folders: [workspace.folder] });
    const client = await connect("2026-07-28 http", server, [workspace.folder]);
    const edit = async (oldText: string, newText: string) => {
      const { value } = await client.call("edit_file", { path: "src/a.ts", edits: [{ oldText, newText }] });
      const { added, removed } = value.diagnostics as Record<string, { path: string; line: number; code: number }[]>;
      return { added: added?.map(locationOf), removed: removed?.map(locationOf) };
    };
    const locationOf = ({ path, line, code }: { path: string; line: number; code: number }) =>
      `${path}:${line} ${code}`;
    assert.deepEqual(await edit("1", '"x"'), { added: ["src/b.ts:2 2322"], removed: [] });
    assert.deepEqual(await edit('"x"', "2"), { added: [], removed: ["src/b.ts:2 2322"] });
    await client.close();
    await server.stop();
    await workspace.remove();
  });
});

describe("two writers of one file", () => {
  it("lose no update: of two with the same etag one gets CONFLICT", async () => {
    const workspace = await scratchWorkspace({ "n.txt": "0\n" });
    const server = await startServer({ folders: [workspace.folder] });
    const clients = await Promise.all([
      connect("2026-07-28 http", server, [workspace.folder]),
      connect("2025-11-25 http", server, [workspace.folder]),
    ]);
    const wins = await Promise.all(
      clients.map(async (client) => {
        let won = 0;
        for (let round = 0; round < 25; round++) {
          const { value } = await client.call("read_file", { path: "n.txt" });
          const content = `${Number(value.content) + 1}\n`;
          const { isError } = await client.call("write_file", { path: "n.txt", content, ifMatch: value.etag });
          if (!isError) won++;
        }
        return won;
      }),
    );
    const final = Number(await readFile(path.join(workspace.folder, "n.txt"), "utf8"));
    assert.equal(final, (wins[0] ?? 0) + (wins[1] ?? 0));
    await Promise.all(clients.map((client) => client.close()));
    await server.stop();
    await workspace.remove();
  });
});
