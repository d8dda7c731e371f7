import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FlowRunAnswer } from "../../../src/protocol/flowRuns.ts";
import { runCli } from "../../support/cli.ts";
import { freePort } from "../../support/freePort.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { chatFlowThat } from "../chatFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

/** A run as the ledger has it. */
interface Row {
  readonly flow_id: string;
  readonly outcome: string;
  readonly trace_id: string;
  readonly duration_ms: number;
}

describe("a run of a flow whose server or Langflow is killed in the middle of it", function () {
  this.timeout(300_000);
  let langflow: Langflow;
  let scratch: string;
  let port: number;
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  const start = () => startLangflow({ version: "1.13.0", port, dir: path.join(scratch, "langflow") });
  const serve = () => startServer({ folders: [workspace.folder], data: live.data });

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), "lfc-interrupted-"));
    port = await freePort();
    langflow = await start();
    live = await startLive("1.13.0", langflow);
    workspace = await scratchWorkspace({ "README.md": "# Press\n" }, { name: "orchard" });
    server = await serve();
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
    await langflow.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  async function make(name: string, lines: readonly string[]): Promise<string> {
    const data = chatFlowThat(lines);
    return ((await live.rest("POST", "/api/v1/flows/", { name, data })) as { id: string }).id;
  }

  const run = (...args: string[]) =>
    runCli(["flow", "run", ...args, "--workspace", workspace.folder, "--data", live.data]);

  /** Names of the runs whose end is not known yet. */
  function open(): readonly string[] {
    const folder = path.join(live.data, "begunRuns");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  }

  /** The id under which Langflow has the only one. */
  async function kept(): Promise<string> {
    const file = path.join(live.data, "begunRuns", open()[0] ?? "");
    return (JSON.parse(await readFile(file, "utf8")) as { trace: string }).trace;
  }

  /** Past our own code. */
  function rows(flow: string): readonly Row[] {
    const file = path.join(live.data, "ledger", "ledger.db");
    const sql = `SELECT flow_id, outcome, trace_id, duration_ms FROM runs WHERE flow_id = '${flow}'`;
    const said = execFileSync("sqlite3", ["-json", file, sql], { encoding: "utf8" });
    return said.trim() === "" ? [] : (JSON.parse(said) as Row[]);
  }

  const job = async (id: string) => (await live.rest("GET", `/api/v2/workflows?job_id=${id}`)) as { status: string };
  const traceOf = async (id: string) =>
    (await live.rest("GET", `/api/v1/monitor/traces/${id}`)) as { totalLatencyMs: number };

  it("is followed to its end by the next server, which records what Langflow says of it", async () => {
    const id = await make("Slow press", ["import asyncio", "await asyncio.sleep(6)"]);
    const running = run("Slow press", "--input", "cider", "--session", "killed");
    await until(() => open().length > 0);
    server.kill("SIGKILL");
    const { code, stderr } = await running;
    assert.equal(code, 1);
    assert.match(stderr, /server .*(ended|stopped|gone)/i);
    assert.deepEqual([open().length, rows(id).length], [1, 0]);
    server = await serve();
    await until(() => open().length === 0, 60_000);
    const [row, ...more] = rows(id);
    assert.deepEqual([row?.outcome, more.length], ["ok", 0]);
    assert.equal((await job(row?.trace_id ?? "")).status, "completed");
    // As long as Langflow says that it took, not until it was found.
    assert.equal(row?.duration_ms, (await traceOf(row?.trace_id ?? "")).totalLatencyMs);
  });

  it("is lost while Langflow is gone, says so, and gets its end when Langflow is there again", async () => {
    const id = await make("Long press", ["import asyncio", "await asyncio.sleep(60)"]);
    const running = run("Long press", "--input", "cider", "--json");
    await until(() => open().length > 0);
    // One that still waits in Langflow's queue would wait there for ever after its restart.
    await until(async () => (await job(await kept())).status === "in_progress");
    await langflow.kill();
    const { code, stdout, stderr } = await running;
    assert.notEqual(stdout, "", stderr);
    const answer = FlowRunAnswer.parse(JSON.parse(stdout));
    assert.deepEqual([code, answer.state, answer.output], [1, "lost", null]);
    assert.match(answer.error ?? "", /Nothing answers.*The run may go on there/);
    assert.equal(open().length, 1);
    langflow = await start();
    // 45 s after its start Langflow takes a run whose worker gives no sign for lost.
    await until(() => open().length === 0, 150_000);
    const [row, ...more] = rows(id);
    assert.deepEqual([row?.outcome, more.length], ["failed", 0]);
    await assert.rejects(job(row?.trace_id ?? ""), /JOB_FAILED.*worker_lost/);
  });

  it("gives an answer of 20 MB whole", async () => {
    await make("Big press", ["self.input_value = self.input_value * 5_000_000"]);
    const { code, stdout, stderr } = await run("Big press", "--input", "cider ", "--json");
    assert.equal(code, 0, stderr);
    const { output } = FlowRunAnswer.parse(JSON.parse(stdout));
    assert.equal(output?.length, 30_000_000);
    assert.equal(output.replaceAll("cider ", ""), "");
  });
});
