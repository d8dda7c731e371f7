import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { runCli } from "../../support/cli.ts";
import { serverMain, startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const killAtStep = new URL("../../support/killAtStep.mjs", import.meta.url);
type Engine = "node" | "sqljs";
const storeNames = { node: "ledger.db", sqljs: "ledger.sqljs-1.db" };

describe("The command storage", function () {
  this.timeout(300_000);
  let workspace: ScratchWorkspace;
  let folder: string;
  let data: string;
  let server: RunningServer | undefined;

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    folder = await mkdtemp(path.join(tmpdir(), "lfc-storage-"));
    data = path.join(folder, "data");
    mkdirSync(data);
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await workspace.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const storage = (engine: Engine, ...args: string[]) =>
    runCli(["storage", ...args, "--data", data], { LFC_STORAGE_ENGINE: engine });
  const storeFile = (engine: Engine) => path.join(data, "ledger", storeNames[engine]);
  const sqlite = (file: string, sql: string) => execFileSync("sqlite3", [file, sql], { encoding: "utf8" });
  /** In any order: a copy by `VACUUM INTO` lists indexes before triggers. */
  const dump = (file: string) => sqlite(file, ".dump").split("\n").toSorted().join("\n");

  /** Runs and calls as another process records them. */
  async function record(engine: Engine, ids: readonly string[]) {
    const ledger = createLedger({
      workerFile,
      options: { folder: path.join(data, "ledger"), engine, workspace: "orchard", keepDays: 400 },
      log: createLogger(() => undefined),
      model: () => "",
      head: () => noHead,
    });
    const caller = { face: "mcp", client: "press", principal: localUser } as const;
    for (const id of ids) {
      const startedAt = new Date(Date.UTC(2026, 9, 5, 8, ids.indexOf(id)));
      const models = [{ model: "gpt-4o", inputTokens: 1200, outputTokens: 30 }];
      await ledger.recordRun(
        {
          ...{ id: `run-${id}`, flowId: "f1", flowName: "Cider report", server: "", startedAt, durationMs: 1.25 },
          ...{ outcome: "ok", usage: { reported: true, models } },
        },
        localUser,
      );
      const texts = { inputText: '{"path":"pear.txt"}', outputText: '{"content":"pear"}' };
      const call = { id: `call-${id}`, tool: "read_file", caller, startedAt, durationMs: 0.3, outcome: "ok" };
      await ledger.recordCall({ ...call, ...texts });
    }
    await ledger.dispose();
  }

  async function callTool(running: RunningServer): Promise<boolean> {
    const response = await fetch(new URL("/api/v1/tools/call", running.url), {
      method: "POST",
      headers: { authorization: `Bearer ${running.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
        params: { name: "read_file", arguments: { path: "pear.txt" } },
      }),
    });
    await response.text();
    return response.ok;
  }

  for (const engine of ["node", "sqljs"] as const) {
    describe(`on ${engine}`, () => {
      it("shows the store, checks it, and gives free space back", async () => {
        const none = await storage(engine, "stats");
        assert.match(none.stdout, /^No store in .*ledger yet\.\n/);
        await record(engine, ["a", "b", "c"]);
        const { code, stdout, stderr } = await storage(engine, "stats", "--json");
        assert.equal(code, 0, stderr);
        const { keepDays, stores } = JSON.parse(stdout) as { keepDays: number; stores: Record<string, unknown>[] };
        assert.equal(keepDays, 400);
        const { bytes, migrations, rows, ...facts } = stores[0] ?? {};
        assert.deepEqual(facts, {
          ...{ file: storeNames[engine], engine },
          ...{ oldest: "2026-10-05T08:00:00.000Z", newest: "2026-10-05T08:02:00.000Z" },
        });
        const { file, log } = bytes as { file: number; log: number };
        if (engine === "node") assert.equal(file, statSync(storeFile(engine)).size);
        else assert.equal(log, statSync(`${storeFile(engine)}.j0`).size);
        const counted = rows as Record<string, number>;
        assert.deepEqual([counted["calls"], counted["runs"], counted["run_uses"], counted["rows_kept"]], [3, 3, 3, 1]);
        assert.equal((migrations as number[]).at(-1), counted["migrations"]);
        assert.deepEqual(await storage(engine, "check"), {
          code: 0,
          stdout: `${storeNames[engine]}: ok.\n`,
          stderr: "",
        });

        await record(
          engine,
          Array.from({ length: 300 }, (_, index) => `more-${String(index)}`),
        );
        // Rows that were only added may leave nothing free; a journal of sql.js has what it replaced.
        const pears = "CREATE TABLE pears AS SELECT zeroblob(40000) AS pear; DROP TABLE pears";
        if (engine === "node") sqlite(storeFile(engine), pears);
        const vacuum = await storage(engine, "vacuum", "--json");
        assert.equal(vacuum.code, 0, vacuum.stderr);
        const [done] = (JSON.parse(vacuum.stdout) as { stores: Record<"before" | "after", typeof bytes>[] }).stores;
        const [before, after] = [done?.before, done?.after] as { file: number; log: number }[];
        assert.ok(before && after && after.file + after.log < before.file + before.log, vacuum.stdout);
        assert.equal(after.file, statSync(storeFile(engine)).size);
        assert.equal(sqlite(storeFile(engine), "SELECT count(*) FROM calls; PRAGMA freelist_count"), "303\n0\n");
        assert.equal((await storage(engine, "check")).stdout, `${storeNames[engine]}: ok.\n`);
      });

      it("backs up while a server writes, and restores the same rows", async () => {
        await record(engine, ["a", "b"]);
        server = await startServer({ folders: [workspace.folder], data, env: { LFC_STORAGE_ENGINE: engine } });
        const running = server;
        let [answered, isWriting] = [0, true];
        const writing = Array.from({ length: 4 }, async () => {
          while (isWriting) if (await callTool(running)) answered++;
        });
        while (answered < 50) await new Promise((resolve) => setTimeout(resolve, 10));
        const before = answered;
        const file = path.join(folder, "backup.db");
        const backup = await storage(engine, "backup", file);
        const after = answered;
        isWriting = false;
        await Promise.all(writing);
        assert.equal(backup.code, 0, backup.stderr);
        assert.match(backup.stdout, /Budgets \(budgets\.json\), prices, .* are not in it\.\n$/);
        assert.ok(after > before, "nothing was written meanwhile");
        assert.equal(statSync(file).mode & 0o777, 0o600);
        assert.deepEqual(
          readdirSync(folder).filter((name) => name.endsWith(".tmp")),
          [],
        );
        const inBackup = Number(sqlite(file, "SELECT count(*) FROM calls WHERE client <> 'press'"));
        assert.ok(
          inBackup >= before && inBackup <= answered,
          `${String(inBackup)} of ${String(before)} to ${String(answered)}`,
        );
        assert.equal(
          sqlite(file, "PRAGMA integrity_check; SELECT sum(calls) FROM call_totals"),
          `ok\n${String(inBackup + 2)}\n`,
        );

        const again = await storage(engine, "backup", file);
        assert.deepEqual([again.code, again.stderr], [1, `${file} exists. Name another file, or add --overwrite.\n`]);
        const refused = await storage(engine, "restore", file);
        assert.equal(refused.code, 1);
        assert.ok(refused.stderr.startsWith(`A server runs: ${running.url}, process ${String(running.pid)}. Stop all`));
        await running.stop();

        const whole = path.join(folder, "whole.db");
        assert.equal((await storage(engine, "backup", whole)).code, 0);
        const [wanted, replaced] = [dump(file), dump(whole)];
        assert.notEqual(wanted, replaced);
        const restored = await storage(engine, "restore", file, "--json");
        assert.equal(restored.code, 0, restored.stderr);
        const { kept, rows } = JSON.parse(restored.stdout) as { kept: string; rows: Record<string, number> };
        assert.equal(rows["calls"], inBackup + 2);
        assert.equal(dump(storeFile(engine)), wanted);
        // What was replaced is whole as well.
        const keptData = path.join(folder, "kept");
        cpSync(kept, path.join(keptData, "ledger"), { recursive: true });
        const copied = path.join(folder, "copied.db");
        assert.equal((await runCli(["storage", "backup", copied, "--data", keptData])).code, 0);
        assert.equal(dump(copied), replaced);
        // The server writes on in what is restored.
        server = await startServer({ folders: [workspace.folder], data, env: { LFC_STORAGE_ENGINE: engine } });
        assert.equal(await callTool(server), true);
        await server.stop();
        assert.equal((await storage(engine, "check")).stdout, `${storeNames[engine]}: ok.\n`);
        assert.equal((await storage(engine, "backup", copied, "--overwrite")).code, 0);
        assert.equal(Number(sqlite(copied, "SELECT count(*) FROM calls")), inBackup + 3);
      });

      it("leaves one of the two stores whole, wherever a restore is killed", async () => {
        await record(engine, ["a", "b"]);
        const file = path.join(folder, "backup.db");
        assert.equal((await storage(engine, "backup", file)).code, 0);
        await record(engine, ["c"]);
        const [oldData, now] = [path.join(folder, "old"), path.join(folder, "now.db")];
        cpSync(data, oldData, { recursive: true });
        assert.equal((await storage(engine, "backup", now)).code, 0);
        const stores = new Map([
          [dump(now), "old"],
          [dump(file), "new"],
        ]);
        const seen: string[] = [];
        for (let step = 1; ; step++) {
          await rm(data, { recursive: true });
          cpSync(oldData, data, { recursive: true });
          const child = spawn(process.execPath, [serverMain, "storage", "restore", file, "--data", data], {
            stdio: "ignore",
            env: {
              ...process.env,
              LFC_STORAGE_ENGINE: engine,
              LFC_TEST_STEP: String(step),
              NODE_OPTIONS: `--import ${killAtStep.href}`,
            },
          });
          const [code, signal] = (await once(child, "close")) as [number | null, string | null];
          if (engine === "node") {
            // Its log was made a part of it before, or is not touched.
            for (const end of ["", "-wal"]) {
              await rm(`${now}${end}`, { force: true });
              if (existsSync(`${storeFile(engine)}${end}`)) cpSync(`${storeFile(engine)}${end}`, `${now}${end}`);
            }
          } else {
            const found = await storage(engine, "backup", now, "--overwrite");
            assert.equal(found.code, 0, `step ${String(step)}: ${found.stderr}`);
          }
          const store = stores.get(dump(now));
          assert.ok(store, `step ${String(step)} leaves neither`);
          seen.push(store);
          if (signal === null) {
            assert.equal(code, 0);
            break;
          }
        }
        assert.ok(seen.length > 8, seen.join());
        assert.deepEqual(seen, seen.toSorted().reverse(), "first the old one, from some step on the new one");
        assert.deepEqual([seen[0], seen.at(-1)], ["old", "new"]);
      });

      it("refuses what is no store, damaged, newer or changed, and leaves the store", async () => {
        await record(engine, ["a"]);
        const good = path.join(folder, "good.db");
        assert.equal((await storage(engine, "backup", good)).code, 0);
        const before = dump(good);
        const made = (name: string, sql: string) => {
          const file = path.join(folder, name);
          cpSync(good, file);
          sqlite(file, sql);
          return file;
        };
        const text = path.join(folder, "text.db");
        writeFileSync(text, "pears and apples\n".repeat(100));
        const other = path.join(folder, "other.db");
        sqlite(other, "CREATE TABLE pears (id); INSERT INTO pears VALUES (1)");
        const cut = path.join(folder, "cut.db");
        writeFileSync(cut, readFileSync(good).subarray(0, 40_000));
        for (const [file, said] of [
          [path.join(folder, "none.db"), /The file .*none\.db can't be read\. Name a file that `storage backup` wrote/],
          [text, /^The file is not a whole SQLite database\.|file is not a database/],
          [other, /other\.db can't be restored\. It is no store of Langflow Connect\. Name a file/],
          [cut, /malformed|not a whole SQLite database|can't be restored\. SQLite: /],
          [made("newer.db", "INSERT INTO migrations VALUES (999)"), /written by a newer version of Langflow Connect/],
          [
            made("trigger.db", "CREATE TRIGGER pear AFTER INSERT ON calls BEGIN DELETE FROM runs; END"),
            /can't be restored\. Schema: pear is not of Langflow Connect\./,
          ],
          [made("dropped.db", "DROP TRIGGER call_added"), /Schema: call_added is missing or was changed\./],
        ] as const) {
          const { code, stderr } = await storage(engine, "restore", file);
          assert.equal(code, 1, `${file}: ${stderr}`);
          assert.match(stderr, said);
        }
        const after = path.join(folder, "after.db");
        assert.equal((await storage(engine, "backup", after)).code, 0);
        assert.equal(dump(after), before);
        assert.deepEqual(
          readdirSync(path.join(data, "ledger")).filter((name) => /restoring|replaced|tmp/.test(name)),
          [],
        );
      });

      it("refuses a restore while a process without an endpoint has the store open", async () => {
        await record(engine, ["a"]);
        const file = path.join(folder, "backup.db");
        assert.equal((await storage(engine, "backup", file)).code, 0);
        const child = spawn(process.execPath, [serverMain, "stdio", "--workspace", workspace.folder, "--data", data], {
          stdio: ["pipe", "pipe", "inherit"],
          env: { ...process.env, LFC_STORAGE_ENGINE: engine },
        });
        const ended = once(child, "close");
        try {
          const init = {
            ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
            params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "press", version: "1" } },
          };
          const call = {
            jsonrpc: "2.0",
            id: 2,
            method: "tools/call",
            params: { name: "list_directory", arguments: {} },
          };
          child.stdin.write(
            [init, { jsonrpc: "2.0", method: "notifications/initialized" }, call]
              .map((one) => `${JSON.stringify(one)}\n`)
              .join(""),
          );
          let output = "";
          child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
          while (!output.includes('"id":2')) await once(child.stdout, "data");
          const { code, stderr } = await storage(engine, "restore", file);
          assert.deepEqual(
            [code, stderr],
            [
              1,
              "Another process of yours has the store open. Close the windows of VS Code and stop the servers, `stdio` ones too, then try again.\n",
            ],
          );
        } finally {
          child.stdin.end();
          await ended;
        }
        assert.equal((await storage(engine, "restore", file)).code, 0);
      });
    });
  }

  it("says what is wrong with a store, and ends with 1", async () => {
    await record("node", ["a", "b"]);
    const copy = path.join(folder, "copy");
    cpSync(data, copy, { recursive: true });
    const reported = (message: string) =>
      `ledger.db: ${message}\n  Keep a copy with \`langflow-connect storage backup FILE\`, and report this with the file of \`support\`.\n`;
    for (const [sql, said] of [
      [
        "UPDATE call_totals SET calls = calls + 1",
        reported("call_totals: 1 total differs from the rows, the first at 2026-10-05T08:00:00.000Z."),
      ],
      [
        "DELETE FROM call_totals",
        reported("call_totals: 1 total differs from the rows, the first at 2026-10-05T08:00:00.000Z."),
      ],
      [
        "UPDATE run_totals SET cost_pico = cost_pico - 1",
        reported("run_totals: 1 total differs from the rows, the first at 2026-10-05T08:00:00.000Z."),
      ],
      [
        "UPDATE run_totals SET duration_ms = duration_ms + 1",
        reported("run_totals: 1 total differs from the rows, the first at 2026-10-05T08:00:00.000Z."),
      ],
      // Of this time only totals are kept.
      [
        `UPDATE rows_kept SET since = ${String(Date.UTC(2026, 9, 6))}; DELETE FROM calls; DELETE FROM call_files`,
        "ledger.db: ok.\n",
      ],
      ["DELETE FROM runs WHERE id = 'run-a'", /run_uses: 1 rows without a run\.[\s\S]*run_totals: 1 total differs/],
      ["DROP INDEX calls_at", /Schema: calls_at is missing or was changed\.\n {2}Restore a backup/],
      ["INSERT INTO migrations VALUES (999)", /written by a newer version/],
    ] as const) {
      await rm(data, { recursive: true });
      cpSync(copy, data, { recursive: true });
      sqlite(storeFile("node"), sql);
      const { code, stdout } = await storage("node", "check");
      if (typeof said === "string") assert.equal(stdout, said, sql);
      else assert.match(stdout, said, sql);
      assert.equal(code, stdout.endsWith(": ok.\n") ? 0 : 1);
    }
    const bytes = readFileSync(storeFile("node"));
    writeFileSync(storeFile("node"), bytes.fill(7, 4096, 12_288));
    const { code, stdout } = await storage("node", "check");
    assert.equal(code, 1);
    assert.match(stdout, /^ledger\.db: (SQLite: |The file is not a whole SQLite database)/);
    assert.match(stdout, /\n {2}/);
  });

  it("puts the stores of several processes together in a backup, which is restored only in their stead", async () => {
    await record("node", ["a", "b"]);
    await record("sqljs", ["c", "d", "e"]);
    const forgetful = storeFile("sqljs");
    const remember = (engine: Engine, text: string) =>
      runCli(["memory", "add", "--text", text, "--workspace", workspace.folder, "--data", data], {
        LFC_STORAGE_ENGINE: engine,
      });
    await remember("node", "pears");
    await remember("sqljs", "pears");
    await remember("sqljs", "plums");
    assert.equal(existsSync(`${forgetful}.j0`), true);
    const file = path.join(folder, "backup.db");
    const { code, stdout, stderr } = await storage("node", "backup", file);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /the calls, runs and totals of ledger\.db, ledger\.sqljs-1\.db\./);
    assert.equal(sqlite(file, "SELECT text FROM memories ORDER BY text"), "pears\nplums\n");
    assert.equal(
      sqlite(file, "SELECT group_concat(id) FROM (SELECT id FROM calls ORDER BY id)"),
      "call-a,call-b,call-c,call-d,call-e\n",
    );
    assert.equal(
      sqlite(file, "SELECT calls FROM call_totals; SELECT runs, input_tokens FROM run_totals"),
      "5\n5|6000\n",
    );
    const refused = await storage("node", "restore", file);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /ledger\.sqljs-1\.db has rows too, which would be counted beside the restored ones\./);
    await rm(`${forgetful}.j0`);
    assert.equal((await storage("node", "restore", file)).code, 0);
    assert.equal((await storage("node", "check")).stdout, "ledger.db: ok.\n");
    assert.equal(dump(storeFile("node")), dump(file));
  });

  it("ends with 2 on wrong use", async () => {
    for (const args of [[], ["backup"], ["restore"], ["stats", "pear.db"], ["check", "--overwrite"], ["polish"]]) {
      const { code, stdout, stderr } = await storage("node", ...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /^Use: storage stats \| check \| vacuum/);
    }
  });
});
