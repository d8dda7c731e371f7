import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { ledgerMigrations } from "../../../src/server/economy/schema.ts";
import type { Ledger } from "../../../src/server/economy/types.ts";
import type { FlowRunRecord, Principal, ToolCallRecord } from "../../../src/server/platform/call.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { until } from "../../support/until.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const dyingWorkerFile = new URL("../../support/dyingLedgerWorker.ts", import.meta.url);
const epoch = new Date(0);
const head = { branch: "plums", commit: "0123456789012345678901234567890123456789" };

for (const engine of ["node", "sqljs"] as const) {
  describe(`ledger on ${engine}`, () => {
    let folder: string;
    let logged: string[];
    let model: string;
    const opened: { dispose(): Promise<void> }[] = [];

    beforeEach(async () => {
      folder = path.join(await mkdtemp(path.join(tmpdir(), "lfc-ledger-")), "ledger");
      logged = [];
      model = "";
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((ledger) => ledger.dispose()));
      await rm(path.dirname(folder), { recursive: true, force: true });
    });

    function open(on: "node" | "sqljs" = engine): Ledger & { dispose(): Promise<void> } {
      const log = createLogger((line) => logged.push(line), "debug");
      const options = { folder, engine: on, workspace: "app", keepDays: 400 };
      const ledger = createLedger({ workerFile, options, log, model: () => model, head: () => head });
      opened.push(ledger);
      return ledger;
    }
    /** The stored rows as another program sees them. */
    function sql(query: string): string {
      assert.equal(engine, "node");
      return execFileSync("sqlite3", [path.join(folder, "ledger.db"), query], { encoding: "utf8" }).trim();
    }
    function counted(ledger: Ledger): Promise<unknown> {
      return new Promise((resolve) => ledger.onActivity(resolve));
    }

    it("has the row when the record is acknowledged", async () => {
      const ledger = open();
      const record = call({ tool: "read_file", outcome: "NOT_FOUND", durationMs: 12 });
      await ledger.recordCall(record);
      if (engine === "node") {
        const row = `${record.id}|${String(record.startedAt.getTime())}|12.0|app|read_file|mcp|tester|NOT_FOUND`;
        const columns = "id, at, duration_ms, workspace, tool, face, client, outcome";
        assert.equal(sql(`SELECT ${columns} FROM calls`), row);
      }
      const [activity] = await ledger.recent(10, localUser);
      assert.equal(activity?.id, record.id);
      assert.equal(ledger.status().state, "writing");
      assert.equal(ledger.status().engine, engine);
    });

    it("totals by tool, client and day, with the tokens of arguments and answers", async () => {
      const ledger = open();
      const [input, output] = [
        JSON.stringify({ path: "src/ä.ts" }),
        JSON.stringify({ content: "let x = 1;\n".repeat(500) }),
      ];
      const day = (text: string) => new Date(`${text}T23:59:59.999Z`);
      const done = counted(ledger);
      await ledger.recordCall(
        call({ tool: "read_file", inputText: input, outputText: output, startedAt: day("2026-01-01") }),
      );
      await done;
      await ledger.recordCall(
        call({ tool: "read_file", outcome: "INTERNAL", startedAt: day("2026-01-02"), client: "b" }),
      );
      await ledger.recordCall(call({ tool: "find_symbol", startedAt: day("2026-01-02") }));
      await ledger.dispose();

      const summary = await open().summary(day("2026-01-01"), localUser);
      assert.deepEqual(
        summary.tools.map(({ name, calls, failed }) => [name, calls, failed]),
        [
          ["read_file", 2, 1],
          ["find_symbol", 1, 0],
        ],
      );
      const empty = encode("{}").length;
      assert.equal(summary.tools[0]?.inputTokens, encode(input).length + empty);
      assert.equal(summary.tools[0].outputTokens, encode(output).length + empty);
      assert.equal(summary.tools[0].uncounted, 0);
      assert.deepEqual(
        summary.days.map(({ name, calls }) => [name, calls]),
        [
          ["2026-01-01", 1],
          ["2026-01-02", 2],
        ],
      );
      assert.deepEqual(
        summary.clients.map(({ name, calls }) => [name, calls]),
        [
          ["tester", 2],
          ["b", 1],
        ],
      );
      assert.ok(
        summary.tools.every((sum) => sum.cost === undefined),
        "no model, no money",
      );
      if (engine === "node") assert.equal(sql("SELECT count(*), sum(input_tokens IS NULL) FROM calls"), "3|0");
      const later = await open().summary(day("2026-01-02"), localUser);
      assert.deepEqual(
        later.days.map(({ calls }) => calls),
        [2],
      );
    });

    it("estimates money only for a model that is set, and never calls an unknown price 0", async () => {
      const ledger = open();
      const done = counted(ledger);
      const [inputText, outputText] = ["word ".repeat(100), "answer ".repeat(1000)];
      await ledger.recordCall(call({ tool: "read_file", inputText, outputText }));
      await done;
      await ledger.dispose();
      const reader = open();
      assert.equal((await reader.recent(1, localUser))[0]?.cost, undefined);
      model = "gpt-4o";
      // 2.50 and 10 dollars a million: the model reads the answer and wrote the arguments.
      const expected = (encode(outputText).length * 2.5 + encode(inputText).length * 10) / 1e6;
      const [activity] = await reader.recent(1, localUser);
      assert.ok(Math.abs((activity?.cost ?? 0) - expected) < 1e-9, `${String(activity?.cost)} ${String(expected)}`);
      const summary = await reader.summary(epoch, localUser);
      assert.ok(Math.abs(Number(summary.tools[0]?.cost) - expected) < 1e-9);
      assert.deepEqual(summary.prices, { date: "2026-09-23", model: "gpt-4o" });
      model = "no-such-model";
      assert.equal((await reader.summary(epoch, localUser)).tools[0]?.cost, "unknown");
      assert.equal((await reader.recent(1, localUser))[0]?.cost, undefined);
    });

    it("prices flow runs by their models, and each run once", async () => {
      const ledger = open();
      const gpt = { model: "gpt-4o", inputTokens: 1_000_000, outputTokens: 100_000 };
      const priced = run({ flowName: "report" });
      await ledger.recordRun(priced, localUser);
      await ledger.recordRun({ ...priced, usage: { reported: true, models: [gpt] } }, localUser);
      const other = { model: "home-grown", inputTokens: 5, outputTokens: 5 };
      await ledger.recordRun(run({ flowName: "mixed", usage: { reported: true, models: [gpt, other] } }), localUser);
      await ledger.recordRun(run({ flowName: "silent", outcome: "failed" }), localUser);
      await ledger.recordRun(run({ flowName: "free", usage: { reported: true, models: [] } }), localUser);
      const flows = new Map((await ledger.summary(epoch, localUser)).flows.map((flow) => [flow.name, flow]));
      assert.deepEqual(flows.get("report"), {
        name: "report",
        calls: 1,
        failed: 0,
        inputTokens: 1_000_000,
        outputTokens: 100_000,
        uncounted: 0,
        averageMs: 1000,
        cost: 3.5,
      });
      assert.equal(flows.get("mixed")?.cost, "unknown");
      assert.equal(flows.get("mixed")?.inputTokens, 1_000_005);
      assert.equal(flows.get("silent")?.cost, "unknown");
      assert.equal(flows.get("silent")?.uncounted, 1);
      assert.equal(flows.get("free")?.cost, 0);
      const recent = await ledger.recent(10, localUser);
      assert.equal(recent.find(({ name }) => name === "report")?.cost, 3.5);
      assert.ok(!("cost" in (recent.find(({ name }) => name === "mixed") ?? {})));
      assert.ok(!("inputTokens" in (recent.find(({ name }) => name === "silent") ?? {})));
    });

    it("has all that is known of one call or run, and why a call of this process failed", async () => {
      const ledger = open();
      const answer = JSON.stringify({ matches: [{ path: "a.ts" }, { path: "b.ts" }, { path: "a.ts" }] });
      const found = call({ tool: "search_code", inputText: "{}", outputText: answer });
      const error = { code: "NOT_FOUND", message: "There is no file x.ts.", remedy: "Use list_directory." };
      const failed = call({ tool: "read_file", outcome: "NOT_FOUND", outputText: JSON.stringify({ error }) });
      await ledger.recordCall(found);
      await ledger.recordCall(failed);
      const uses = [
        { model: "gpt-4o", component: "Agent", inputTokens: 1_000_000, outputTokens: 0 },
        { model: "pear-1", component: "Agent", inputTokens: 5, outputTokens: 1 },
      ];
      await ledger.recordRun(run({ id: "r1", usage: { reported: true, models: uses } }), localUser);
      await until(async () => (await ledger.entry(found.id, localUser))?.files.length === 2);
      const tokens = { inputTokens: encode("{}").length, outputTokens: encode(answer).length };
      assert.deepEqual(await ledger.entry(found.id, localUser), {
        ...{ startedAt: found.startedAt.toISOString(), ...tokens },
        ...{ id: found.id, kind: "tool", name: "search_code", client: "tester", durationMs: found.durationMs },
        ...{ outcome: "ok", workspace: "app", face: "mcp", branch: head.branch, commit: head.commit },
        files: [
          { path: "a.ts", share: 2 / 3 },
          { path: "b.ts", share: 1 / 3 },
        ],
      });
      assert.equal((await ledger.entry(failed.id, localUser))?.problem, "There is no file x.ts. Use list_directory.");
      const { models, server, files } = (await ledger.entry("r1", localUser)) ?? assert.fail();
      assert.deepEqual(models, [
        { model: "gpt-4o", component: "Agent", inputTokens: 1_000_000, outputTokens: 0, cost: "2.5" },
        { model: "pear-1", component: "Agent", inputTokens: 5, outputTokens: 1, cost: null },
      ]);
      assert.deepEqual([server, files], ["http://127.0.0.1:7860/", []]);
      for (const id of [found.id, "r1"]) {
        assert.equal(await ledger.entry(id, { name: "ann", tenant: "other" }), undefined);
      }
      assert.equal(await ledger.entry("none", localUser), undefined);
      await ledger.dispose();
      // Another process has the row and not the sentence, which is not stored.
      const later = await open().entry(failed.id, localUser);
      assert.deepEqual([later?.outcome, later?.problem], ["NOT_FOUND", undefined]);
    });

    it("reports a run with its cost as it is recorded, and again once its usage is known", async () => {
      const ledger = open();
      const reported: unknown[] = [];
      ledger.onActivity(({ kind, name, outcome, cost }) => reported.push([kind, name, outcome, cost]));
      const unknown = { reported: false, reason: "the run did not finish" } as const;
      await ledger.recordRun(run({ id: "r1", flowName: "report", outcome: "failed", usage: unknown }), localUser);
      const models = [{ model: "gpt-4o", inputTokens: 1_000_000, outputTokens: 0 }];
      await ledger.recordRun(
        run({ id: "r1", flowName: "report", outcome: "failed", usage: { reported: true, models } }),
        localUser,
      );
      await until(() => reported.length === 2);
      assert.deepEqual(reported, [
        ["run", "report", "failed", undefined],
        ["run", "report", "failed", 2.5],
      ]);
    });

    it("prices each call of a model by its own size, and says of a run that lacks a call's tokens that it does", async () => {
      const ledger = open();
      // Twice the price above 200,000 tokens in a call: 1.25 and 10 dollars a million, then 2.50 and 15.
      const call = { model: "gemini-2.5-pro", inputTokens: 150_000, outputTokens: 1_000 };
      const large = { ...call, inputTokens: 300_000, outputTokens: 2_000 };
      await ledger.recordRun(run({ flowName: "two", usage: { reported: true, models: [call, call] } }), localUser);
      await ledger.recordRun(run({ flowName: "one", usage: { reported: true, models: [large] } }), localUser);
      const missing = { reported: true, models: [call], missing: "a call failed" } as const;
      await ledger.recordRun(run({ flowName: "part", outcome: "failed", usage: missing }), localUser);
      const flows = new Map((await ledger.summary(epoch, localUser)).flows.map((flow) => [flow.name, flow]));
      assert.deepEqual([flows.get("two")?.cost, flows.get("one")?.cost], [0.395, 0.78]);
      assert.deepEqual([flows.get("two")?.inputTokens, flows.get("one")?.inputTokens], [300_000, 300_000]);
      const { inputTokens, uncounted, cost } = flows.get("part") ?? {};
      assert.deepEqual([inputTokens, uncounted, cost], [150_000, 1, "unknown"]);
    });

    it("reports the exact cost of runs, of stores of either engine", async () => {
      const other = open(engine === "node" ? "sqljs" : "node");
      const ledger = open();
      const startedAt = new Date("2026-11-01T12:00:00Z");
      for (const each of [ledger, other]) {
        const models = [use("gpt-4o", 1_234_567, 3)];
        await each.recordRun(run({ startedAt, usage: { reported: true, models } }), localUser);
        await each.recordCall(call({ startedAt }));
      }
      const asked = { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z", by: ["client" as const] };
      const { rows, total } = await ledger.cost(asked, localUser);
      assert.deepEqual(
        rows.map(({ key, calls, runs, cost }) => [key.client, calls, runs, cost]),
        [
          // Dollars a million: 2.50 read, 10 written.
          ["langflow", 0, 2, "6.172895"],
          ["tester", 2, 0, "0"],
        ],
      );
      assert.deepEqual([total.runs, total.cost], [2, "6.172895"]);
    });

    it("keeps no argument, no answer, no secret and no credential in its files", async () => {
      const ledger = open();
      const secret = `ghp_${"A1b2".repeat(9)}`;
      const done = counted(ledger);
      await ledger.recordCall(call({ inputText: "CANARY-in", outputText: "CANARY-out", client: `x ${secret}` }));
      await ledger.recordRun(run({ server: "http://user:CANARY-pw@127.0.0.1:7860/?key=CANARY-q" }), localUser);
      await done;
      await ledger.dispose();
      const bytes = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "latin1"));
      assert.ok(bytes.join().includes("127.0.0.1:7860"));
      assert.ok(!/CANARY|ghp_/.test(bytes.join()));
    });

    it("is one ledger over all processes", async () => {
      const [first, second] = [open(), open()];
      await Promise.all([first, second].map((ledger) => ledger.recordCall(call({ tool: "read_file" }))));
      await second.recordCall(call({ tool: "find_symbol" }));
      for (const ledger of [first, second]) {
        const { tools } = await ledger.summary(epoch, localUser);
        assert.deepEqual(
          tools.map(({ name, calls }) => [name, calls]),
          [
            ["read_file", 2],
            ["find_symbol", 1],
          ],
        );
        assert.equal((await ledger.recent(10, localUser)).length, 3);
      }
    });

    it("is one ledger over processes of either engine", async () => {
      const other = open(engine === "node" ? "sqljs" : "node");
      const ledger = open();
      for (let round = 1; round <= 3; round++) {
        await Promise.all([ledger, other].map((one) => one.recordCall(call({ tool: "read_file" }))));
        assert.equal((await ledger.summary(epoch, localUser)).tools[0]?.calls, 2 * round);
      }
    });

    it("answers while the folder cannot be written, tells it, and writes everything once it can", async () => {
      writeFileSync(folder, "a file where the folder should be");
      const ledger = open();
      const started = performance.now();
      await ledger.recordCall(call({}));
      await ledger.recordCall(call({}));
      assert.ok(performance.now() - started < 3000, "no call waits for a broken ledger");
      const status = ledger.status();
      assert.equal(status.state, "failing");
      assert.equal(status.unsaved, 2);
      assert.match(status.problem?.message ?? "", /cannot be written/);
      assert.match(status.problem?.remedy ?? "", /writable/);
      assert.ok(logged.some((line) => line.includes("ledger.failed")));
      await assert.rejects(ledger.summary(epoch, localUser), /cannot be written/);

      rmSync(folder);
      await ledger.recordCall(call({}));
      while (ledger.status().unsaved > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal((await ledger.recent(10, localUser)).length, 3);
      assert.equal(ledger.status().state, "writing");
      assert.equal(ledger.status().problem, undefined);
    });

    it("writes what its thread left when it died", async () => {
      const log = createLogger((line) => logged.push(line), "debug");
      const options = { folder, engine, workspace: "app", keepDays: 400 };
      const ledger = createLedger({ workerFile: dyingWorkerFile, options, log, model: () => model, head: () => head });
      opened.push(ledger);
      await ledger.recordCall(call({}));
      const { state, unsaved, problem } = ledger.status();
      assert.deepEqual([state, unsaved], ["failing", 1]);
      assert.match(problem?.message ?? "", /ledger worker crashed/);
      await ledger.recordCall(call({}));
      assert.equal((await ledger.recent(10, localUser)).length, 2);
      assert.equal(ledger.status().state, "writing");
    });

    it("goes on in a new file when the folder is deleted under it", async () => {
      const ledger = open();
      await ledger.recordCall(call({ tool: "before" }));
      rmSync(folder, { recursive: true });
      for (let at = 0; at < 3; at++) await ledger.recordCall(call({ tool: "after" }));
      while (ledger.status().unsaved > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(existsSync(folder));
      assert.equal((await open().summary(epoch, localUser)).tools.find(({ name }) => name === "after")?.calls, 3);
    });

    it("puts what comes in together into few commits", async () => {
      const ledger = open();
      const timed = async (work: () => Promise<unknown>): Promise<number> => {
        const started = performance.now();
        await work();
        return performance.now() - started;
      };
      await ledger.recordCall(call({}));
      const oneByOne = await timed(async () => {
        for (let at = 0; at < 100; at++) await ledger.recordCall(call({ tool: "many" }));
      });
      const together = await timed(() =>
        Promise.all(Array.from({ length: 2000 }, () => ledger.recordCall(call({ tool: "many" })))),
      );
      assert.ok(together < 10 * oneByOne, `2000 together took ${together} ms, 100 one by one ${oneByOne} ms`);
      assert.equal((await ledger.summary(epoch, localUser)).tools.find(({ name }) => name === "many")?.calls, 2100);
    });

    it("answers with the rows of the asking tenant, whoever of it made them", async () => {
      const ledger = open();
      const [ada, bob, eve] = [
        { name: "ada", tenant: "orchard" },
        { name: "bob", tenant: "orchard" },
        { name: "eve", tenant: "mill" },
      ];
      await ledger.recordCall(call({ tool: "read_file", principal: ada }));
      await ledger.recordCall(call({ tool: "find_symbol", principal: eve }));
      await ledger.recordRun(run({ flowName: "of ada" }), ada);
      await ledger.recordRun(run({ flowName: "of eve" }), eve);
      const names = async (who: Principal) => (await ledger.recent(10, who)).map(({ name }) => name).sort();
      assert.deepEqual(await names(bob), ["of ada", "read_file"]);
      assert.deepEqual(await names(eve), ["find_symbol", "of eve"]);
      const { tools, flows } = await ledger.summary(epoch, bob);
      assert.deepEqual([tools.map(({ name }) => name), flows.map(({ name }) => name)], [["read_file"], ["of ada"]]);
      assert.deepEqual(await names(localUser), []);
      if (engine !== "node") return;
      assert.equal(sql("SELECT principal, tenant FROM calls ORDER BY principal"), "ada|orchard\neve|mill");
    });

    it("has a run once, whether its trace is read before the run is recorded here, after it, or again", async () => {
      const ledger = open();
      const runs = async () => {
        const { flows } = await ledger.summary(epoch, localUser);
        return flows.map(({ name, calls, inputTokens, cost }) => [name, calls, inputTokens, cost]);
      };
      const usage = { reported: true, models: [{ ...use("gpt-4o", 1000, 0), component: "Agent" }] } as const;
      const startedAt = new Date();
      const ours = run({ flowName: "f", usage, startedAt, traceId: "t1" });
      const traceOf = (traceId: string, session: string) =>
        run({ id: traceId, flowName: "f", usage, startedAt, traceId, sessionOfOther: session });
      const once = [["f", 1, 1000, 0.0025]];
      // While our run is under way, its session is not yet known.
      await ledger.recordRun(traceOf("t1", ours.id), localUser);
      assert.deepEqual(await runs(), once);
      const { traceId: _unknown, ...untraced } = ours;
      await ledger.recordRun(untraced, localUser);
      assert.deepEqual(await runs(), once);
      for (const again of [ours, traceOf("t1", ours.id), traceOf("t1", "another"), ours]) {
        await ledger.recordRun(again, localUser);
        assert.deepEqual(await runs(), once);
      }
      // A session of the canvas has many runs.
      for (const traceId of ["t2", "t3", "t3"]) await ledger.recordRun(traceOf(traceId, "canvas"), localUser);
      assert.deepEqual(await runs(), [["f", 3, 3000, 0.0075]]);
      const known = (traceId: string, sessionId: string, flowId = ours.flowId) => ({
        traceId,
        sessionId,
        flowId,
        startedAt,
      });
      const asked = [known("t1", "x"), known("t2", "canvas"), known("t4", "canvas"), known("t5", ours.id)];
      // A flow that ours runs has the same session.
      asked.push(known("t6", ours.id, "inner"));
      assert.deepEqual(
        (await ledger.unrecorded(asked)).map(({ traceId }) => traceId),
        ["t4", "t6"],
      );
      await ledger.recordRun({ ...traceOf("t6", ours.id), flowId: "inner", flowName: "inner" }, localUser);
      await ledger.recordRun(ours, localUser);
      assert.deepEqual((await runs())[1], ["inner", 1, 1000, 0.0025]);
      assert.deepEqual(await ledger.lastOfOthers(ours.server, localUser), startedAt);
      assert.equal(await ledger.lastOfOthers("http://127.0.0.1:1/", localUser), undefined);
      if (engine !== "sqljs") return;
      // Another process, with a file of its own, finds them in this one.
      assert.deepEqual((await open().unrecorded(asked)).length, 1);
    });

    // Only SQLite's own file can be changed from outside here.
    if (engine !== "node") return;
    it("brings a ledger of the first version up to date and keeps its rows", async () => {
      await mkdir(folder, { recursive: true });
      sql(
        `${ledgerMigrations[0]?.sql ?? ""} CREATE TABLE migrations (id INTEGER PRIMARY KEY);
        INSERT INTO migrations VALUES (1);
        INSERT INTO calls VALUES ('c1', 900000, 2, 'app', 'kept', 'mcp', 'x', 'ok', 1, 1, 30, 4);`,
      );
      assert.deepEqual(
        (await open().recent(10, localUser)).map(({ name }) => name),
        ["kept"],
      );
    });

    it("makes the money of an older ledger exact, and adds up its rows", async () => {
      await mkdir(folder, { recursive: true });
      const older = ledgerMigrations.slice(0, 2).map((migration) => migration.sql);
      const runOf = (id: string, unreported: string) =>
        `INSERT INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome, unreported)
          VALUES ('${id}', 1800001, 5, 'app', 'f', '${id}', '', 'ok', ${unreported});`;
      const modelOf = (id: string, model: string, cost: string) =>
        `INSERT INTO run_models (run_id, model, input_tokens, output_tokens, cost, price_date)
          VALUES ('${id}', '${model}', 10, 1, ${cost}, '2026-01-01');`;
      sql(
        older.join("") +
          "CREATE TABLE migrations (id INTEGER PRIMARY KEY); INSERT INTO migrations VALUES (1), (2);" +
          runOf("silent", "'not reported'") +
          runOf("tenth", "NULL") +
          modelOf("tenth", "a", "0.1 + 0.2") +
          modelOf("tenth", "b", "NULL") +
          runOf("tiny", "NULL") +
          modelOf("tiny", "a", "0.00000125") +
          "INSERT INTO calls VALUES ('c1', 900000, 2, 'app', 't', 'mcp', 'x', 'ok', 1, 1, 30, 4, 'local', 'local');" +
          "INSERT INTO calls VALUES ('c2', 900000, 2, 'app', 't', 'mcp', 'x', 'ok', 1, 1, NULL, NULL, 'local', 'local');",
      );
      await open().recent(1, localUser);
      const stored =
        "SELECT flow_name, u.model, quote(cost_pico) FROM runs JOIN run_uses u ON run_id = id ORDER BY 1, 2";
      assert.equal(sql(stored), "silent||NULL\ntenth|a|300000000000\ntenth|b|NULL\ntiny|a|1250000");
      const totals = "flow_name, model, unreported, uses, runs, runs_by_model, unpriced, input_tokens, cost_pico";
      assert.equal(
        sql(`SELECT quarter, ${totals}, duration_ms FROM run_totals ORDER BY 2, 3`),
        "2|silent||1|1|1|1|0|0|0|5.0\n2|tenth|a|0|1|1|1|0|10|300000000000|5.0\n" +
          "2|tenth|b|0|1|0|1|1|10|0|0.0\n2|tiny|a|0|1|1|1|0|10|1250000|5.0",
      );
      const calls = "SELECT quarter, calls, uncounted, input_tokens, output_tokens, duration_ms FROM call_totals";
      assert.equal(sql(calls), "1|2|1|30|4|4.0");
    });

    it("stores the money of a run as an exact integer, with the kinds of tokens that were reported", async () => {
      const ledger = open();
      const cached = { ...use("gpt-4o", 1000, 10), cacheRead: 600, reasoning: 0 };
      const models = [cached, use("gpt-4o-mini", 3, 7), { ...use("home-grown", 5, 5), audio: 2 }, cached];
      await ledger.recordRun(run({ usage: { reported: true, models } }), localUser);
      const stored =
        "SELECT model, input_tokens, quote(cost_pico), typeof(cost_pico), quote(cache_read_tokens), " +
        "quote(cache_write_tokens), quote(reasoning_tokens), quote(audio_tokens) FROM run_uses ORDER BY model";
      assert.deepEqual(sql(stored).split("\n"), [
        // Dollars a million: 2.50, cached 1.25, written 10; mini 0.15 and 0.60.
        `gpt-4o|2000|${String(800n * 2_500_000n + 1200n * 1_250_000n + 20n * 10_000_000n)}|integer|1200|NULL|0|NULL`,
        `gpt-4o-mini|3|${String(3n * 150_000n + 7n * 600_000n)}|integer|NULL|NULL|NULL|NULL`,
        "home-grown|5|NULL|null|NULL|NULL|NULL|2",
      ]);
    });

    it("loses no digit of sums above 2^53", async () => {
      const ledger = open();
      for (const at of [1, 2])
        await ledger.recordRun(
          run({ flowName: "much", startedAt: new Date(at), usage: { reported: true, models: [use("gpt-4o", 1, 1)] } }),
          localUser,
        );
      await ledger.dispose();
      sql("UPDATE run_uses SET cost_pico = 4503599627370496123");
      const { flows } = await open().summary(epoch, localUser);
      assert.equal(flows[0]?.cost, Number("9007199.254740992246"));
    });

    it("refuses a ledger of a newer version and leaves it alone", async () => {
      const ledger = open();
      await ledger.recordCall(call({}));
      await ledger.dispose();
      sql("INSERT INTO migrations (id) VALUES (999)");
      const old = open();
      await old.recordCall(call({}));
      assert.match(old.status().problem?.remedy ?? "", /Update Langflow Connect/);
      assert.equal(sql("SELECT count(*) FROM calls"), "1");
    });
  });
}

type CallFacts = Partial<Omit<ToolCallRecord, "caller">> & { readonly client?: string; readonly principal?: Principal };

function use(model: string, inputTokens: number, outputTokens: number) {
  return { model, inputTokens, outputTokens };
}

function call({ client = "tester", principal = localUser, ...facts }: CallFacts): ToolCallRecord {
  return {
    id: randomUUID(),
    tool: "read_file",
    caller: { face: "mcp", client, principal },
    startedAt: new Date(),
    durationMs: 5,
    outcome: "ok",
    inputText: "{}",
    outputText: "{}",
    ...facts,
  };
}

function run(facts: Partial<FlowRunRecord>): FlowRunRecord {
  return {
    id: randomUUID(),
    flowId: "f1",
    flowName: "flow",
    server: "http://127.0.0.1:7860",
    startedAt: new Date(),
    durationMs: 1000,
    outcome: "ok",
    usage: { reported: false, reason: "not reported by this version" },
    ...facts,
  };
}
