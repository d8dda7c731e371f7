import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport, getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OptimizationReport } from "../../../src/protocol/optimizations.ts";
import { openAnswerHash } from "../../../src/server/economy/answerHash.ts";
import { optimize } from "../../../src/server/economy/optimize/optimize.ts";
import { forgetRows } from "../../../src/server/economy/retention.ts";
import { ledgerMigrations } from "../../../src/server/economy/schema.ts";
import { createLedgerWriter } from "../../../src/server/economy/writer.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import type { SqlValue } from "../../../src/server/storage/database.ts";
import { migrate } from "../../../src/server/storage/migrate.ts";
import { openStore } from "../../../src/server/storage/open.ts";
import { runCli } from "../../support/cli.ts";
import { connect } from "../../support/clients.ts";
import type { TestClient } from "../../support/clients.ts";
import { recordCalls, recordRuns } from "../../support/ledgerRuns.ts";
import { serverMain, startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { wasmFile } from "../storage/wasm.ts";

const env = { LFC_STORAGE_ENGINE: "node", LFC_COST_MODEL: "gpt-4o" };
const earlier = new Date(Date.now() - 10 * 86_400_000);

let workspace: ScratchWorkspace;
let data: string;

const sql = (query: string): string =>
  execFileSync("sqlite3", [path.join(data, "ledger", "ledger.db"), query], { encoding: "utf8" }).trim();
const sqlNumber = (query: string): number => Number(sql(query));

async function command(...args: readonly string[]) {
  return runCli(["optimizations", ...args, "--workspace", workspace.folder, "--data", data], env);
}

async function report(...args: readonly string[]): Promise<OptimizationReport> {
  const { code, stdout, stderr } = await command("--json", ...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as OptimizationReport;
}

const suggested = ({ suggestions }: OptimizationReport, id: string) => suggestions.find((each) => each.id === id);
const applied = ({ applied: all }: OptimizationReport, id: string) => all.find((each) => each.id === id);

/** At 2.5 dollars for a million tokens that gpt-4o reads. */
const read = (tokens: number) => dollars(BigInt(tokens) * 2_500_000n);
const dollars = (pico: bigint) => {
  const digits = String(pico).padStart(13, "0");
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "");
};

const within = (actual: number | undefined, expected: number) => {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= expected / 10, `${actual} instead of ${expected}`);
};

const counted = () => until(() => sql("SELECT count(*) FROM calls WHERE output_tokens IS NULL") === "0");

