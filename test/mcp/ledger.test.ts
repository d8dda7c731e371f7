import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { clientKinds, connect } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("the ledger behind a real server", () => {
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    workspace = await scratchWorkspace({ "notes.txt": "one\n" });
    server = await startServer({ folders: [workspace.folder], env: { LFC_STORAGE_ENGINE: "node" } });
  });
  after(async () => {
    await server.stop();
    await workspace.remove();
  });

  const sql = (query: string): string =>
    execFileSync("sqlite3", [path.join(server.data, "ledger", "ledger.db"), query], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const metrics = async (): Promise<string> => {
    const answer = await fetch(new URL("/metrics", server.url), {
      headers: { authorization: `Bearer ${server.token}` },
    });
    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    return answer.text();
  };

  for (const kind of clientKinds.filter((one) => one.endsWith("stdio"))) {
    it(`has one row for a call over ${kind}, in the data folder of the tests and not in the user's`, async () => {
      const client = await connect(kind, server, [workspace.folder]);
      await client.call("read_file", { path: "notes.txt" });
      await client.close();
      const file = path.join(process.env["LFC_DATA"] ?? "", "ledger", "ledger.db");
      const query = "SELECT count(*) FROM calls WHERE face = 'stdio' AND tool = 'read_file'";
      const rows = execFileSync("sqlite3", [file, query], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      assert.ok(Number(rows) > 0);
    });
  }

  for (const kind of clientKinds.filter((one) => one.endsWith("http"))) {
    it(`has one row for each call over ${kind} as soon as it is answered, refused ones too`, async () => {
      const before = Number(sqlOr0("SELECT count(*) FROM calls"));
      const client = await connect(kind, server, [workspace.folder]);
      const expected: string[] = [];
      const calls: readonly (readonly [string, Record<string, unknown>, string])[] = [
        ["read_file", { path: "notes.txt" }, "ok"],
        ["read_file", { path: "none.txt" }, "NOT_FOUND"],
        ["read_file", { path: "../secret-CANARY" }, "PATH_OUTSIDE_WORKSPACE"],
        ["read_file", { path: "notes.txt", extra: 1 }, "INVALID_ARGUMENT"],
      ];
      for (const [tool, args, outcome] of calls) {
        await client.call(tool, args);
        expected.push(`${tool}|${outcome}|mcp`);
        const rows = sql("SELECT tool, outcome, face FROM calls ORDER BY at");
        assert.equal(rows.split("\n").length, before + expected.length);
        assert.ok(rows.includes(`${tool}|${outcome}|mcp`), rows);
      }
      await assert.rejects(client.call("no_such_tool"));
      assert.equal(
        sql("SELECT count(*) FROM calls WHERE tool = '(unknown)' AND outcome = 'INVALID_ARGUMENT'") !== "0",
        true,
      );
      await client.close();
      assert.equal(Number(sql("SELECT count(*) FROM calls")), before + 5);
    });
  }

  it("knows a call of Langflow, which names only its HTTP library, by the address that it was registered with", async () => {
    const url = new URL(server.url);
    url.searchParams.set("workspace", "0123");
    const client = await connect("2025-11-25 http", { url: url.href, token: server.token }, []);
    await client.call("list_directory");
    await client.close();
    assert.equal(sql("SELECT client FROM calls WHERE tool = 'list_directory'"), "Langflow");
  });

  it("counts calls, latency, tokens and ledger errors for Prometheus", async () => {
    const text = await metrics();
    const value = (name: string): number => {
      const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
      assert.ok(line, `${name} is in:\n${text}`);
      return Number(line.slice(name.length + 1));
    };
    assert.equal(
      value('lfc_tool_calls_total{tool="read_file",outcome="ok"}'),
      Number(sql("SELECT count(*) FROM calls WHERE tool = 'read_file' AND outcome = 'ok'")),
    );
    assert.equal(
      value('lfc_tool_call_duration_seconds_bucket{tool="read_file",le="+Inf"}'),
      value('lfc_tool_call_duration_seconds_count{tool="read_file"}'),
    );
    assert.ok(value('lfc_tool_tokens_total{tool="read_file",direction="output"}') > 20);
    assert.equal(value("lfc_ledger_write_errors_total"), 0);
    assert.equal(value("lfc_ledger_writing"), 1);
    assert.ok(value('lfc_event_loop_delay_seconds{quantile="0.99"}') > 0);
    assert.ok(value("process_resident_memory_bytes") > 1e7);
    for (const line of text.trimEnd().split("\n")) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$/);
    }
    assert.ok(!text.includes("CANARY"));
    const families = [...text.matchAll(/^# TYPE (.+)$/gm)].map(([, family]) => family);
    assert.deepEqual(families, [
      "lfc_tool_calls_total counter",
      "lfc_tool_call_duration_seconds histogram",
      "lfc_tool_tokens_total counter",
      "lfc_ledger_write_errors_total counter",
      "lfc_ledger_lost_rows_total counter",
      "lfc_ledger_unsaved_rows gauge",
      "lfc_ledger_writing gauge",
      "lfc_event_loop_delay_seconds gauge",
      "process_resident_memory_bytes gauge",
      "lfc_heap_used_bytes gauge",
      "lfc_uptime_seconds gauge",
      "lfc_machine_cpu_ratio gauge",
      "lfc_machine_memory_ratio gauge",
      "lfc_disk_used_ratio gauge",
      "lfc_alerts_firing gauge",
      "lfc_alert_messages_waiting gauge",
      "lfc_alert_messages_given_up_total counter",
    ]);
  });

  function sqlOr0(query: string): string {
    try {
      return sql(query);
    } catch {
      return "0";
    }
  }
});

for (const engine of ["node", "sqljs"] as const) {
  it(`serves tools while the ledger cannot be written on ${engine}, tells it, and catches up`, async () => {
    const workspace = await scratchWorkspace({ "notes.txt": "one\n" });
    const data = await mkdtemp(path.join(tmpdir(), "lfc-unwritable-"));
    // A file where the folder should be: also root cannot write there.
    await writeFile(path.join(data, "ledger"), "");
    const server = await startServer({ folders: [workspace.folder], data, env: { LFC_STORAGE_ENGINE: engine } });
    try {
      const client = await connect("2025-11-25 http", server, [workspace.folder]);
      for (let call = 0; call < 3; call++) {
        assert.equal((await client.call("read_file", { path: "notes.txt" })).isError, false);
      }
      const figure = async (name: string): Promise<number> => {
        const headers = { authorization: `Bearer ${server.token}` };
        const text = await (await fetch(new URL("/metrics", server.url), { headers })).text();
        return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
      };
      assert.equal(await figure("lfc_ledger_writing"), 0);
      assert.equal(await figure("lfc_ledger_unsaved_rows"), 3);
      assert.ok((await figure("lfc_ledger_write_errors_total")) >= 3);
      assert.match(server.log(), /"event":"ledger\.failed"[^\n]*The data folder cannot be written/);

      await rm(path.join(data, "ledger"));
      await client.call("read_file", { path: "notes.txt" });
      await client.close();
      while ((await figure("lfc_ledger_unsaved_rows")) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(await figure("lfc_ledger_writing"), 1);
      assert.equal(await figure("lfc_ledger_lost_rows_total"), 0);
    } finally {
      await server.stop();
      await workspace.remove();
      await rm(data, { recursive: true, force: true });
    }
  });
}
