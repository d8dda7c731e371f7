import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CostKey, CostReport } from "../../../src/protocol/cost.ts";
import { costReport } from "../../../src/server/economy/costReport.ts";
import { forgetRows } from "../../../src/server/economy/retention.ts";
import { runRow } from "../../../src/server/economy/rows.ts";
import { createLedgerWriter } from "../../../src/server/economy/writer.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import type { FlowRunRecord } from "../../../src/server/platform/call.ts";
import { priceVersion } from "../../../src/server/economy/prices.ts";
import type { RowSource } from "../../../src/server/economy/report.ts";
import { ledgerMigrations } from "../../../src/server/economy/schema.ts";
import type { Database } from "../../../src/server/storage/database.ts";
import { migrate } from "../../../src/server/storage/migrate.ts";
import { loadNodeSqlite, openNodeDatabase } from "../../../src/server/storage/nodeEngine.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Havana",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
];
const year = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2027-01-01T00:00:00Z") };

interface Use {
  readonly component?: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly pico: bigint | null;
  readonly cacheRead: number | null;
}
interface Call {
  readonly at: number;
  readonly tool: string;
  readonly client: string;
  readonly tokens: readonly [number, number] | null;
  readonly branch?: string;
}
interface Run {
  readonly at: number;
  readonly flow: string;
  /** Null: not reported. */
  readonly uses: readonly Use[] | null;
  readonly branch?: string;
}