describe("optimizations of tools, by the calls of a real client", () => {
  const query = { query: "needle" };
  let server: RunningServer;
  let client: TestClient;

  before(async () => {
    const text = Array.from(
      { length: 400 },
      (_, line) => `needle number ${line} of a long and winding haystack\n`,
    ).join("");
    workspace = await scratchWorkspace({ "hay.txt": text, "notes.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    const calls = Array.from({ length: 40 }, (_, id) => ({
      id: `earlier ${id}`,
      tool: "find_symbol",
      startedAt: earlier,
    }));
    await recordCalls(data, calls);
    server = await startServer({ folders: [workspace.folder], data, env });
    client = await connect("2025-11-25 http", server, [workspace.folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  const names = async () => (await client.listTools()).map(({ name }) => name);

  async function list(times: number): Promise<void> {
    const known = sqlNumber("SELECT count(*) FROM listings");
    for (let time = 0; time < times; time++) await client.listTools();
    await until(() => sqlNumber("SELECT count(*) FROM listings") === known + times);
  }

  async function search(times: number): Promise<Record<string, unknown>> {
    let value: Record<string, unknown> = {};
    for (let time = 0; time < times; time++) ({ value } = await client.call("search_code", query));
    await counted();
    return value;
  }

  it("are not suggested by little use, which the report says", async () => {
    const { suggestions, applied: none, notes } = await report();
    assert.deepEqual([suggestions, none], [[], []]);
    assert.deepEqual(notes, [
      "Too little use to judge tools: the last 30 days have 40 tool calls over 10 days, and 50 over 7 days are needed.",
      "Too little use to judge flows: the last 30 days have 0 flow runs, and 5 are needed.",
    ]);
    assert.match((await command()).stdout, /^Too little use to judge tools/);
  });

  it("leave tools that nobody calls out of the default list, measure it, and list them again", async () => {
    const before = await client.listTools();
    await search(20);
    await list(12);
    const called = new Set(sql("SELECT DISTINCT tool FROM calls").split("\n"));
    const basic = ["get_job", "search_tools", "call_tool", "apply_edits", "undo_edits", "read_file"];
    const unused = before.filter(({ name }) => !called.has(name) && !basic.includes(name));
    const tokens = unused.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool)), 0);
    const listings = sqlNumber("SELECT count(*) FROM listings");

    const { tools, saving, measured } = suggested(await report(), "unusedTools") ?? assert.fail();
    assert.deepEqual(
      tools,
      unused.map(({ name }) => name),
    );
    assert.deepEqual(saving, { tokens: tokens * listings, dollars: read(tokens * listings) });
    assert.match(measured, new RegExp(`${tokens.toLocaleString("en-US")} tokens .* asked for ${listings} times`));

    assert.deepEqual(
      await names(),
      before.map(({ name }) => name),
      "a suggestion alone changed the list",
    );
    const early = applied(await report("--apply", "unusedTools"), "unusedTools");
    assert.deepEqual(early?.saved, { unit: "listings", since: 0, least: 10 });
    assert.match((await command()).stdout, /Too early to say what it saved: 0 listings since/);
    const since = Date.parse(early.appliedAt);
    const left = before.map(({ name }) => name).filter((name) => !tools.includes(name));
    await list(12);
    assert.deepEqual(await names(), left);
    await until(() => sqlNumber(`SELECT count(*) FROM listings WHERE at >= ${since}`) === 13);

    const mean = (when: string) => sqlNumber(`SELECT avg(tokens) FROM listings WHERE at ${when} ${since}`);
    const difference = (mean("<") - mean(">=")) * 13;
    const { saved } = applied(await report(), "unusedTools") ?? {};
    assert.equal(saved?.since, 13);
    within(saved.tokens, difference);
    within(saved.tokens, tokens * 13);
    assert.equal(saved.dollars, read(saved.tokens ?? 0));

    const named = await connect("2025-11-25 http", { ...server, url: `${server.url}?toolsets=files` }, []);
    assert.ok((await named.listTools()).some(({ name }) => name === "write_file"));
    await named.close();
    const langflow = await connect("2025-11-25 http", { ...server, url: `${server.url}?workspace=0123` }, []);
    assert.deepEqual(
      (await langflow.listTools()).map(({ name }) => name),
      before.map(({ name }) => name),
    );
    await langflow.close();
    const { isError } = await client.call("list_directory", {});
    assert.equal(isError, false, "a tool that is not listed cannot be called");

    assert.equal(applied(await report("--undo", "unusedTools"), "unusedTools"), undefined);
    assert.deepEqual(await client.listTools(), before);
    assert.deepEqual(JSON.parse(await readFile(path.join(data, "optimizations.json"), "utf8")), { applied: [] });
  });

  it("make the answers of a tool smaller, measure it, and make them as large again", async () => {
    const whole = await search(5);
    const ofTool = "FROM calls WHERE tool = 'search_code' AND outcome = 'ok'";
    const saving = sqlNumber(`SELECT sum(output_tokens - 1000) ${ofTool} AND output_tokens > 1000`);
    const suggestion = suggested(await report(), "largeAnswers:search_code");
    assert.deepEqual(suggestion?.saving, { tokens: saving, dollars: read(saving) });
    assert.equal(suggestion.budget, 1000);
    assert.match(suggestion.measured, /^25 of 25 answers of search_code .* budget of 2,000 tokens/);

    const { appliedAt = "" } =
      applied(await report("--apply", "largeAnswers:search_code"), "largeAnswers:search_code") ?? {};
    const since = Date.parse(appliedAt);
    const cut = await search(20);
    const text = JSON.stringify(cut);
    assert.ok(countTokens(text) <= 1000, `${countTokens(text)} tokens`);
    const shown = (cut["matches"] as unknown[]).length;
    assert.equal(cut["left"], 400 - shown);

    const mean = (when: string) => sqlNumber(`SELECT avg(output_tokens) ${ofTool} AND at ${when} ${since}`);
    const difference = (mean("<") - mean(">=")) * 20;
    const { saved } = applied(await report(), "largeAnswers:search_code") ?? {};
    assert.equal(saved?.since, 20);
    within(saved.tokens, difference);
    assert.equal(saved.dollars, read(saved.tokens ?? 0));

    const { value: next } = await client.call("search_code", { ...query, cursor: cut["cursor"] });
    assert.deepEqual((next["matches"] as { line: number }[])[0]?.line, shown + 1);
    const { value: own } = await client.call("search_code", { ...query, maxTokens: 2000 });
    assert.deepEqual(own, whole);
    assert.match(JSON.stringify(await listed("search_code")), /"maxTokens":\{"default":1000/);

    await report("--undo", "largeAnswers:search_code");
    assert.deepEqual((await client.call("search_code", query)).value, whole);
    assert.match(JSON.stringify(await listed("search_code")), /"maxTokens":\{"default":2000/);
  });

  const listed = async (name: string) => (await client.listTools()).find((tool) => tool.name === name);

  it("name a client that gets the same answer again and again", async () => {
    for (let time = 0; time < 12; time++) await client.call("read_file", { path: "hay.txt" });
    await counted();
    const repeated =
      "SELECT (count(*) - 1) * max(output_tokens) AS tokens, count(*) - 1 AS repeats FROM calls WHERE outcome = 'ok' AND tool = 'read_file' GROUP BY client, answer_hash";
    const [tokens, repeats] = sql(`SELECT sum(tokens), sum(repeats) FROM (${repeated})`).split("|").map(Number);
    assert.equal(repeats, 11);
    const name = sql("SELECT DISTINCT client FROM calls WHERE tool = 'read_file'");
    const suggestion = suggested(await report(), `repeatedAnswers:read_file:${name}`);
    assert.deepEqual(suggestion?.saving, { tokens, dollars: read(tokens ?? 0) });
    assert.match(suggestion.change, /ifNoneMatch/);
    // The client is changed, and says that it has the text.
    const { appliedAt = "" } = applied(await report("--apply", suggestion.id), suggestion.id) ?? {};
    const { value } = await client.call("read_file", { path: "hay.txt" });
    for (let time = 0; time < 14; time++) {
      await client.call("read_file", { path: "hay.txt", ifNoneMatch: value["etag"] });
    }
    await counted();
    const ofTool = `FROM calls WHERE tool = 'read_file' AND outcome = 'ok' AND client = '${name}'`;
    const mean = (when: string) =>
      sqlNumber(`SELECT avg(output_tokens) ${ofTool} AND at ${when} ${String(Date.parse(appliedAt))}`);
    const { saved } = applied(await report(), suggestion.id) ?? {};
    assert.equal(saved?.since, 15);
    within(saved.tokens, (mean("<") - mean(">=")) * 15);
    assert.ok((saved.tokens ?? 0) > 0);
    assert.equal(saved.dollars, read(saved.tokens ?? 0));
    assert.equal(applied(await report("--undo", suggestion.id), suggestion.id), undefined);
  });

  it("tell an answer that changed, and other arguments, from the same answer", async () => {
    const hashes = () => sqlNumber("SELECT count(DISTINCT answer_hash) FROM calls WHERE tool = 'read_file'");
    const before = hashes();
    await client.call("read_file", { path: "hay.txt", startLine: 1 });
    await writeFile(path.join(workspace.folder, "hay.txt"), "needle\n");
    await client.call("read_file", { path: "hay.txt" });
    await counted();
    assert.equal(hashes(), before + 2);
  });

  it("are refused where the id is unknown, the flags exclude each other, or the file is damaged", async () => {
    const wrong = await command("--apply", "unusedTools:9");
    assert.deepEqual([wrong.code, wrong.stderr.startsWith('No optimization "unusedTools:9" is suggested.')], [1, true]);
    const undone = await command("--undo", "unusedTools");
    assert.match(undone.stderr, /^No optimization "unusedTools" is applied\./);
    const both = await command("--apply", "a", "--undo", "b");
    assert.equal(both.code, 1);
    const file = path.join(data, "optimizations.json");
    await writeFile(file, "{");
    assert.match((await command()).stderr, /optimizations\.json is damaged: it is not JSON\. Correct it/);
    await rm(file);
  });
});

describe("optimizations of flows, by recorded runs", () => {
  const run = (id: string, flowName: string, model: string, more: object = {}) => ({
    ...{ id, flowName, startedAt: earlier },
    usage: { reported: true, models: [{ component: "Agent", model, inputTokens: 10_001, outputTokens: 503 }] } as const,
    ...more,
  });

  before(async () => {
    workspace = await scratchWorkspace({ "notes.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    const minutes = (after: number) => ({ startedAt: new Date(earlier.getTime() + after * 60_000) });
    await recordRuns(data, [
      ...Array.from({ length: 6 }, (_, id) => run(`cider ${id}`, "Cider", "gpt-4o")),
      ...Array.from({ length: 4 }, (_, id) => run(`perry ${id}`, "Perry", "gpt-4o-mini")),
      // Of another provider, and cheaper still.
      ...Array.from({ length: 4 }, (_, id) => run(`mead ${id}`, "Mead", "gemini-2.0-flash-lite")),
      ...[0, 100, 200, 300].map((at) =>
        run(`must ${at}`, "Must", "gpt-4o-mini", { ...minutes(at), outcome: "failed" }),
      ),
      run("must again", "Must", "gpt-4o-mini", minutes(105)),
      ...[0, 1, 2].map((at) => run(`lees ${at}`, "Lees", "own-model", { outcome: "failed" })),
    ]);
  });
  after(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  const tokensOf = (where: string) =>
    sql(`SELECT sum(input_tokens), sum(output_tokens) FROM run_uses JOIN runs ON id = run_id WHERE ${where}`)
      .split("|")
      .map(BigInt) as [bigint, bigint];

  it("name a cheaper model of the same provider that other runs use", async () => {
    const found = await report();
    const [input, output] = tokensOf("flow_name = 'Cider'");
    const saving = input * (2_500_000n - 150_000n) + output * (10_000_000n - 600_000n);
    const suggestion = suggested(found, "cheaperModel:Cider:gpt-4o");
    assert.deepEqual(suggestion?.saving, { tokens: null, dollars: dollars(saving) });
    assert.match(
      suggestion.measured,
      /^Cider used gpt-4o in 6 runs .* with gpt-4o-mini, which ended well in 5 other runs/,
    );
    assert.match(suggestion.change, /^Choose gpt-4o-mini in Agent of Cider\. Its quality was not measured/);
    assert.equal(suggestion.applicable, false);
    assert.equal(found.suggestions.filter(({ kind }) => kind === "cheaperModel").length, 1);
  });

  it("say what failed runs cost, and that it is unknown without a price", async () => {
    const found = await report();
    const [input, output] = tokensOf("flow_name = 'Must' AND outcome = 'failed'");
    const must = suggested(found, "failedRuns:Must");
    assert.deepEqual(must?.saving, {
      tokens: Number(input + output),
      dollars: dollars(input * 150_000n + output * 600_000n),
    });
    assert.match(must.measured, /^4 of 5 runs of Must failed in the last 30 days, 1 of them with another run/);
    const lees = suggested(found, "failedRuns:Lees");
    assert.deepEqual(lees?.saving, { tokens: 3 * 10_504, dollars: null });
    assert.deepEqual(
      found.suggestions.map(({ kind }) => kind),
      ["cheaperModel", "failedRuns", "failedRuns"],
    );
  });
});

describe("optimizations that the user makes in a flow", () => {
  before(async () => {
    workspace = await scratchWorkspace({ "notes.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  after(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  const runOf = (id: string, flowName: string, model: string, more: object) => ({
    ...{ id, flowName, startedAt: earlier },
    usage: { reported: true, models: [{ component: "Agent", model, inputTokens: 20_003, outputTokens: 407 }] } as const,
    ...more,
  });
  /** As the ledger has it, in 10^-12 dollars. */
  const costOf = (where: string) =>
    BigInt(sqlNumber(`SELECT coalesce(sum(cost_pico), 0) FROM run_uses JOIN runs ON id = run_id WHERE ${where}`));

  it("are measured by what the flow's runs cost before and since: a cheaper model", async () => {
    await recordRuns(data, [
      ...Array.from({ length: 12 }, (_, id) => runOf(`old ${String(id)}`, "Cider", "gpt-4o", {})),
      ...Array.from({ length: 3 }, (_, id) => runOf(`other ${String(id)}`, "Perry", "gpt-4o-mini", {})),
    ]);
    const id = "cheaperModel:Cider:gpt-4o";
    const expected = Number(suggested(await report(), id)?.saving.dollars);
    const early = applied(await report("--apply", id), id);
    assert.deepEqual(early?.saved, { unit: "runs", since: 0, least: 10 });
    const now = { startedAt: new Date() };
    await recordRuns(
      data,
      Array.from({ length: 24 }, (_, each) => runOf(`new ${String(each)}`, "Cider", "gpt-4o-mini", now)),
    );
    const { saved } = applied(await report(), id) ?? {};
    assert.deepEqual([saved?.since, saved?.tokens], [24, 0]);
    const [before, since] = [
      costOf("flow_name = 'Cider' AND model = 'gpt-4o'"),
      costOf("model = 'gpt-4o-mini' AND flow_name = 'Cider'"),
    ];
    assert.equal(saved?.dollars, dollars((before * 24n) / 12n - since));
    // Twice as many runs as the suggestion was made of.
    within(Number(saved.dollars), expected * 2);
  });

  it("are measured by what failed runs cost before and since: a flow that fails less often", async () => {
    const failing = (id: string, fails: boolean, startedAt: Date) =>
      runOf(id, "Must", "gpt-4o-mini", { startedAt, outcome: fails ? "failed" : "ok" });
    await recordRuns(
      data,
      Array.from({ length: 12 }, (_, at) => failing(`must ${String(at)}`, at % 2 === 0, earlier)),
    );
    const id = "failedRuns:Must";
    assert.ok(applied(await report("--apply", id), id));
    await recordRuns(
      data,
      Array.from({ length: 20 }, (_, at) => failing(`must since ${String(at)}`, at === 0, new Date())),
    );
    const { saved } = applied(await report(), id) ?? {};
    assert.equal(saved?.since, 20);
    const one = costOf("id = 'must 0'");
    // Half of the runs failed before, and one of twenty since.
    assert.equal(saved.dollars, dollars((one * 6n * 20n) / 12n - one));
    assert.equal(saved.tokens, 20_410 * 10 - 20_410);
    await report("--undo", id);
  });
});

describe("an optimization that is applied while a client is connected over stdio", () => {
  before(async () => {
    workspace = await scratchWorkspace({ "notes.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  after(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  it("is told to the client, which then gets the new list", async () => {
    const client = new Client({ name: "lfc-test", version: "1" });
    let changes = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++);
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [serverMain, "stdio", "--workspace", workspace.folder],
        stderr: "ignore",
        env: { ...getDefaultEnvironment(), LFC_DATA: data },
      }),
    );
    const names = async () => (await client.listTools()).tools.map(({ name }) => name);
    const before = await names();
    assert.ok(before.includes("write_file"));
    const entry = { id: "unusedTools", at: new Date().toISOString(), kind: "unusedTools", tools: ["write_file"] };
    await writeFile(path.join(data, "optimizations.json"), JSON.stringify({ applied: [entry] }));
    await until(() => changes === 1);
    assert.deepEqual(
      await names(),
      before.filter((name) => name !== "write_file"),
    );
    // By another process, whose command finds no server that listens.
    assert.deepEqual((await report("--undo", "unusedTools")).applied, []);
    await until(() => changes === 2);
    assert.deepEqual(await names(), before);
    await client.close();
  });
});

describe("what optimizations are worked out from", () => {
  it("is the same in either engine, over the stores of all processes, and goes with the rows' age", async () => {
    const now = Date.now();
    const folder = await mkdtemp(path.join(tmpdir(), "lfc-stores-"));
    const open = async (engine: "node" | "sqljs") => {
      const options = { folder: path.join(folder, engine), name: "ledger", engine, wasm: wasmFile };
      return (await openStore({ ...options, notice: () => undefined })).database;
    };
    const stores = [await open("node"), await open("sqljs")];
    const head = { branch: "", commit: "" };
    for (const [index, store] of stores.entries()) {
      migrate(store, ledgerMigrations);
      const calls = Array.from({ length: 30 }, (_, call) => ({
        ...{
          id: `${index} ${call}`,
          at: earlier.getTime(),
          durationMs: 1,
          tool: "find_symbol",
          face: "mcp",
          client: "a",
        },
        ...{ principal: localUser, outcome: "ok", head, figures: [1, 1, 1] },
      }));
      const listings = [earlier.getTime(), now - 1, now - 1, now - 1, now - 1, now - 1].map((at, list) => ({
        ...{ id: `${index} ${list}`, at, client: "a", principal: localUser, tools: 2, tokens: 100 },
      }));
      const hash = 2 ** 48 - 1;
      const tokens = calls.map(({ id, at }) => ({
        id,
        at,
        input: 1,
        output: 150,
        saved: { budget: 0, unchanged: 0 },
        files: [],
        hash,
      }));
      createLedgerWriter(store, "app").write({ calls, runs: [], listings, tokens });
    }
    const sources = stores.map((store) => ({
      all: (text: string, ...params: readonly SqlValue[]) => store.prepare(text).all(...params),
    }));
    const tool = { tokens: 70, byDefault: true, basic: false, hasIfNoneMatch: false };
    const tools = ["find_symbol", "write_file"].map((name) => ({ ...tool, name }));
    const suggestions = () =>
      optimize(sources, { tenant: "local", model: "", now, tools, applied: [] }).suggestions.map(({ id, saving }) => [
        id,
        saving,
      ]);
    assert.deepEqual(suggestions(), [
      ["unusedTools", { tokens: 12 * 70, dollars: null }],
      ["repeatedAnswers:find_symbol:a", { tokens: 59 * 150, dollars: null }],
    ]);
    for (const store of stores) {
      for (const _deleted of forgetRows(store, now - 3_600_000)) continue;
      assert.equal(store.prepare("SELECT count(*) AS left FROM listings").get()?.["left"], 5);
      store.close();
    }
    await rm(folder, { recursive: true });
  });

  it("is a hash that nobody can repeat without the key, which stays", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lfc-key-"));
    const [first, again, other] = [
      await openAnswerHash(path.join(folder, "a")),
      await openAnswerHash(path.join(folder, "a")),
      await openAnswerHash(path.join(folder, "b")),
    ];
    const call = ["read_file", '{"path":"a"}', '{"content":"one"}'] as const;
    assert.equal(first(...call), again(...call));
    assert.notEqual(first(...call), other(...call));
    assert.notEqual(first(...call), first("read_file", '{"path":"a"}{', '"content":"one"}'));
    assert.ok(first(...call) < 2 ** 48);
    await rm(folder, { recursive: true });
  });
});
