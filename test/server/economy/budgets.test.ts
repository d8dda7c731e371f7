import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Budget } from "../../../src/protocol/budgets.ts";
import { createBudgets } from "../../../src/server/economy/budgets.ts";
import type { Budgets } from "../../../src/server/economy/budgets.ts";
import { createBudgetStore } from "../../../src/server/economy/budgetStore.ts";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import type { Ledger } from "../../../src/server/economy/types.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import type { FlowRunRecord } from "../../../src/server/platform/call.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { createMutex } from "../../../src/server/platform/mutex.ts";

const budgetHolder = fileURLToPath(new URL("../../support/budgetHolder.ts", import.meta.url));
const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const { signal } = new AbortController();
const report = { id: "f1", name: "Report" };
const other = { id: "f2", name: "Digest" };
const readRunsOfOthers = () => Promise.resolve();
const quiet = { signal, progress: () => undefined, readRunsOfOthers };
/** Noon of a Wednesday in the middle of a month, in any zone. */
const now = new Date(2026, 5, 17, 12);

const monthly = { name: "team", limit: "1", period: "month", hard: true } as const;

interface Process {
  readonly budgets: Budgets;
  readonly ledger: Ledger;
  dispose(): Promise<void>;
}

describe("budgets", () => {
  let data: string;
  let logged: string[];
  let opened: Process[];
  let branch: string;

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-budgets-"));
    logged = [];
    opened = [];
    branch = "";
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.dispose()));
    await rm(data, { recursive: true, force: true });
  });

  /** What one process of a user has, with files that all of them share. */
  function open(engine: "node" | "sqljs" = "node", workspace = "app", given?: Ledger): Process {
    const log = createLogger((line) => logged.push(line), "debug");
    const options = { folder: path.join(data, "ledger"), engine, workspace, keepDays: 400 };
    const ledger = createLedger({ workerFile, options, log, model: () => "", head: () => noHead });
    const mutex = createMutex(path.join(data, "locks"));
    const store = createBudgetStore(path.join(data, "budgets.json"), mutex);
    const budgets = createBudgets({
      store,
      ledger: given ?? ledger,
      mutex,
      principal: localUser,
      workspace,
      head: () => ({ branch, commit: "" }),
      log,
      now: () => now,
    });
    const process = { budgets, ledger, dispose: () => ledger.dispose() };
    opened.push(process);
    return process;
  }

  const spentOf = async ({ budgets }: Process) =>
    (await budgets.list()).map(({ name, spent, left, unknownRuns }) => [name, spent, left, unknownRuns]);

  it("adds up exactly what the runs of each scope cost, and counts the runs that it cannot", async () => {
    const one = open();
    const budget = { limit: "5", period: "month", hard: false } as const;
    const scopes = {
      "1-all": undefined,
      "2-id": { kind: "flow", value: "f1" },
      "3-name": { kind: "flow", value: "Digest" },
      "4-model": { kind: "model", value: "gpt-4o" },
      "5-here": { kind: "workspace", value: "app" },
      "6-there": { kind: "workspace", value: "shop" },
      "7-langflow": { kind: "client", value: "langflow" },
      "8-editor": { kind: "client", value: "editor" },
    } as const;
    for (const [name, scope] of Object.entries(scopes)) {
      await one.budgets.set({ ...budget, name, ...(scope && { scope }) }, signal);
    }
    // 2.50 and 10 dollars a million of gpt-4o, 0.15 and 0.60 of gpt-4o-mini.
    await one.ledger.recordRun(run({ usage: used(["gpt-4o", 1, 1]) }), localUser);
    await one.ledger.recordRun(
      run({ ...flow(other), usage: used(["gpt-4o", 100_000, 0], ["gpt-4o-mini", 7, 0]) }),
      localUser,
    );
    await one.ledger.recordRun(run({ usage: used(["home-grown", 5, 5], ["gpt-4o-mini", 1_000_000, 0]) }), localUser);
    await one.ledger.recordRun(
      run({ ...flow(other), usage: { reported: false, reason: "the run did not finish" } }),
      localUser,
    );
    await one.ledger.recordRun(run({ ...flow(other), usage: used() }), localUser);
    assert.deepEqual(await spentOf(one), [
      ["1-all", "0.40001355", "4.59998645", 2],
      ["2-id", "0.1500125", "4.8499875", 1],
      ["3-name", "0.25000105", "4.74999895", 1],
      ["4-model", "0.2500125", "4.7499875", 1],
      ["5-here", "0.40001355", "4.59998645", 2],
      ["6-there", "0", "5", 0],
      ["7-langflow", "0.40001355", "4.59998645", 2],
      ["8-editor", "0", "5", 0],
    ]);
  });

  it("of a branch counts the runs that began there, and stops the next one only while it is checked out", async () => {
    const { budgets, ledger } = open();
    const pears = { ...monthly, scope: { kind: "branch", value: "try/pears" } } as const;
    await budgets.set(pears, signal);
    await budgets.set({ ...pears, name: "soft", hard: false }, signal);
    const on = (name: string) => ({ head: { branch: name, commit: "" } });
    branch = "try/pears";
    await ledger.recordRun(run({ ...on("main"), usage: used(["gpt-4o", 4_000_000, 0]) }), localUser);
    await ledger.recordRun(run({ ...on("try/pears"), usage: used(["gpt-4o", 300_000, 0]) }), localUser);
    await ledger.recordRun(run({ ...on("try/pears"), usage: used(["home-grown", 1, 0]) }), localUser);
    (await budgets.admit(report, quiet)).release();
    await ledger.recordRun(run({ ...on("try/pears"), usage: used(["gpt-4o", 100_000, 0]) }), localUser);
    assert.deepEqual(
      (await budgets.list()).map(({ name, spent, left, unknownRuns }) => [name, spent, left, unknownRuns]),
      [
        ["soft", "1", "0", 1],
        ["team", "1", "0", 1],
      ],
    );
    const failure = await failureOf(budgets.admit(other, quiet));
    assert.deepEqual(
      [failure.code, failure.message, failure.remedy],
      [
        "BUDGET_EXCEEDED",
        'The hard budget "team" stops this run: $1 of $1 spent this month, until 2026-07-01 00:00.',
        'To go on, raise it with `langflow-connect budget set team --limit AMOUNT --period month --scope "branch=try/pears" --hard`, remove it with `langflow-connect budget remove team`, check out another branch, or wait until then.',
      ],
    );
    for (const elsewhere of ["main", "try/pears2", ""]) {
      branch = elsewhere;
      const admitted = await budgets.admit(other, quiet);
      assert.deepEqual(await admitted.warnings(), []);
      admitted.release();
    }
  });

  it("counts a run in the period in which it began", async () => {
    const one = open();
    for (const period of ["day", "week", "month"] as const) {
      await one.budgets.set({ ...monthly, name: period, period, limit: "9", hard: false }, signal);
    }
    const starts = [
      new Date(2026, 5, 17),
      new Date(new Date(2026, 5, 17).getTime() - 1),
      new Date(2026, 5, 15),
      new Date(new Date(2026, 5, 15).getTime() - 1),
      new Date(2026, 5, 1),
      new Date(new Date(2026, 5, 1).getTime() - 1),
    ];
    for (const startedAt of starts)
      await one.ledger.recordRun(run({ startedAt, usage: used(["gpt-4o", 400_000, 0]) }), localUser);
    assert.deepEqual(await spentOf(one), [
      ["day", "1", "8", 0],
      ["month", "5", "4", 0],
      ["week", "3", "6", 0],
    ]);
    assert.deepEqual(
      (await one.budgets.list()).map(({ periodEnd }) => periodEnd),
      [new Date(2026, 5, 18), new Date(2026, 6, 1), new Date(2026, 5, 22)].map((end) => end.toISOString()),
    );
  });

  it("includes the rows of other processes, of either engine, and of other workspaces", async () => {
    const all = [open("node"), open("node", "shop"), open("sqljs"), open("sqljs", "shop")];
    await all[0]?.budgets.set({ ...monthly, hard: false }, signal);
    await Promise.all(
      all.map(({ ledger }) => ledger.recordRun(run({ usage: used(["gpt-4o", 40_000, 0]) }), localUser)),
    );
    for (const one of all) assert.deepEqual(await spentOf(one), [["team", "0.4", "0.6", 0]]);
  });

  it("never shows runs of another tenant", async () => {
    const one = open();
    await one.budgets.set(monthly, signal);
    await one.ledger.recordRun(run({ usage: used(["gpt-4o", 400_000, 0]) }), { name: "eve", tenant: "mill" });
    assert.deepEqual(await spentOf(one), [["team", "0", "1", 0]]);
  });

  it("stops a run once a hard budget is used up, and says by which command it goes on", async () => {
    const { budgets, ledger } = open();
    await budgets.set({ ...monthly, scope: { kind: "flow", value: "Report" } }, signal);
    await ledger.recordRun(run({ usage: used(["gpt-4o", 400_000, 0]) }), localUser);
    const failure = await failureOf(budgets.admit(report, quiet));
    assert.equal(failure.code, "BUDGET_EXCEEDED");
    assert.equal(
      failure.message,
      'The hard budget "team" stops this run: $1 of $1 spent this month, until 2026-07-01 00:00.',
    );
    assert.equal(
      failure.remedy,
      'To go on, raise it with `langflow-connect budget set team --limit AMOUNT --period month --scope "flow=Report" --hard`, remove it with `langflow-connect budget remove team`, or wait until then.',
    );
    assert.ok(logged.some((line) => line.includes("budget.exceeded")));
    (await budgets.admit(other, quiet)).release();
    await budgets.set({ ...monthly, limit: "1.000000000001" }, signal);
    (await budgets.admit(report, quiet)).release();
    await budgets.set({ ...monthly, limit: "0" }, signal);
    assert.equal((await failureOf(budgets.admit(other, quiet))).code, "BUDGET_EXCEEDED");
    await budgets.remove("team", signal);
    (await budgets.admit(report, quiet)).release();
  });

  it("stops by the hard budget of a model the flows that used it, and those of which no usage is known", async () => {
    const { budgets, ledger } = open();
    await budgets.set({ ...monthly, scope: { kind: "model", value: "gpt-4o" } }, signal);
    await ledger.recordRun(run({ usage: used(["gpt-4o", 400_000, 0]) }), localUser);
    await ledger.recordRun(run({ ...flow(other), usage: used(["gpt-4o-mini", 1, 1]) }), localUser);
    await ledger.recordRun(run({ flowId: "f3", usage: { reported: false, reason: "none" } }), localUser);
    assert.equal((await failureOf(budgets.admit(report, quiet))).code, "BUDGET_EXCEEDED");
    assert.equal((await failureOf(budgets.admit({ id: "f3", name: "Silent" }, quiet))).code, "BUDGET_EXCEEDED");
    assert.equal((await failureOf(budgets.admit({ id: "f4", name: "New" }, quiet))).code, "BUDGET_EXCEEDED");
    (await budgets.admit(other, quiet)).release();
  });

  it("warns by a soft budget, in the run's answer and in the log, and stops nothing", async () => {
    const { budgets, ledger } = open();
    await budgets.set({ ...monthly, hard: false }, signal);
    const first = await budgets.admit(report, quiet);
    assert.deepEqual(await first.warnings(), []);
    await ledger.recordRun(run({ usage: used(["gpt-4o", 400_000, 0]) }), localUser);
    const warning = ['The budget "team" is used up: $1 of $1 spent this month.'];
    assert.deepEqual(await first.warnings(), warning);
    assert.equal(logged.filter((line) => line.includes("budget.reached")).length, 1);
    const second = await budgets.admit(report, quiet);
    assert.deepEqual(await second.warnings(), warning);
  });

  it("lets 200 runs that start at once in three processes pass the limit by no more than one run's cost", async () => {
    const processes = [open(), open(), open("sqljs")];
    await processes[0]?.budgets.set({ ...monthly, limit: "0.95" }, signal);
    // The first costs 0.01 dollars, later ones up to 0.20: what a run will cost cannot be told by those before it.
    let started = 0;
    let inFlight = 0;
    let dearest = 0;
    const start = async ({ budgets, ledger }: Process) => {
      const admitted = await budgets.admit(report, quiet);
      const cents = Math.min(20, ++started);
      dearest = Math.max(dearest, cents);
      assert.equal(++inFlight, 1);
      await sleep(1);
      await ledger.recordRun(run({ usage: used(["gpt-4o", cents * 4_000, 0]) }), localUser);
      inFlight--;
      admitted.release();
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) => start(processes[at % 3] ?? assert.fail())),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    // 1 + 2 + … + 13 = 91 cents, 14 more are 105.
    assert.equal(started, 14);
    assert.equal(failures.length, 186);
    assert.ok(failures.every((failure) => failure instanceof ToolError && failure.code === "BUDGET_EXCEEDED"));
    const [[, spent] = []] = await spentOf(processes[0] ?? assert.fail());
    assert.equal(spent, "1.05");
    assert.ok(Number(spent) <= 0.95 + dearest / 100);
  });

  it("lets the next run begin once the process of the one before it was killed", async () => {
    const { budgets, ledger } = open();
    await budgets.set(monthly, signal);
    const child = spawn(process.execPath, [budgetHolder, data], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    let begun = false;
    const next = budgets.admit(report, quiet).then((admitted) => {
      begun = true;
      return admitted;
    });
    await sleep(600);
    assert.equal(begun, false);
    child.kill("SIGKILL");
    await once(child, "exit");
    const admitted = await next;
    await ledger.recordRun(run({ usage: used(["gpt-4o", 400_000, 0]) }), localUser);
    admitted.release();
    assert.equal((await failureOf(budgets.admit(report, quiet))).code, "BUDGET_EXCEEDED");
  });

  it("lets runs that no hard budget concerns go side by side", async () => {
    const { budgets } = open();
    await budgets.set({ ...monthly, scope: { kind: "flow", value: "Digest" } }, signal);
    await budgets.set({ ...monthly, name: "soft", hard: false }, signal);
    const admitted = await Promise.all([report, report, other].map((each) => budgets.admit(each, quiet)));
    for (const each of admitted) each.release();
  });

  it("says what a run waits for, and lets it be cancelled meanwhile", async () => {
    const [here, there] = [open(), open()];
    await here.budgets.set(monthly, signal);
    const first = await here.budgets.admit(report, quiet);
    for (const { budgets } of [here, there]) {
      const said: string[] = [];
      const cancel = new AbortController();
      const waiting = budgets.admit(report, {
        signal: cancel.signal,
        progress: (message) => said.push(message),
        readRunsOfOthers,
      });
      while (said.length === 0) await sleep(5);
      cancel.abort();
      assert.equal((await failureOf(waiting)).code, "CANCELLED");
      assert.deepEqual(said, ["Waiting for another run: with the hard budget team, runs go one after the other"]);
    }
    const next = [here, there].map(({ budgets }) => budgets.admit(report, quiet).then((run) => run.release()));
    first.release();
    await Promise.all(next);
  });

  it("counts what others started until then, where a hard budget needs to know", async () => {
    const { budgets, ledger } = open();
    let reads = 0;
    const reading = {
      ...quiet,
      async readRunsOfOthers() {
        reads++;
        const foreign = { ...run({ usage: used(["gpt-4o", 400_000, 0]) }), sessionOfOther: "canvas" };
        await ledger.recordRun(foreign, localUser);
      },
    };
    await budgets.set({ ...monthly, hard: false }, signal);
    (await budgets.admit(report, reading)).release();
    assert.equal(reads, 0);
    await budgets.set(monthly, signal);
    assert.equal((await failureOf(budgets.admit(report, reading))).code, "BUDGET_EXCEEDED");
    assert.equal(reads, 1);
  });

  it("goes by the budgets as they are when the wait is over", async () => {
    const { budgets } = open();
    await budgets.set(monthly, signal);
    const first = await budgets.admit(report, quiet);
    const second = budgets.admit(report, quiet);
    await budgets.remove("team", signal);
    await budgets.set({ ...monthly, name: "next" }, signal);
    first.release();
    const acquired = await second;
    const said: string[] = [];
    const third = budgets.admit(report, { signal, progress: (message) => said.push(message), readRunsOfOthers });
    while (said.length === 0) await sleep(5);
    assert.deepEqual(said, ["Waiting for another run: with the hard budget next, runs go one after the other"]);
    acquired.release();
    (await third).release();
  });

  it("lets no run of a hard budget go while rows of the ledger are only in memory", async () => {
    const { ledger } = open();
    const full = { message: "The disk is full.", remedy: "Make room." };
    const failing = { ...ledger, status: () => ({ ...ledger.status(), unsaved: 3, problem: full }) };
    const { budgets } = open("node", "app", failing);
    await budgets.set({ ...monthly, hard: false }, signal);
    (await budgets.admit(report, quiet)).release();
    await budgets.set(monthly, signal);
    const { code, message, remedy } = await failureOf(budgets.admit(report, quiet));
    assert.equal(code, "NOT_READY");
    assert.match(message, /"team" cannot be checked: 3 rows/);
    assert.equal(remedy, "Make room. Or remove it: `langflow-connect budget remove team`.");
  });

  it("lets no run of a hard budget go while the ledger cannot be read", async () => {
    const { budgets, ledger } = open();
    await budgets.set(monthly, signal);
    await rm(path.join(data, "ledger"), { recursive: true });
    await writeFile(path.join(data, "ledger"), "a file where the folder should be");
    await ledger.recordRun(run({}), localUser);
    assert.equal((await failureOf(budgets.admit(report, quiet))).code, "NOT_READY");
  });

  it("keeps the budgets of two processes that set them at once, for this user alone", async () => {
    const all = [open(), open()];
    const names = Array.from({ length: 20 }, (_, at) => `budget-${String(at + 10)}`);
    await Promise.all(
      names.map((name, at) => (all[at % 2] ?? assert.fail()).budgets.set({ ...monthly, name }, signal)),
    );
    for (const { budgets } of all)
      assert.deepEqual(
        (await budgets.list()).map(({ name }) => name),
        names,
      );
    assert.equal((await failureOf(open().budgets.remove("other", signal))).code, "NOT_FOUND");
  });

  describe("a damaged file", () => {
    const good: Budget = monthly;
    const damaged = {
      "that is empty": "",
      "that was cut off": `{"budgets":[{"name":"te`,
      "that has another form": JSON.stringify([good]),
      "with a limit that is no amount": JSON.stringify({ budgets: [{ ...good, limit: "one" }] }),
      "with a field that does not exist": JSON.stringify({ budgets: [{ ...good, hrd: true }] }),
      "with a name twice": JSON.stringify({ budgets: [good, good] }),
    };
    for (const [about, text] of Object.entries(damaged)) {
      it(`is named, stays as it is, and lets no run go: one ${about}`, async () => {
        const { budgets } = open();
        const file = path.join(data, "budgets.json");
        await writeFile(file, text);
        for (const work of [
          () => budgets.list(),
          () => budgets.set(good, signal),
          () => budgets.admit(report, quiet),
        ]) {
          const failure = await failureOf(work());
          assert.equal(failure.code, "INVALID_BUDGETS");
          assert.ok(failure.message.startsWith(`The file of budgets ${file} is damaged: `), failure.message);
          assert.match(failure.remedy, /^Correct it, or remove it/);
        }
        assert.equal(await readFile(file, "utf8"), text);
      });
    }
  });
});

async function failureOf(work: Promise<unknown>): Promise<ToolError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof ToolError, `nothing was refused: ${String(failure)}`);
  return failure;
}

function flow({ id, name }: { id: string; name: string }) {
  return { flowId: id, flowName: name };
}

function used(...models: readonly (readonly [string, number, number])[]): FlowRunRecord["usage"] {
  return {
    reported: true,
    models: models.map(([model, inputTokens, outputTokens]) => ({ model, inputTokens, outputTokens })),
  };
}

function run(facts: Partial<FlowRunRecord>): FlowRunRecord {
  return {
    id: randomUUID(),
    ...flow(report),
    server: "http://127.0.0.1:7860",
    startedAt: now,
    durationMs: 1000,
    outcome: "ok",
    usage: { reported: false, reason: "not reported by this version" },
    ...facts,
  };
}