describe("The cost report", () => {
  const zone = process.env["TZ"];
  let folder: string;
  let database: Database;
  const opened: Database[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-cost-"));
    database = await open("ledger.db");
  });
  afterEach(async () => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    for (const each of opened.splice(0)) each.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name: string): Promise<Database> {
    const sqlite = await loadNodeSqlite();
    assert.ok(sqlite);
    const made = openNodeDatabase(sqlite, path.join(folder, name));
    opened.push(made);
    migrate(made, ledgerMigrations);
    return made;
  }

  function store(calls: readonly Call[], runs: readonly Run[], into = database): void {
    const call = into.prepare(
      "INSERT INTO calls (id, at, duration_ms, workspace, tool, face, client, outcome, input_bytes, output_bytes, " +
        "input_tokens, output_tokens, branch) VALUES (?, ?, 1, 'app', ?, 'mcp', ?, 'ok', 1, 1, ?, ?, ?)",
    );
    const saved = into.prepare("UPDATE calls SET saved_by_budget = ?, saved_by_unchanged = ? WHERE id = ?");
    const run = into.prepare(
      "INSERT INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome, unreported, " +
        "branch) VALUES (?, ?, 1, 'app', 'f', ?, '', 'ok', ?, ?)",
    );
    const use = into.prepare(
      "INSERT INTO run_uses (run_id, component, model, input_tokens, output_tokens, cache_read_tokens, cost_pico, " +
        "price_date, first_of_run, first_of_model, first_of_component) " +
        "VALUES (?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), '', ?, ?, ?)",
    );
    into.transaction(() => {
      for (const [id, { at, tool, client, tokens, branch = "" }] of calls.entries()) {
        call.run(String(id), at, tool, client, tokens?.[0] ?? null, tokens?.[1] ?? null, branch);
        if (tokens) saved.run(...savedOf(tokens), String(id));
      }
      for (const [id, { at, flow, uses, branch = "" }] of runs.entries()) {
        run.run(String(id), at, flow, uses ? null : "no traces", branch);
        for (const [index, { component = "", model, input, output, pico, cacheRead }] of (uses ?? []).entries()) {
          const before = uses?.slice(0, index) ?? [];
          const first = [
            index === 0,
            !before.some((other) => other.model === model),
            !before.some((other) => (other.component ?? "") === component),
          ].map(Number);
          const money = pico === null ? null : String(pico);
          use.run(String(id), component, model, input, output, cacheRead, money, ...first);
        }
        if (!uses?.length) use.run(String(id), "", "", null, null, null, null, 1, 1, 1);
      }
    });
  }

  function report(by: readonly CostKey[], more: Partial<Parameters<typeof costReport>[0]> = {}): CostReport {
    return costReport({ sources: [sourceOf(database)], tenant: "local", ...year, by, ...more });
  }

  it("adds up random rows by every key as plain arithmetic does", () => {
    const { calls, runs } = randomRows(2000);
    store(calls, runs);
    process.env["TZ"] = "Europe/Berlin";
    const keys: Record<string, { call(call: Call): string; run(run: Run): string }> = {
      day: { call: ({ at }) => berlinDay(at), run: ({ at }) => berlinDay(at) },
      flow: { call: () => "", run: ({ flow }) => flow },
      tool: { call: ({ tool }) => tool, run: () => "" },
      client: { call: ({ client }) => client, run: () => "langflow" },
      branch: { call: ({ branch = "" }) => branch, run: ({ branch = "" }) => branch },
    };
    const totals = [];
    for (const [key, { call, run }] of Object.entries(keys)) {
      const { rows, total } = report([key as CostKey]);
      totals.push(total);
      const names = [...new Set([...calls.map(call), ...runs.map(run)])].sort();
      const expected = names.map((name) => ({
        key: { [key]: name },
        ...plainSum(
          calls.filter((each) => call(each) === name),
          runs.filter((each) => run(each) === name),
        ),
      }));
      assert.deepEqual(rows, expected, key);
    }
    const byModel = report(["model"]);
    totals.push(byModel.total, report([]).total, report(["flow", "model", "hour"]).total);
    for (const total of totals) assert.deepEqual(total, plainSum(calls, runs));

    // A run counts once for each of its models or components, and what has none is under "".
    for (const by of [["model"], ["component"], ["component", "model"]] as const) {
      const nameOf = (use: Use | undefined) => by.map((key) => use?.[key] ?? "");
      const parts = runs.flatMap((run) =>
        run.uses?.length
          ? [...Map.groupBy(run.uses, (use) => JSON.stringify(nameOf(use)))].map(([name, uses]) => ({
              ...run,
              name,
              uses,
            }))
          : [{ ...run, name: JSON.stringify(nameOf(undefined)) }],
      );
      const nothing = JSON.stringify(nameOf(undefined));
      const expected = [...Map.groupBy(parts, ({ name }) => name)]
        .map(([name, some]) => {
          const names = JSON.parse(name) as string[];
          const key = Object.fromEntries(by.map((one, index) => [one, names[index]]));
          return { key, ...plainSum(name === nothing ? calls : [], some), runMs: null };
        })
        .sort((a, b) => (Object.values(a.key).join("\0") < Object.values(b.key).join("\0") ? -1 : 1));
      assert.deepEqual(report(by).rows, expected, by.join());
    }
  });

  it("stays the same when old rows are deleted, and a run that is read again is not counted twice", () => {
    const { calls, runs } = randomRows(2000);
    store(calls, runs);
    const file = database.prepare("INSERT INTO call_files SELECT id, 'a.ts', 1, at FROM calls WHERE id = ?");
    for (let id = 0; id < 1000; id += 3) file.run(String(id));
    const half = Date.parse("2026-07-01T00:07:00Z");
    const by: readonly (readonly CostKey[])[] = [["day"], ["flow", "model"], ["tool"], ["component"], ["branch"], []];
    const whole = by.map((keys) => report(keys));
    const before = report(["file"]);
    let batches = 0;
    for (const _deleted of forgetRows(database, half)) batches++;
    assert.ok(batches > 0);
    const counts = ["calls", "runs", "run_uses", "call_files"].map((table) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
    );
    const quarter = Date.parse("2026-07-01T00:00:00Z");
    const left = runs.filter(({ at }) => at >= quarter);
    assert.deepEqual(counts, [
      calls.filter(({ at }) => at >= quarter).length,
      left.length,
      left.reduce((sum, { uses }) => sum + Math.max(uses?.length ?? 0, 1), 0),
      calls.filter(({ at }, id) => at >= quarter && id % 3 === 0).length,
    ]);
    assert.deepEqual(
      by.map((keys) => report(keys)),
      whole,
    );
    const after = report(["file"]);
    assert.deepEqual(after.total, before.total);
    assert.ok((after.rows[1]?.calls ?? 0) < (before.rows[1]?.calls ?? 0));
    const writer = createLedgerWriter(database, "app");
    const again = { ...foreignRun("old"), startedAt: new Date(quarter - 1) };
    writer.write({ calls: [], runs: [runRow(again, localUser)], tokens: [] });
    assert.deepEqual(report([]), whole.at(-1));
    writer.write({ calls: [], runs: [runRow({ ...again, startedAt: new Date(quarter) }, localUser)], tokens: [] });
    assert.equal(report([]).total.runs, (whole.at(-1)?.total.runs ?? 0) + 1);
  });

  it("splits calls and runs over the files that they were about, and the parts add up to the whole", () => {
    const at = year.from.getTime();
    const use = (pico: bigint | null): Use => ({
      model: pico === null ? "odd" : "a",
      input: 100,
      output: 10,
      pico,
      cacheRead: 7,
    });
    store(
      [
        { at, tool: "read_file", client: "x", tokens: [10, 101] },
        { at, tool: "search_code", client: "x", tokens: [5, 30] },
        { at, tool: "search_code", client: "y", tokens: null },
      ],
      [
        { at, flow: "review", uses: [use(10n ** 12n)] },
        { at, flow: "review", uses: [use(null)] },
        { at, flow: "other", uses: [use(5n)] },
        { at, flow: "other", uses: null },
      ],
    );
    const file = (call: number, name: string, weight: number) =>
      `INSERT INTO call_files VALUES ('${String(call)}', '${name}', ${String(weight)}, ${String(at)});`;
    database.exec(
      `UPDATE calls SET run_id = '0' WHERE id IN ('0', '1'); ${file(0, "src/a.ts", 3)} ${file(0, "src/b.ts", 1)}
      ${file(1, "src/a.ts", 1)} ${file(1, "README.md", 1)} ${file(1, "", 2)}`,
    );
    const shown = ({ rows }: CostReport) =>
      rows.map(({ key, calls, runs, tokens, cost, uncounted, unknown = [] }) =>
        [
          ...Object.values(key),
          calls,
          runs,
          tokens.input,
          tokens.output,
          tokens.cacheRead,
          cost,
          uncounted,
          unknown.join(),
        ].join(" "),
      );
    // The run's weights: a 4, b 1, README 1, and 2 of files that are not listed.
    assert.deepEqual(shown(report(["file"])), [
      " 1 3 227 37 15  2 odd",
      "README.md 1 1 13 8 1 0.125 0 ",
      "src/a.ts 2 1 59 88 4 0.5 0 ",
      "src/b.ts 1 1 16 28 1 0.125 0 ",
    ]);
    for (const by of [["file"], ["folder"], ["folder", "flow"], ["file", "model", "day"]] as const) {
      const { rows, total } = report(by);
      const sum = (of: (row: CostReport["total"]) => number) => rows.reduce((all, row) => all + of(row), 0);
      assert.equal(
        sum(({ tokens }) => tokens.input),
        total.tokens.input,
        by.join(),
      );
      assert.equal(
        sum(({ tokens }) => tokens.output),
        total.tokens.output,
        by.join(),
      );
      assert.equal(
        sum(({ tokens }) => tokens.cacheRead ?? 0),
        total.tokens.cacheRead,
        by.join(),
      );
    }
    assert.deepEqual(
      report(["folder", "flow"]).rows.map(({ key, cost }) => [key.folder, key.flow, cost]),
      [
        ["", "", "0"],
        ["", "other", null],
        ["", "review", null],
        [".", "", "0"],
        [".", "review", "0.125"],
        ["src", "", "0"],
        ["src", "review", "0.625"],
      ],
    );
  });

  it("loses no digit of money, however much it is", () => {
    const use = (pico: bigint): Use => ({ model: "dear", input: 1, output: 1, pico, cacheRead: null });
    const run = (uses: readonly Use[]): Run => ({ at: year.from.getTime(), flow: "f", uses });
    store([], [run([use(4_503_599_627_370_496_123n)]), run([use(4_503_599_627_370_496_124n)]), run([use(1n)])]);
    const [row] = report(["flow"]).rows;
    assert.equal(row?.cost, "9007199.254740992248");
    // 0.1 + 0.2 in floating point is 0.30000000000000004.
    assert.equal(report([]).total.cost, "9007199.254740992248");
  });

  it("gives no cost where a price or the usage is missing, and names the models", () => {
    const use = (model: string, pico: bigint | null): Use => ({ model, input: 1, output: 2, pico, cacheRead: null });
    const at = year.from.getTime();
    store(
      [],
      [
        { at, flow: "paid", uses: [use("a", 5n * 10n ** 11n)] },
        { at, flow: "mixed", uses: [use("a", 25n * 10n ** 10n), use("z", null), use("b", null)] },
        { at, flow: "silent", uses: null },
        { at, flow: "free", uses: [] },
      ],
    );
    const costs = ({ rows }: CostReport) =>
      rows.map(({ key, cost, unknown }) => [key.flow ?? key.model, cost, unknown]);
    assert.deepEqual(costs(report(["flow"])), [
      ["free", "0", undefined],
      ["mixed", null, ["b", "z"]],
      ["paid", "0.5", undefined],
      ["silent", null, undefined],
    ]);
    assert.deepEqual(costs(report(["model"])), [
      ["", null, undefined],
      ["a", "0.75", undefined],
      ["b", null, ["b"]],
      ["z", null, ["z"]],
    ]);
    assert.deepEqual(
      report(["flow", "model"]).rows.map(({ key }) => [key.flow, key.model]),
      [
        ["free", ""],
        ["mixed", "a"],
        ["mixed", "b"],
        ["mixed", "z"],
        ["paid", "a"],
        ["silent", ""],
      ],
    );
    const { total } = report(["model"]);
    assert.deepEqual([total.runs, total.uncounted, total.cost, total.unknown], [4, 1, null, ["b", "z"]]);
  });

  it("contains what is in its time, of its tenant, and of all stores", async () => {
    const call = (at: number): Call => ({ at, tool: "t", client: "c", tokens: [1, 1] });
    const [from, to] = [year.from.getTime(), year.to.getTime()];
    store([call(from - 1), call(from), call(to - 1), call(to)], []);
    const other = await open("other.db");
    store([call(from)], [{ at: to - 1, flow: "f", uses: [] }], other);
    database.exec(
      "UPDATE call_totals SET tenant = 'mill' WHERE quarter = (SELECT at / 900000 FROM calls WHERE id = '1')",
    );
    process.env["TZ"] = "UTC";
    const sources = [sourceOf(database), sourceOf(other)];
    const counts = ({ rows }: CostReport) => rows.map(({ key, calls, runs }) => [key.day, calls, runs]);
    assert.deepEqual(counts(report(["day"], { sources })), [
      ["2026-01-01", 1, 0],
      ["2026-12-31", 1, 1],
    ]);
    assert.deepEqual(counts(report(["day"], { sources, tenant: "mill" })), [["2026-01-01", 1, 0]]);
    assert.deepEqual(report([], { sources, tenant: "nobody" }).rows, []);
    const part = report([], { tenant: "mill", from: new Date(from + 1), to: new Date(from + 2) });
    assert.deepEqual(
      [part.from, part.to, part.total.calls],
      ["2026-01-01T00:00:00.000Z", "2026-01-01T00:15:00.000Z", 1],
    );
    const ages = { sources, from: new Date("0001-01-01T00:00:00Z"), to: new Date("9999-01-01T00:00:00Z") };
    assert.equal(report(["day"], ages).total.calls, 4);
  });

  for (const TZ of zones) {
    it(`takes days, weeks and months of ${TZ}, as the sqlite3 program does`, () => {
      const { calls } = randomRows(2000);
      store(calls, []);
      process.env["TZ"] = TZ;
      const local = "at / 1000, 'unixepoch', 'localtime'";
      const monday = `${local}, 'weekday 0', '-6 days'`;
      for (const [key, name] of [
        ["day", `strftime('%Y-%m-%d', ${local})`],
        ["week", `strftime('%Y-%m-%d', ${monday})`],
        ["month", `strftime('%Y-%m', ${local})`],
      ] as const) {
        const sql = `SELECT ${name}, count(*) FROM calls GROUP BY 1 ORDER BY 1`;
        const expected = execFileSync("sqlite3", [path.join(folder, "ledger.db"), sql], {
          env: { ...process.env, TZ },
          encoding: "utf8",
        });
        const found = report([key]).rows.map((row) => `${String(row.key[key])}|${String(row.calls)}`);
        assert.deepEqual(found, expected.trim().split("\n"), key);
      }
    });
  }

  it("gives a day with a changed clock its 23, 24.5 or 25 hours, each under its own name", () => {
    const days = [
      { TZ: "Europe/Berlin", from: "2026-03-28T23:00Z", hours: 23, at: "01:00+01:00 03:00+02:00" },
      { TZ: "Europe/Berlin", from: "2026-10-24T22:00Z", hours: 25, at: "02:00+02:00 02:00+01:00" },
      { TZ: "America/New_York", from: "2026-03-08T05:00Z", hours: 23, at: "01:00-05:00 03:00-04:00" },
      { TZ: "America/New_York", from: "2026-11-01T04:00Z", hours: 25, at: "01:00-04:00 01:00-05:00" },
      { TZ: "Australia/Lord_Howe", from: "2026-04-04T13:00Z", hours: 24.5, at: "01:00+11:00 01:00+10:30" },
      { TZ: "Asia/Kathmandu", from: "2026-04-04T18:15Z", hours: 24, at: "01:00+05:45 02:00+05:45" },
    ];
    for (const { TZ, from, hours, at } of days) {
      process.env["TZ"] = TZ;
      const start = Date.parse(from);
      database.exec("DELETE FROM calls");
      database.exec("DELETE FROM call_totals");
      // A call each minute, and one on either side of the day.
      const minutes = Array.from({ length: hours * 60 + 2 }, (_, minute) => start + (minute - 1) * 60_000);
      store(
        minutes.map((time) => ({ at: time, tool: "t", client: "c", tokens: null })),
        [],
      );
      const day = report(["day"]).rows.map((row) => row.calls);
      assert.deepEqual(day, [1, hours * 60, 1], TZ);
      const names = report(["hour"]).rows.map(({ key }) => String(key.hour));
      assert.equal(names.length, Math.ceil(hours) + 2);
      assert.ok(
        names
          .map((name) => name.slice(11))
          .join(" ")
          .includes(at),
        `${TZ}: ${names.join(" ")}`,
      );
      // Each name is an instant of its own, and they are in order.
      const instants = names.map((name) => Date.parse(name));
      assert.deepEqual(
        instants,
        [...new Set(instants)].sort((a, b) => a - b),
      );
    }
  });

  it("names the version of the price data that is installed", () => {
    const manifest = new URL("../../../node_modules/@pydantic/genai-prices/package.json", import.meta.url);
    assert.equal(priceVersion, (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version);
  });
});

