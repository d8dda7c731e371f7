import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { clientKinds, connect } from "../support/clients.ts";
import type { CallAnswer, TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

for (const kind of clientKinds) {
  describe(`writing tools over ${kind}`, () => {
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    let client: TestClient;
    const at = (file: string) => path.join(workspace.folder, file);

    before(async () => {
      workspace = await scratchWorkspace({});
      server = await startServer({ folders: [workspace.folder] });
      client = await connect(kind, server, [workspace.folder]);
    });
    beforeEach(async () => {
      await writeFile(at("crlf.txt"), "one\r\ntwo\r\nthree\r\n");
      await writeFile(at("twice.txt"), "x=1\nx=1\n");
      await writeFile(at("package.json"), "{}\n");
    });
    after(async () => {
      await client.close();
      await server.stop();
      await workspace.remove();
    });

    async function ok(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
      const answer = await client.call(name, args);
      assert.equal(answer.isError, false, JSON.stringify(answer.value));
      return answer.value;
    }

    async function fails(name: string, args: Record<string, unknown>, code: string): Promise<CallAnswer["value"]> {
      const { value, isError } = await client.call(name, args);
      assert.equal(isError, true, JSON.stringify(value));
      const error = value.error as Record<string, unknown>;
      assert.equal(error.code, code, JSON.stringify(error));
      return error;
    }

    it("write_file makes a file with its folders, and undo_edits takes both away", async () => {
      const { etag, undoId } = await ok("write_file", { path: "new/deep/a.txt", content: "a\n" });
      assert.equal(etag, sha256("a\n"));
      assert.equal(await readFile(at("new/deep/a.txt"), "utf8"), "a\n");
      assert.deepEqual(await ok("undo_edits", { undoId }), { files: ["new/deep/a.txt"] });
      await assert.rejects(stat(at("new")), { code: "ENOENT" });
    });

    it("write_file replaces a file for its etag only, and keeps line endings and mode", async () => {
      await chmod(at("crlf.txt"), 0o750);
      const path = "crlf.txt";
      const { etag } = await fails("write_file", { path, content: "x" }, "CONFLICT");
      await fails("write_file", { path, content: "x", ifMatch: sha256("other") }, "CONFLICT");
      assert.equal((await ok("read_file", { path })).etag, etag);
      const written = await ok("write_file", { path, content: "uno\ndos\n", ifMatch: etag });
      assert.equal(await readFile(at(path), "utf8"), "uno\r\ndos\r\n");
      assert.equal(written.etag, sha256("uno\r\ndos\r\n"));
      assert.equal((await stat(at(path))).mode & 0o777, 0o750);
      await fails("write_file", { path, content: "x", ifMatch: etag }, "CONFLICT");
      await ok("write_file", { path, content: "x", overwrite: true });
    });

    it("edit_file replaces pieces written with LF in a file with CRLF", async () => {
      await ok("edit_file", {
        path: "crlf.txt",
        edits: [
          { oldText: "three", newText: "3" },
          { oldText: "one\ntwo", newText: "1\n2" },
        ],
      });
      assert.equal(await readFile(at("crlf.txt"), "utf8"), "1\r\n2\r\n3\r\n");
    });

    it("edit_file says the lines of an ambiguous text, and takes `all`", async () => {
      const edits = [{ oldText: "x=1", newText: "x=2" }];
      const error = await fails("edit_file", { path: "twice.txt", edits }, "AMBIGUOUS");
      assert.deepEqual(error.lines, [1, 2]);
      await fails("edit_file", { path: "twice.txt", edits: [{ oldText: "y", newText: "" }] }, "NOT_FOUND");
      await ok("edit_file", { path: "twice.txt", edits: [{ oldText: "x=1", newText: "x=2", all: true }] });
      assert.equal(await readFile(at("twice.txt"), "utf8"), "x=2\nx=2\n");
    });

    it("edit_file refuses edits that overlap and changes nothing", async () => {
      const edits = [
        { oldText: "one\ntwo", newText: "" },
        { oldText: "two\nthree", newText: "" },
      ];
      await fails("edit_file", { path: "crlf.txt", edits }, "INVALID_ARGUMENT");
      assert.equal(await readFile(at("crlf.txt"), "utf8"), "one\r\ntwo\r\nthree\r\n");
    });

    it("delete_file takes an etag, and undo_edits brings the file back", async () => {
      await fails("delete_file", { path: "twice.txt", ifMatch: sha256("other") }, "CONFLICT");
      const { undoId } = await ok("delete_file", { path: "twice.txt", ifMatch: sha256("x=1\nx=1\n") });
      await assert.rejects(stat(at("twice.txt")), { code: "ENOENT" });
      await ok("undo_edits", { undoId });
      assert.equal(await readFile(at("twice.txt"), "utf8"), "x=1\nx=1\n");
      await fails("undo_edits", { undoId }, "NOT_FOUND");
    });

    it("create_directory makes a folder and says when it was there", async () => {
      const folder = `made-${kind.replace(/\W/g, "")}/inner`;
      assert.deepEqual(await ok("create_directory", { path: folder }), { created: true });
      assert.deepEqual(await ok("create_directory", { path: folder }), { created: false });
      assert.equal((await stat(at(folder))).isDirectory(), true);
    });

    it("refuses a file that can run code, and an approval given as an argument", async () => {
      const error = await fails(
        "write_file",
        { path: "package.json", content: "{}", overwrite: true },
        "PROTECTED_PATH",
      );
      assert.match(String(error.remedy), /--allow-protected/);
      await fails("write_file", { path: "package.json", content: "{}", approved: true }, "INVALID_ARGUMENT");
      assert.equal(await readFile(at("package.json"), "utf8"), "{}\n");
    });

    it("does not write *** over a secret that was masked when it was read", async () => {
      await writeFile(at("config.ts"), 'const password = "hunter2hunter2";\n');
      const { content, etag, redacted } = await ok("read_file", { path: "config.ts" });
      assert.equal(redacted, true);
      await fails("write_file", { path: "config.ts", content, ifMatch: etag }, "INVALID_ARGUMENT");
      await ok("edit_file", { path: "config.ts", edits: [{ oldText: "const", newText: "let" }] });
      assert.equal(await readFile(at("config.ts"), "utf8"), 'let password = "hunter2hunter2";\n');
    });

    it("apply_edits knows no plan that was not made", async () => {
      await fails("apply_edits", { planId: "p000" }, "NOT_FOUND");
    });
  });
}

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
      return { added: added?.map(placeOf), removed: removed?.map(placeOf) };
    };
    const placeOf = ({ path, line, code }: { path: string; line: number; code: number }) => `${path}:${line} ${code}`;
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
