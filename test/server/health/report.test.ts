import assert from "node:assert/strict";
import type { HealthReport } from "../../../src/protocol/health.ts";
import { createHealth } from "../../../src/server/health/health.ts";
import type { HealthOptions } from "../../../src/server/health/health.ts";
import type { Machine } from "../../../src/server/health/machine.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { createMetrics } from "../../../src/server/platform/metrics.ts";
import { minutes, testClock } from "./clock.ts";

const services: HealthOptions["services"] = {
  link: () => ({ state: "off", warnings: [] }),
  ledger: () => ({ state: "writing", unsaved: 0, lost: 0, errors: 0 }),
  budgets: () => Promise.resolve([]),
  anomalies: () => Promise.resolve({}),
  tools: () => 3,
};

describe("The report of health", () => {
  const metrics = createMetrics();

  async function reported(
    changed: Partial<HealthOptions["services"]> = {},
    more: Partial<HealthOptions> & {
      readonly loopMs?: number;
      before?(health: ReturnType<typeof createHealth>): void;
    } = {},
  ): Promise<HealthReport & { ready: boolean }> {
    const { loopMs = 1, before, ...options } = more;
    const clock = testClock();
    const machine: Machine = {
      cpu: () => 0.5,
      memory: () => Promise.resolve({ used: 30, total: 100 }),
      disk: () => Promise.resolve({ used: 60, total: 100 }),
      processMemory: () => 5,
      eventLoopDelayMs: () => loopMs,
      dispose: () => undefined,
    };
    const health = createHealth({
      memory: { limitMb: 1e6, release: () => Promise.resolve(false) },
      folder: "/nowhere",
      workspace: "pears",
      version: "1.2.3",
      network: {},
      log: createLogger(() => undefined),
      metrics,
      isOwner: () => true,
      now: clock.now,
      services: { ...services, ...changed },
      machine,
      ...options,
    });
    try {
      clock.pass(minutes(2));
      before?.(health);
      return { ...(await health.report()), ready: health.isReady() };
    } finally {
      await health.dispose();
    }
  }

  it("is ok while nothing is wrong", async () => {
    const { modules, ...report } = await reported();
    assert.deepEqual(
      modules.map(({ name, state }) => `${name} ${state}`),
      ["tools ok", "ledger ok", "langflow off", "alerts off"],
    );
    assert.deepEqual(report, {
      ready: true,
      status: "ok",
      version: "1.2.3",
      startedAt: "2026-11-01T00:00:00.000Z",
      uptimeSeconds: 120,
      link: { state: "off", warnings: [] },
      machine: {
        at: "2026-11-01T00:02:00.000Z",
        cpu: 0.5,
        memory: { used: 30, total: 100 },
        processMemory: 5,
        disk: { used: 60, total: 100 },
        eventLoopDelayMs: 1,
        calls: 0,
        failedCalls: 0,
        callMs: 0,
      },
      memory: { limit: 1e6 * 1024 ** 2, releases: 0 },
      calls: { windowSeconds: 600, calls: 0, failed: 0, tools: [] },
      alerts: [],
      deliveries: [],
      forecasts: [],
      recommendations: [],
    });
    const text = metrics.text();
    for (const line of ["lfc_machine_cpu_ratio 0.5", "lfc_machine_memory_ratio 0.3", "lfc_disk_used_ratio 0.6"]) {
      assert.ok(text.includes(`${line}\n`), line);
    }
  });

  const problem = { message: "It is broken.", remedy: "Repair it." };
  const mailServer = {
    webhook: "",
    mailServer: "smtp://127.0.0.1",
    mailFrom: "",
    mailTo: "a@example.com",
    mailUser: "",
  };
  const cases: readonly (readonly [string, boolean, () => ReturnType<typeof reported>])[] = [
    ["tools", false, () => reported({ tools: () => 0 })],
    [
      "ledger",
      false,
      () => reported({ ledger: () => ({ state: "failing", unsaved: 1, lost: 0, errors: 1, problem }) }),
    ],
    ["langflow", true, () => reported({ link: () => ({ state: "failed", warnings: [], problem }) })],
    ["alerts", true, () => reported({}, { channels: mailServer })],
  ];
  for (const [name, isReady, report] of cases) {
    it(`is an error while the module ${name} fails, with what to do`, async () => {
      const { status, modules, recommendations, ready } = await report();
      const failing = modules.filter(({ state }) => state === "failing");
      assert.deepEqual([status, failing.map((module) => module.name), ready], ["error", [name], isReady]);
      assert.deepEqual(recommendations, [failing[0]?.problem]);
      if (name === "ledger" || name === "langflow") assert.deepEqual(recommendations, [problem]);
    });
  }

  it("is a warning while an alert lasts that is not silenced", async () => {
    const full = (health: ReturnType<typeof createHealth>) => {
      for (const share of [0.95, 0.95]) health.alerts.observe("disk", share);
    };
    const lasting = await reported({}, { before: full });
    assert.deepEqual([lasting.status, lasting.alerts.map(({ rule }) => rule)], ["warning", ["disk"]]);
    const silenced = await reported(
      {},
      {
        before(health) {
          full(health);
          health.alerts.silence("disk", minutes(5));
        },
      },
    );
    assert.deepEqual([silenced.status, silenced.alerts.map(({ rule }) => rule)], ["ok", ["disk"]]);
  });

  it("recommends what to change where tools or the main thread are slow", async () => {
    const call = {
      id: "c",
      caller: { face: "cli", client: "t", principal: localUser },
      inputText: "",
      outputText: "",
    } as const;
    const { recommendations } = await reported(
      {},
      {
        loopMs: 201,
        before(health) {
          const add = (tool: string, durationMs: number, times: number) => {
            for (let at = 0; at < times; at++) {
              health.observeCall({ ...call, tool, durationMs, startedAt: new Date(), outcome: "ok" });
            }
          };
          add("search_code", 5_100, 5);
          add("read_file", 5_000, 5);
          add("find_symbol", 60_000, 4);
        },
      },
    );
    assert.deepEqual(
      recommendations.map(({ message }) => message),
      [
        "search_code takes 5.1 s on average (5 calls of the last 10 minutes).",
        "The main thread of this server answers late: 201 ms.",
      ],
    );
  });
});
