// Alerts that are really caused on this machine, and really delivered. Limits and times are smaller than the product's
// where nobody could wait for them; what is measured is the machine itself.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { AlertRuleName } from "../../../src/protocol/alerts.ts";
import { alertRules } from "../../../src/server/health/alertRules.ts";
import type { AlertRules } from "../../../src/server/health/alertRules.ts";
import { createHealth } from "../../../src/server/health/health.ts";
import type { Health, HealthOptions } from "../../../src/server/health/health.ts";
import { createMachine } from "../../../src/server/health/machine.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { createMetrics } from "../../../src/server/platform/metrics.ts";
import { defineTool } from "../../../src/server/tools/runner/defineTool.ts";
import { serveTools } from "../../support/inProcess.ts";
import { freePort } from "../../support/freePort.ts";
import { startMailServer, startWebhook } from "../../support/receivers.ts";
import type { MailServer, Webhook } from "../../support/receivers.ts";
import { until } from "../../support/until.ts";

const waitMs = 60_000;

const run = promisify(execFile);

describe("An alert that is really caused", function () {
  this.timeout(3 * waitMs);
  let health: Health;
  let folder: string;
  let webhook: Webhook | undefined;
  let mail: MailServer | undefined;
  let ports: readonly [number, number];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-health-"));
    ports = [await freePort(), await freePort()];
  });
  afterEach(async () => {
    await health.dispose();
    await webhook?.close();
    await mail?.close();
    webhook = mail = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function start(rules: Partial<AlertRules>, more: Partial<HealthOptions> = {}): void {
    health = createHealth({
      memory: { limitMb: 1e6, release: () => Promise.resolve(false) },
      folder,
      workspace: "pears",
      version: "1.2.3",
      channels: {
        webhook: `http://127.0.0.1:${String(ports[0])}/`,
        mailServer: `smtp://127.0.0.1:${String(ports[1])}`,
        mailFrom: "lfc@orchard.example",
        mailTo: "ann@orchard.example",
        mailUser: "",
      },
      network: {},
      log: createLogger(() => undefined),
      metrics: createMetrics(),
      isOwner: () => true,
      now: () => new Date(),
      services: {
        link: () => ({ state: "off", warnings: [] }),
        ledger: () => ({ state: "writing", unsaved: 0, lost: 0, errors: 0 }),
        budgets: () => Promise.resolve([]),
        anomalies: () => Promise.resolve({}),
        tools: () => 1,
      },
      rules: { ...alertRules, ...rules },
      intervalMs: 100,
      firstRetryMs: 50,
      ...more,
    });
  }

  const states = (rule: AlertRuleName) =>
    health.alerts
      .list()
      .filter((alert) => alert.rule === rule)
      .map(({ resolvedAt }) => (resolvedAt === undefined ? "lasts" : "over"));
  const lasts = (rule: AlertRuleName) => until(() => states(rule).includes("lasts"), waitMs);
  const isOver = (rule: AlertRuleName) => until(() => states(rule).every((state) => state === "over"), waitMs);

  /** Both receivers come up only after the alert began. */
  async function isDelivered(rule: AlertRuleName, cause: () => Promise<void>, remedy: () => Promise<unknown>) {
    await cause();
    await lasts(rule);
    webhook = await startWebhook({ port: ports[0] });
    mail = await startMailServer({ port: ports[1] });
    const { posts } = webhook;
    const { mails } = mail;
    const postsOf = () => posts.filter(({ body }) => body.alert["rule"] === rule).map(({ body }) => body.state);
    const mailsOf = () =>
      mails.filter(({ text }) => text.includes(`Rule: ${rule}`)).map((one) => one.header("subject"));
    await until(() => postsOf().length === 1 && mailsOf().length === 1, waitMs);
    // The alert was seen by the receivers before their answers were seen here.
    await until(async () => (await health.report()).status === "warning");
    await remedy();
    await isOver(rule);
    await until(() => postsOf().length === 2 && mailsOf().length === 2, waitMs);
    assert.deepEqual(states(rule), ["over"], "one alert");
    assert.deepEqual(postsOf(), ["fired", "resolved"]);
    const { message } = health.alerts.list().find((alert) => alert.rule === rule) ?? assert.fail();
    assert.deepEqual(mailsOf(), [`[Langflow Connect] warning: ${message}`, `[Langflow Connect] over: ${message}`]);
  }

  it("cpu: by threads that spin", async () => {
    // Others may keep this machine busy, and then the alert would not end: it is judged by what this process takes of it.
    const machine = { ...createMachine(folder), cpu: ownShare() };
    start(
      { cpu: { ...alertRules.cpu, limit: 0.25, fires: { ms: 2_000 }, ends: { ms: 1_000 } } },
      { machine, intervalMs: 500 },
    );
    let threads: readonly Worker[] = [];
    await isDelivered(
      "cpu",
      () => {
        threads = Array.from({ length: 8 }, () => new Worker("for (;;);", { eval: true }));
        return Promise.resolve();
      },
      () => Promise.all(threads.map((thread) => thread.terminate())),
    );
  });

  it("memory: by a process that fills half a gigabyte", async function () {
    // Other programs take and free memory meanwhile.
    this.retries(2);
    const machine = createMachine(folder);
    const now = await machine.memory();
    await machine.dispose();
    if (!now) return this.skip();
    const limit = (now.used + 250e6) / now.total;
    start({ memory: { ...alertRules.memory, limit, fires: { ms: 1_000 }, ends: { ms: 500 } } });
    let child: ChildProcess | undefined;
    await isDelivered(
      "memory",
      () => {
        const code = "globalThis.kept = Buffer.alloc(700e6, 1); setInterval(() => undefined, 1e6);";
        child = spawn(process.execPath, ["-e", code], { stdio: "ignore" });
        return Promise.resolve();
      },
      () => Promise.resolve(child?.kill("SIGKILL")),
    );
  });

  it("disk: by a file that fills the file system of the data folder", async function () {
    this.retries(2);
    const small = await run("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", folder]).then(
      () => true,
      () => false,
    );
    try {
      // Only root can mount: elsewhere the limit is a little above what is used of the real disk.
      const machine = createMachine(folder);
      const { used = 0, total = 1 } = (await machine.disk()) ?? {};
      await machine.dispose();
      start(small ? {} : { disk: { ...alertRules.disk, limit: (used + 150e6) / total } });
      const file = path.join(folder, "large");
      await isDelivered(
        "disk",
        () => writeFile(file, Buffer.alloc(small ? 31e6 : 400e6, 1)),
        () => unlink(file),
      );
      if (!small) return;
      assert.match(health.alerts.list().find(({ rule }) => rule === "disk")?.message ?? "", / 92 % are used\.$/);
    } finally {
      if (small) await run("umount", [folder]);
    }
  });

  it("toolErrors: by calls that fail", async () => {
    start({});
    let isBroken = true;
    const tool = defineTool({
      name: "pick_pear",
      title: "Pick pear",
      toolset: "files",
      effect: "read",
      description: "Picks a pear.",
      needs: [],
      input: z.strictObject({}),
      output: z.object({ pear: z.string() }),
      handler: () => (isBroken ? Promise.reject(new Error("no ladder")) : Promise.resolve({ pear: "green" })),
    });
    const server = await serveTools([tool], health.observeCall);
    const call = async (times: number, args: object = {}) => {
      for (let at = 0; at < times; at++) {
        await fetch(new URL("/api/v1/tools/call", server.url), {
          method: "POST",
          headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
          body: JSON.stringify({
            jsonrpc: "2.0",
            id: 1,
            method: "tools/call",
            params: { name: "pick_pear", arguments: args },
          }),
        });
      }
    };
    try {
      await call(25, { color: "red" });
      await isDelivered(
        "toolErrors",
        () => call(2),
        async () => {
          isBroken = false;
          await call(175);
        },
      );
      assert.deepEqual(
        (await health.report()).calls.tools.map(({ tool: name, calls, failed }) => [name, calls, failed]),
        [["pick_pear", 202, 2]],
      );
    } finally {
      await server.close();
    }
  });
});

/** What this process, with its threads, took of all processors since the last call. */
function ownShare(): () => number {
  let [usage, time] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(usage);
    const ms = performance.now() - time;
    [usage, time] = [process.cpuUsage(), performance.now()];
    return (user + system) / 1_000 / ms / availableParallelism();
  };
}