function foreignRun(id: string): FlowRunRecord {
  const facts = {
    id,
    traceId: id,
    sessionOfOther: "canvas",
    flowId: "f",
    flowName: "f",
    server: "http://127.0.0.1:1/",
  };
  const usage = { reported: true, models: [] } as const;
  return { ...facts, startedAt: new Date(), durationMs: 1, outcome: "ok", usage };
}

function sourceOf(database: Database): RowSource {
  return { all: (sql, ...params) => database.prepare(sql).all(...params) };
}

const berlin = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin", dateStyle: "short" });

function berlinDay(at: number): string {
  return berlin.format(at);
}

/** What was not sent: with a next page, less than nothing. */
function savedOf(tokens: Call["tokens"]): readonly [number, number] {
  return tokens ? [3 * tokens[0] - 1_000, tokens[1] % 7] : [0, 0];
}

/** What the report says of these rows, by BigInt and string alone. */
function plainSum(calls: readonly Call[], runs: readonly Run[]): CostReport["total"] {
  const uses = runs.flatMap((run) => run.uses ?? []);
  const plus = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const cacheReads = uses.flatMap(({ cacheRead }) => cacheRead ?? []);
  const unknown = [...new Set(uses.filter(({ pico }) => pico === null).map(({ model }) => model))].sort();
  let pico = 0n;
  for (const use of uses) pico += use.pico ?? 0n;
  const whole = unknown.length === 0 && runs.every((run) => run.uses);
  const [dollars, rest] = [pico / 10n ** 12n, String(pico % 10n ** 12n).padStart(12, "0")];
  return {
    calls: calls.length,
    runs: runs.length,
    modelCalls: 0,
    tokens: {
      input: plus([...calls.map(({ tokens }) => tokens?.[0] ?? 0), ...uses.map(({ input }) => input)]),
      output: plus([...calls.map(({ tokens }) => tokens?.[1] ?? 0), ...uses.map(({ output }) => output)]),
      cacheRead: cacheReads.length === 0 ? null : plus(cacheReads),
      cacheWrite: null,
      reasoning: null,
      audio: null,
    },
    // Each takes a millisecond.
    callMs: calls.length,
    runMs: runs.length,
    saved: {
      budget: plus(calls.map(({ tokens }) => savedOf(tokens)[0])),
      unchanged: plus(calls.map(({ tokens }) => savedOf(tokens)[1])),
    },
    uncounted: calls.filter(({ tokens }) => !tokens).length + runs.filter((run) => !run.uses).length,
    cost: whole ? `${String(dollars)}.${rest}`.replace(/\.?0+$/, "") || "0" : null,
    ...(unknown.length > 0 && { unknown }),
  };
}

