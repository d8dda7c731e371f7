import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startGitDaemon } from "../support/gitDaemon.ts";
import type { GitDaemon } from "../support/gitDaemon.ts";
import { threadsOf } from "../support/processTime.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];

describe("ingest_repository", function () {
  this.timeout(120_000);
  let daemon: GitDaemon;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let client: TestClient;

  const git = (name: string, ...args: string[]) =>
    execFileSync("git", [...identity, ...args], { cwd: path.join(daemon.folder, name), encoding: "utf8" }).trim();

  /** A repository with a history, which a server can send in parts. */
  function makeRepository(name: string, files: Readonly<Record<string, string>>): void {
    execFileSync("git", ["init", "-q", "-b", "main", path.join(daemon.folder, name)]);
    git(name, "config", "uploadpack.allowFilter", "true");
    git(name, "config", "uploadpack.allowAnySHA1InWant", "true");
    commit(name, files, "one");
  }

  function commit(name: string, files: Readonly<Record<string, string>>, message: string): void {
    for (const [file, text] of Object.entries(files)) {
      const absolute = path.join(daemon.folder, name, file);
      mkdirSync(path.dirname(absolute), { recursive: true });
      writeFileSync(absolute, text);
    }
    git(name, "add", "-A");
    git(name, "commit", "-q", "-m", message);
  }

  const threads = () => (process.platform === "linux" ? threadsOf(server.pid) : 0);
  const ingest = (args: Record<string, unknown>) => ok(client, "ingest_repository", { ...args, wait: 100 });

  before(async () => {
    daemon = await startGitDaemon();
    makeRepository("pears.git", {
      "package.json": '{ "name": "pears" }\n',
      "tsconfig.json": "{}\n",
      "src/pear.ts": "/** Makes a pear. */\nexport function pear(): string {\n  return 'pear';\n}\n",
      "src/use.ts": "import { pear } from './pear';\n\nconsole.log(pear());\n",
      ".env": "KEY=1\n",
    });
    workspace = await scratchWorkspace({ "src/a.ts": "export const a = 1;\n", "@own/x.txt": "x\n" });
    server = await startServer({
      folders: [workspace.folder],
      env: { LFC_EGRESS_ALLOWED_HOSTS: daemon.host },
    });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await workspace.remove();
    await daemon.stop();
  });

  it("brings a repository, which the other tools then read under its name", async () => {
    const brought = await ingest({ url: daemon.url("pears.git") });
    assert.deepEqual(
      [brought["name"], brought["ref"], brought["commit"], brought["files"], brought["state"], brought["changed"]],
      ["@pears", "main", git("pears.git", "rev-parse", "HEAD"), 5, "ready", true],
    );
    const read = await ok(client, "read_file", { path: "@pears/src/pear.ts" });
    assert.match(String(read["content"]), /Makes a pear/);
    const found = await ok(client, "search_code", { query: "pear()", path: "@pears" });
    assert.deepEqual(
      (found["matches"] as { path: string }[]).map((match) => match.path),
      ["@pears/src/pear.ts", "@pears/src/use.ts"],
    );
    const references = await ok(client, "find_references", { symbol: "@pears/src/pear.ts#pear" });
    assert.deepEqual([references["total"], references["files"]], [3, 2]);
    const overview = await ok(client, "analyze_repository", { path: "@pears", wait: 60 });
    assert.equal(overview["files"], 5);
    const log = await ok(client, "git_operations", { operation: "log", path: "@pears" });
    assert.equal(log["total"], 1);
    await fails(client, "read_file", { path: "@pears/.env" }, "SECRET_FILE");
    await fails(client, "read_file", { path: "@pears/../../x" }, "PATH_OUTSIDE_WORKSPACE");
  });

  it("is read-only, and no part of the workspace", async () => {
    const write = { path: "@pears/src/new.ts", content: "x" };
    await fails(client, "write_file", write, "PROTECTED_PATH");
    const rename = { operation: "rename_symbol", symbol: "@pears/src/pear.ts#pear", newName: "apple" };
    await fails(client, "preview_refactoring", rename, "PROTECTED_PATH");
    await fails(client, "git_operations", { operation: "create_branch", path: "@pears", name: "x" }, "PROTECTED_PATH");
    assert.equal((await ok(client, "search_code", { query: "pear" }))["total"], 0);
    assert.equal((await ok(client, "read_file", { path: "@own/x.txt" }))["content"], "x\n");
  });

  it("refreshes what is there, with another branch and without what is gone", async () => {
    assert.equal((await ingest({ url: daemon.url("pears.git") }))["changed"], false);
    git("pears.git", "rm", "-q", "src/use.ts");
    commit("pears.git", { "src/pear.ts": "export function pear(): number {\n  return 1;\n}\n" }, "two");
    const refreshed = await ingest({ url: daemon.url("pears.git") });
    assert.deepEqual([refreshed["changed"], refreshed["files"]], [true, 4]);
    const references = await ok(client, "find_references", { symbol: "@pears/src/pear.ts#pear" });
    assert.deepEqual([references["total"], references["files"]], [1, 1]);
    git("pears.git", "checkout", "-q", "-b", "next");
    commit("pears.git", { "next.txt": "next\n" }, "three");
    git("pears.git", "checkout", "-q", "main");
    await ingest({ url: daemon.url("pears.git"), ref: "next" });
    assert.equal((await ok(client, "read_file", { path: "@pears/next.txt" }))["content"], "next\n");
    await fails(client, "ingest_repository", { url: daemon.url("pears.git"), ref: "none" }, "NOT_FOUND");
    assert.equal((await ok(client, "read_file", { path: "@pears/next.txt" }))["content"], "next\n");
  });

  it("goes on after a kill, without what it has already", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [
        `part${String(at % 50)}/file${String(at)}.txt`,
        `${String(at)}\n`.repeat(200),
      ]),
    );
    makeRepository("large.git", files);
    const controller = new AbortController();
    let parts = 0;
    const stopped = client.call(
      "ingest_repository",
      { url: daemon.url("large.git"), wait: 100 },
      {
        signal: controller.signal,
        onprogress: ({ progress }) => {
          if (progress >= 2_000 && ++parts === 1) controller.abort();
        },
      },
    );
    await assert.rejects(stopped);
    await sleep(300);
    const listed = (await ok(client, "ingest_repository", { operation: "list" }))["repositories"] as {
      name: string;
      state: string;
    }[];
    assert.deepEqual(
      listed.map(({ name, state }) => [name, state]),
      [
        ["@large", "incomplete"],
        ["@pears", "ready"],
      ],
    );
    await fails(client, "read_file", { path: "@large/part0/file0.txt" }, "NOT_READY");
    const seen: number[] = [];
    await client.call(
      "ingest_repository",
      { url: daemon.url("large.git"), wait: 100 },
      { onprogress: ({ total }) => void (total !== undefined && seen.push(total)) },
    );
    assert.equal(
      (await ok(client, "read_file", { path: "@large/part1/file4951.txt" }))["content"],
      "4951\n".repeat(200),
    );
    assert.ok((seen[0] ?? 0) < 4_000, `${String(seen[0])} files were missing`);
  });

  it("stands beside a workspace of several folders as well", async () => {
    const other = await scratchWorkspace({ "b.txt": "b\n" }, { name: "other" });
    const both = [workspace.folder, other.folder];
    const second = await startServer({ folders: both, env: { LFC_EGRESS_ALLOWED_HOSTS: daemon.host } });
    const caller = await connect("2026-07-28 http", second, both);
    try {
      const brought = await ok(caller, "ingest_repository", { url: daemon.url("pears.git"), wait: 100 });
      assert.equal(brought["name"], "@pears");
      const found = await ok(caller, "search_code", { query: "pear(", path: "@pears" });
      assert.deepEqual(
        (found["matches"] as { path: string }[]).map((match) => match.path),
        ["@pears/src/pear.ts"],
      );
    } finally {
      await caller.close();
      await second.stop();
      await other.remove();
    }
  });

  it("answers calls about more repositories at once than it keeps threads for", async () => {
    const names = ["one", "two", "three", "four"];
    for (const name of names) {
      const sources = Array.from({ length: 300 }, (_, at): [string, string] => [
        `src/f${at}.ts`,
        `export const v${at} = "${name}";\n`,
      ]);
      makeRepository(`${name}.git`, Object.fromEntries([["tsconfig.json", "{}\n"], ...sources]));
      await ingest({ url: daemon.url(`${name}.git`) });
    }
    const before = threads();
    const asked = [...names, ...names].map((name) =>
      ok(client, "find_references", { symbol: `@${name}/src/f7.ts#v7`, wait: 60 }),
    );
    for (const answer of await Promise.all(asked)) assert.equal(answer["total"], 1);
    const removed = ok(client, "analyze_repository", { path: "@four", wait: 60 }).catch((error: unknown) =>
      String(error),
    );
    for (const name of names) await ok(client, "ingest_repository", { operation: "remove", name });
    // It was answered before, or says what happened; never with a folder, which the test's client looks for.
    const end = await removed;
    assert.ok(typeof end !== "string" || /NOT_READY|NOT_FOUND/.test(end), JSON.stringify(end));
    await until(() => threads() <= before, 20_000);
  });

  it("is gone without a trace once it is removed", async () => {
    for (const name of ["large", "@pears"]) await ok(client, "ingest_repository", { operation: "remove", name });
    assert.deepEqual((await ok(client, "ingest_repository", { operation: "list" }))["repositories"], []);
    await fails(client, "read_file", { path: "@pears/src/pear.ts" }, "NOT_FOUND");
    const kept = path.join(server.data, "repositories");
    assert.ok(
      !existsSync(kept) || readdirSync(kept, { recursive: true }).every((name) => !String(name).includes("pears")),
    );
  });

  it("asks no address that the user has not allowed", async () => {
    const refused = [
      ["http://127.0.0.1:9/r.git", "EGRESS_BLOCKED"],
      ["git://localhost/r.git", "EGRESS_BLOCKED"],
      ["https://user:secret@github.com/a/b", "INVALID_ARGUMENT"],
      ["file:///etc", "INVALID_ARGUMENT"],
      ["ext::sh -c true", "INVALID_ARGUMENT"],
      ["--upload-pack=x", "INVALID_ARGUMENT"],
    ] as const;
    for (const [url, code] of refused) await fails(client, "ingest_repository", { url }, code);
    await fails(client, "ingest_repository", { url: daemon.url("none.git") }, "NOT_FOUND");
    assert.deepEqual((await ok(client, "ingest_repository", { operation: "list" }))["repositories"], []);
  });
});

overEveryClient("ingest_repository", { "a.txt": "a\n" }, (bench) => {
  it("ingest_repository lists none at first, and says what it needs", async () => {
    assert.deepEqual(await ok(bench.client, "ingest_repository", { operation: "list" }), { repositories: [] });
    await fails(bench.client, "ingest_repository", {}, "INVALID_ARGUMENT");
    await fails(bench.client, "ingest_repository", { operation: "remove", name: "none" }, "NOT_FOUND");
    await fails(bench.client, "ingest_repository", { url: "https://localhost/r" }, "EGRESS_BLOCKED");
  });
});
