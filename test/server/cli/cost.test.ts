import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const TZ = "America/New_York";
const november = ["--from", "2026-11-01", "--to", "2026-11-30"];

describe("`cost` on the command line", () => {
  let workspace: ScratchWorkspace;
  let data: string;
  let server: RunningServer | undefined;

  before(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    server = await startServer({ folders: [workspace.folder], data, env: { TZ } });
    // Its answer comes once the tables are there.
    assert.equal((await cost("--json")).code, 0);
    run({ id: "1", at: "2026-11-01T03:59:59Z", flow: "October's", models: [["gpt-4o", 1, 1, "7"]] });
    run({ id: "2", at: "2026-11-01T04:00:00Z", flow: "Plums, peeled", models: [["gpt-4o", 1200, 34, "3340000000"]] });
    run({ id: "3", at: "2026-11-02T04:59:59Z", flow: 'The "sour" ones', models: [["gpt-4o", 1, 2, "1230000000001"]] });
    run({ id: "4", at: "2026-11-30T12:00:00Z", flow: "Plums, peeled", models: [["home-grown", 5, 6, "NULL"]] });
    call({ id: "5", at: "2026-11-30T12:00:00Z" });
    run({ id: "6", at: "2026-12-01T05:00:00Z", flow: "December's", models: [["gpt-4o", 1, 1, "7"]] });
  });
  after(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  function cost(...args: readonly string[]) {
    return runCli(["cost", "--workspace", workspace.folder, "--data", data, ...args], { TZ });
  }

  /** Beside the server, which has the file open. */
  function sql(text: string, folder = data): void {
    execFileSync("sqlite3", [path.join(folder, "ledger", "ledger.db"), ".timeout 5000", text]);
  }

  interface Run {
    readonly id: string;
    readonly at: string;
    readonly flow: string;
    readonly models: readonly (readonly [name: string, input: number, output: number, pico: string])[];
  }

  function run({ id, at, flow, models }: Run, folder = data): void {
    const name = flow.replaceAll("'", "''");
    sql(
      `INSERT INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome) VALUES
        ('${id}', ${String(Date.parse(at))}, 1, 'app', 'f', '${name}', '', 'ok');` +
        models
          .map(
            ([model, input, output, pico], index) =>
              `INSERT INTO run_uses (run_id, component, model, input_tokens, output_tokens, cost_pico, price_date,
                first_of_run, first_of_model, first_of_component) VALUES
                ('${id}', '', '${model}', ${String(input)}, ${String(output)}, ${pico}, '',
                ${String(Number(index === 0))}, 1, ${String(Number(index === 0))});`,
          )
          .join(""),
      folder,
    );
  }

  function call({ id, at }: { readonly id: string; readonly at: string }): void {
    sql(
      `INSERT INTO calls (id, at, duration_ms, workspace, tool, face, client, outcome, input_bytes, output_bytes)
        VALUES ('${id}', ${String(Date.parse(at))}, 1, 'app', 'read_file', 'mcp', 'tester', 'ok', 1, 1)`,
    );
  }

  it("shows a table by day, from the start of the first local day to the end of the last", async () => {
    const { code, stdout, stderr } = await cost(...november);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(stdout.split("\n"), [
      "Day         Calls  Runs  Tokens in  Tokens out     Cost",
      "2026-11-01      0     2      1,201          36    $1.23",
      "2026-11-30      1     1          5           6  unknown",
      "Total           1     3      1,206          42  unknown",
      "No price is known for home-grown.",
      "Calls and runs without known tokens: 1.",
      "",
    ]);
  });

  it("shows - for what has no name, and says what is not reported", async () => {
    const { stdout } = await cost(...november, "--by", "tool,model");
    assert.deepEqual(stdout.split("\n").slice(0, 4), [
      "Tool       Model       Calls  Runs     Tokens in    Tokens out     Cost",
      "-          gpt-4o          0     2         1,201            36    $1.23",
      "-          home-grown      0     1             5             6  unknown",
      "read_file  -               1     0  not reported  not reported        -",
    ]);
  });

  it("writes exact decimals as CSV, quoted as spreadsheets read it", async () => {
    const { stdout } = await cost(...november, "--by", "flow", "--csv");
    const header =
      "flow,calls,runs,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,audio_tokens," +
      "uncounted,cost_usd,unknown_models,saved_by_budget_tokens,saved_by_unchanged_tokens,embeddings";
    const lines = [
      header,
      ",1,0,0,0,,,,,1,0,,0,0,0",
      '"Plums, peeled",0,2,1205,40,,,,,0,,home-grown,0,0,0',
      '"The ""sour"" ones",0,1,1,2,,,,,0,1.230000000001,,0,0,0',
      "",
    ];
    assert.equal(stdout, lines.join("\r\n"));
  });

  it("gives the report as JSON", async () => {
    const { stdout } = await cost("--from", "2026-11-01", "--to", "2026-11-01", "--by", "hour,flow", "--json");
    const { rows, from, to, currency } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(
      { from, to, currency },
      { from: "2026-11-01T04:00:00.000Z", to: "2026-11-02T05:00:00.000Z", currency: "USD" },
    );
    const nothing = { cacheRead: null, cacheWrite: null, reasoning: null, audio: null };
    assert.deepEqual(rows, [
      {
        key: { hour: "2026-11-01T00:00-04:00", flow: "Plums, peeled" },
        calls: 0,
        runs: 1,
        modelCalls: 0,
        tokens: { input: 1200, output: 34, ...nothing },
        uncounted: 0,
        callMs: 0,
        runMs: 1,
        saved: { budget: 0, unchanged: 0 },
        cost: "0.00334",
      },
      {
        key: { hour: "2026-11-01T23:00-05:00", flow: 'The "sour" ones' },
        calls: 0,
        runs: 1,
        modelCalls: 0,
        tokens: { input: 1, output: 2, ...nothing },
        uncounted: 0,
        callMs: 0,
        runMs: 1,
        saved: { budget: 0, unchanged: 0 },
        cost: "1.230000000001",
      },
    ]);
  });

  it("says in one line what today and this month cost, and that it is more where a price is missing", async () => {
    const other = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    const line = async () =>
      (await runCli(["cost", "--line", "--workspace", workspace.folder, "--data", other])).stdout;
    try {
      assert.equal(await line(), "today $0, month $0\n");
      const at = new Date().toISOString();
      run({ id: "1", at, flow: "f", models: [["gpt-4o", 1, 1, "128000000000"]] }, other);
      assert.equal(await line(), "today $0.13, month $0.13\n");
      run({ id: "2", at, flow: "f", models: [["home-grown", 1, 1, "NULL"]] }, other);
      assert.equal(await line(), "today over $0.12, month over $0.12\n");
      sql("UPDATE run_uses SET cost_pico = NULL", other);
      assert.equal(await line(), "today unknown, month unknown\n");
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it("names the right keys", async () => {
    for (const [args, said] of [
      [
        ["--by", "colour"],
        /^--by colour: no such key\. Use hour, day, week, month, flow, component, model, .*, branch\.\n$/,
      ],
      [["--from", "2026-02-30"], /^--from must be a date such as 2026-11-01\.\n$/],
      [["--from", "2026-11-02", "--to", "2026-11-01"], /^--from 2026-11-02 is after --to 2026-11-01\.\n$/],
      [["--json", "--csv"], /^Give one of --csv, --json and --line\.\n$/],
      [["--line", "--by", "day"], /^--line is about today/],
    ] as const) {
      const { code, stdout, stderr } = await cost(...args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, said);
    }
  });

  it("reads the ledger by itself when no server runs", async () => {
    const whole = (await cost(...november)).stdout;
    await server?.stop();
    server = undefined;
    assert.equal((await cost(...november)).stdout, whole);
    const { stdout } = await cost("--from", "2020-01-01", "--to", "2020-01-31");
    assert.equal(stdout, "No calls or runs from 2020-01-01 to 2020-01-31.\n");
  });
});