/** The same ones each time: half of them calls, over the year 2026 less a day at either end. */
function randomRows(count: number): { calls: Call[]; runs: Run[] } {
  let state = 20_261_129;
  const below = (limit: number): number => {
    // The generator of Park and Miller.
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const time = () => Date.parse("2026-01-02T12:00:00Z") + below(362 * 86_400) * 1000 + below(1000);
  const use = (model: string, component: string): Use => ({
    component,
    model,
    input: below(100_000),
    output: below(5_000),
    pico: model === "odd" ? null : model === "free" ? 0n : BigInt(below(1_000_000_000)) * BigInt(1 + below(5_000)),
    cacheRead: below(2) === 0 ? null : below(1_000),
  });
  const calls = Array.from({ length: count / 2 }, () => ({
    at: time(),
    tool: `tool ${String(below(7))}`,
    client: ["editor", "langflow", "cli"][below(3)] ?? "",
    tokens: below(10) === 0 ? null : ([below(2_000), below(9_000)] as const),
    branch: `branch ${String(below(3))}`,
  }));
  const runs = Array.from({ length: count / 2 }, () => {
    const flow = `flow ${String(below(30))}`;
    const priced = ["dear", "small", "free"].filter(() => below(2) === 0);
    // Two flows use a model without a price; one reports nothing at times.
    const models = flow.endsWith("7") && below(3) === 0 ? [...priced, "odd"] : priced;
    const uses = ["Agent", "Judge"].flatMap((component) =>
      component === "Agent" || below(3) === 0 ? models.map((model) => use(model, component)) : [],
    );
    const branch = `branch ${String(below(3))}`;
    return { at: time(), flow, branch, uses: flow === "flow 11" && below(2) === 0 ? null : uses };
  });
  return { calls, runs };
}
