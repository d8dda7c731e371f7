import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import { createLangflowHttp } from "../../src/server/langflow/client/http.ts";
import { runInBackground } from "../../src/server/langflow/client/runs.ts";
import { ToolError } from "../../src/server/platform/errors.ts";
import { createHealth } from "../../src/server/health/health.ts";
import type { Health } from "../../src/server/health/health.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { createMetrics } from "../../src/server/platform/metrics.ts";
import { startFaultProxy } from "../support/faultProxy.ts";
import type { FaultMode, FaultProxy } from "../support/faultProxy.ts";
import type { Langflow } from "../support/langflow.ts";
import { startMailServer, startWebhook } from "../support/receivers.ts";
import { until } from "../support/until.ts";
import { startLink } from "./inProcessLink.ts";
import type { TestLink } from "./inProcessLink.ts";
import { sharedLangflow, versions } from "./live.ts";
import { askLangflow } from "./rest.ts";

/** Quick enough for a test, with the same proportions. */
const quick = { heartbeatMs: 400, slowMs: 300, requestMs: 2_000, backoffMs: [50, 100, 200, 400, 800] };

for (const version of versions) {
  describe(`Faults between us and Langflow ${version}`, function () {
    this.timeout(60_000);
    let langflow: Langflow;
    let proxy: FaultProxy;
    let test: TestLink;
    let branch = "";
    const signal = new AbortController().signal;

    const connect = (url = proxy.url) => test.link.connect({ url, apiKey: langflow.apiKey, signal });

    before(async function () {
      this.timeout(180_000);
      langflow = await sharedLangflow(version);
      await askLangflow(langflow).forgetMcpServers();
      proxy = await startFaultProxy(langflow.url);
    });
    after(async () => {
      await proxy.close();
    });
    beforeEach(async () => {
      await proxy.setMode({ kind: "pass" });
      test = await startLink("faults", quick, { head: () => ({ branch, commit: "" }) });
    });
    afterEach(async () => {
      await proxy.setMode({ kind: "pass" });
      await test.close();
    });

    it("does not take a flow that it may not run for a Langflow without background runs", async () => {
      const http = createLangflowHttp({
        base: langflow.url,
        credential: () => ({ kind: "key", value: langflow.apiKey }),
        timeoutMs: 20_000,
      });
      const run = {
        flowId: randomUUID(),
        sessionId: randomUUID(),
        input: "",
        tweaks: {},
        signal,
        progress: () => undefined,
        observe: () => undefined,
      };
      const answer = runInBackground(http, run);
      // 0.7.3 has no such route.
      if (version === "0.7.3") assert.equal(await answer, undefined);
      else await assert.rejects(answer, { code: "NOT_FOUND", remedy: /copy it in Langflow/ });
      await http.close();
    });

    const refusals: readonly { name: string; mode: FaultMode; message: RegExp; remedy: RegExp }[] = [
      {
        name: "a refused connection",
        mode: { kind: "refuse" },
        message: /Nothing answers at/,
        remedy: /Start Langflow/,
      },
      {
        name: "401",
        mode: { kind: "status", status: 401 },
        message: /refused the key \(HTTP 401\)/,
        remedy: /API key/,
      },
      {
        name: "403",
        mode: { kind: "status", status: 403, body: JSON.stringify({ detail: "Invalid or missing API key" }) },
        message: /refused the key \(HTTP 403\)/,
        remedy: /API key/,
      },
      { name: "500", mode: { kind: "status", status: 500 }, message: /failed \(HTTP 500\)/, remedy: /log/ },
      {
        name: "a web page",
        mode: { kind: "status", status: 200, body: "<html>hello</html>" },
        message: /web page|not a Langflow/,
        remedy: /Check the address/,
      },
      {
        name: "a redirect",
        mode: { kind: "status", status: 307, headers: { location: "http://127.0.0.1:9/" } },
        message: /redirects/,
        remedy: /address/,
      },
      { name: "a reset", mode: { kind: "reset" }, message: /was (reset|closed) by/, remedy: /Try again/ },
    ];
    // What happens before an answer of Langflow's own has nothing to do with its version.
    for (const { name, mode, message, remedy } of version === "1.13.0" ? refusals : []) {
      it(`says plainly what ${name} means, within 5 s, and recovers by itself`, async () => {
        await proxy.setMode(mode);
        const started = performance.now();
        await assert.rejects(connect(), (error: unknown) => {
          assert.ok(error instanceof ToolError);
          assert.match(error.message, message);
          assert.match(error.remedy, remedy);
          return true;
        });
        assert.ok(performance.now() - started < 5_000);
        assert.equal(test.link.status().state, "failed");
        assert.match(test.link.status().problem?.message ?? "", message);
        await proxy.setMode({ kind: "pass" });
        const { problem } = await test.until(({ state }) => state === "connected");
        assert.equal(problem, undefined);
      });
    }

    it("says that a wrong address is one", async () => {
      for (const url of ["http://langflow.invalid", `${langflow.url}/wrong`]) {
        const started = performance.now();
        await assert.rejects(
          connect(url),
          (error: unknown) => error instanceof ToolError && error.remedy.includes("address"),
        );
        assert.ok(performance.now() - started < 5_000);
      }
      await assert.rejects(connect("langflow"), { code: "INVALID_ARGUMENT" });
    });

    it("shows slow while an answer is late, and connected again when it came", async () => {
      await connect();
      await proxy.setMode({ kind: "delay", ms: 1_000 });
      const listing = test.flows.list(signal);
      const slow = await test.until(({ state }) => state === "slow", 900);
      assert.equal(slow.problem?.message, "Langflow is slow.");
      assert.ok(Array.isArray(await listing));
      await proxy.setMode({ kind: "pass" });
      await test.until(({ state }) => state === "connected");
    });

    it("sends one message of each change by each channel when its heartbeats take more than a second", async () => {
      const [webhook, mail] = [await startWebhook(), await startMailServer()];
      const health = healthOf(test, { webhook: webhook.url, mailServer: mail.url });
      const sent = () => ({
        posts: webhook.posts.flatMap(({ body }) => (body.alert["rule"] === rule ? [body.state] : [])),
        mails: mail.mails.flatMap((one) => (one.text.includes(`Rule: ${rule}`) ? [one.header("subject")] : [])),
      });
      const alert = () => health.alerts.list().find((one) => one.rule === rule);
      const arrived = (changes: number) =>
        until(() => sent().posts.length >= changes && sent().mails.length >= changes, 5_000);
      const heartbeats = async (number: number) => {
        for (let at = 0; at < number; at++) {
          const { lastHeartbeat } = test.link.status();
          await test.until((now) => now.lastHeartbeat !== lastHeartbeat);
        }
      };
      try {
        await connect();
        await heartbeats(2);
        assert.deepEqual(sent(), { posts: [], mails: [] });
        await proxy.setMode({ kind: "delay", ms: 1_050 });
        await test.until(() => alert() !== undefined, 15_000);
        const { message = "", remedy } = alert() ?? {};
        const seconds = Number(/^Langflow answers slowly: its last answer took (\d+\.\d) s\.$/.exec(message)?.[1]);
        assert.ok(seconds >= 1.1, message);
        await arrived(1);
        // It lasts, and nothing more is sent.
        await heartbeats(2);
        const fired = `[Langflow Connect] warning: ${message}`;
        assert.deepEqual(sent(), { posts: ["fired"], mails: [fired] });
        await proxy.setMode({ kind: "pass" });
        await test.until(() => alert()?.resolvedAt !== undefined, 15_000);
        await arrived(2);
        await heartbeats(2);
        const over = `[Langflow Connect] over: ${message}`;
        assert.deepEqual(sent(), { posts: ["fired", "resolved"], mails: [fired, over] });
        const bodies = webhook.posts.filter(({ body }) => body.alert["rule"] === rule).map(({ body }) => body);
        assert.deepEqual([...new Set(bodies.map((body) => body.alert["id"]))], [alert()?.id]);
        assert.deepEqual([...new Set(bodies.map((body) => body.alert["remedy"]))], [remedy]);
      } finally {
        await health.dispose();
        await Promise.all([webhook.close(), mail.close()]);
      }
    });

    if (version === "1.13.0") {
      it("with the times of real use, shows slow 3 s into an answer of 10 s, which is taken all the same", async function () {
        const real = await startLink("patient");
        try {
          await real.link.connect({ url: proxy.url, apiKey: langflow.apiKey, signal });
          await proxy.setMode({ kind: "delay", ms: 10_000 });
          const asked = performance.now();
          const listing = real.flows.list(signal);
          await real.until(({ state }) => state === "slow");
          const noticed = performance.now() - asked;
          assert.ok(noticed >= 2_900 && noticed < 5_000, `slow after ${noticed} ms`);
          assert.ok(Array.isArray(await listing));
          assert.ok(performance.now() - asked >= 10_000);
          await real.until(({ state }) => state === "connected");
        } finally {
          await proxy.setMode({ kind: "pass" });
          await real.close();
        }
      });

      it("with the times of real use, gives an answer up after 60 s and is connected again once one comes", async function () {
        this.timeout(120_000);
        const real = await startLink("patient");
        try {
          await real.link.connect({ url: proxy.url, apiKey: langflow.apiKey, signal });
          await proxy.setMode({ kind: "delay", ms: 65_000 }, /flows/);
          const asked = performance.now();
          await assert.rejects(real.flows.list(signal), /did not answer within 60 s/);
          const waited = performance.now() - asked;
          assert.ok(waited >= 59_900 && waited < 63_000, `given up after ${waited} ms`);
          await proxy.setMode({ kind: "pass" });
          assert.ok(Array.isArray(await real.flows.list(signal)));
          await real.until(({ state }) => state === "connected");
        } finally {
          await proxy.setMode({ kind: "pass" });
          await real.close();
        }
      });
    }

    it("gives an answer up that does not come", async () => {
      await connect();
      await proxy.setMode({ kind: "hang" });
      await assert.rejects(test.flows.list(signal), /did not answer within 2 s/);
    });

    it("tries five times to come back, then goes on at the heartbeat's pace", async () => {
      await connect();
      await proxy.setMode({ kind: "status", status: 500 });
      const before = proxy.count(/version/);
      await test.until(({ state }) => state === "failed");
      // The heartbeat that noticed it, and five attempts.
      assert.equal(proxy.count(/version/) - before, 6);
      await proxy.setMode({ kind: "pass" });
      await test.until(({ state }) => state === "connected");
      const seen = test.states.filter((state) => state !== "slow").filter((state, at, all) => state !== all[at - 1]);
      assert.deepEqual(seen, ["connecting", "connected", "reconnecting", "failed", "connected"]);
      assert.ok((test.link.status().errorRate ?? 0) > 0);
    });

    it("mends a registration that was taken out or points elsewhere", async () => {
      // Langflow itself asks the endpoint, the one that is gone too, which takes its time on a busy machine.
      await test.close();
      test = await startLink("faults", { ...quick, requestMs: 20_000 });
      const { registration } = await connect();
      const name = registration?.name ?? "";
      const entry = `${langflow.url}/api/v2/mcp/servers/${name}`;
      await fetch(entry, { method: "DELETE", headers: { "x-api-key": langflow.apiKey } });
      await proxy.setMode({ kind: "pass" });
      const put = proxy.requests.length;
      await test.until(() => proxy.requests.slice(put).some(({ method }) => method === "POST"));
      await test.until(({ state, registration: now }) => state === "connected" && now?.state === "verified");
      await test.moveEndpoint();
      await test.link.endpointChanged();
      assert.equal(test.link.status().registration?.state, "verified");
    });

    if (version === "1.13.0") {
      it("stays off when connecting was cancelled", async () => {
        await proxy.setMode({ kind: "hang" });
        const cancel = new AbortController();
        const connecting = test.link.connect({ url: proxy.url, apiKey: langflow.apiKey, signal: cancel.signal });
        setTimeout(() => cancel.abort(), 200);
        await assert.rejects(connecting, { code: "CANCELLED" });
        await proxy.setMode({ kind: "pass" });
        const asked = proxy.requests.length;
        await sleep(3 * quick.heartbeatMs);
        assert.equal(test.link.status().state, "off");
        assert.equal(proxy.requests.length, asked);
      });

      it("tells a token that Langflow did not hear of, and looks again until the tools resolve", async () => {
        await connect();
        await proxy.setMode({ kind: "status", status: 500 }, /mcp\/servers/);
        test.tellToken("lfc_wrong");
        await assert.rejects(test.link.endpointChanged());
        await proxy.setMode({ kind: "pass" });
        const { registration } = await test.until((now) => now.registration?.state === "unreachable");
        assert.match(registration?.problem ?? "", /wrong token/);
        test.tellToken();
        await test.until((now) => now.registration?.state === "verified");
      });

      it("takes its entry out of the Langflow of before, whose token is then worth nothing", async () => {
        const other = await startFaultProxy(langflow.url);
        try {
          const { registration } = await connect();
          const before = test.rotations();
          await connect(other.url);
          const removed = proxy.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);
          assert.deepEqual(removed.slice(-1), [`/api/v2/mcp/servers/${registration?.name ?? ""}`]);
          assert.equal(test.rotations(), before + 1);
          assert.equal(test.link.status().registration?.state, "verified");
          await connect(other.url);
          assert.equal(test.rotations(), before + 1);
        } finally {
          await test.link.disconnect();
          await other.close();
        }
      });

      it("says what is left in Langflow when it cannot be reached for the disconnect", async () => {
        const { registration } = await connect();
        await proxy.setMode({ kind: "refuse" });
        await assert.rejects(test.link.disconnect(), (error: unknown) => {
          assert.ok(error instanceof ToolError);
          assert.match(error.message, new RegExp(`${registration?.name ?? ""} is still there`));
          return true;
        });
        assert.equal(test.link.status().state, "off");
      });
    }

    it("tells a reset in the middle of a run, and the run after it works", async () => {
      await connect();
      await test.flows.push("workspace-analysis", { overwrite: false, signal });
      const reported: string[] = [];
      const progress = (message: string) => reported.push(message);
      await proxy.setMode({ kind: "reset", afterBytes: 20 }, eventsOf(version));
      const running = test.runs.start("workspace-analysis", { signal, progress });
      await assert.rejects(running, /was (reset|closed) by|ended the connection/);
      if (version === "1.13.0") assert.match(reported.join("\n"), /connection to Langflow was lost/);
      await proxy.setMode({ kind: "pass" });
      const run = await test.runs.start("workspace-analysis", { signal, progress });
      assert.match(run.report, /1 files, 2 lines/);
      // A run that failed is recorded again once its trace is read.
      const outcomes = new Map(test.recordedRuns.map(({ id, outcome }) => [id, outcome]));
      assert.deepEqual([...outcomes.values()], ["failed", "ok"]);
    });

    it("cancels a run in Langflow: what comes after the running tool call is not done any more", async () => {
      branch = "pears";
      await connect();
      const { id } = await test.flows.push("workspace-analysis", { overwrite: false, signal });
      test.tools.delayMs = 1_500;
      const cancel = new AbortController();
      const running = test.runs.start(id, { signal: cancel.signal, progress: () => undefined });
      while (test.tools.calls === 0) await Promise.race([sleep(20), running]);
      branch = "plums";
      cancel.abort();
      await assert.rejects(running, { code: "CANCELLED" });
      assert.equal(test.recordedRuns.at(-1)?.head?.branch, "pears", "it counts for the branch that it began on");
      assert.equal(test.recordedRuns.at(-1)?.outcome, "cancelled");
      await sleep(3_000);
      const messages = await fetch(
        `${langflow.url}/api/v1/monitor/messages?flow_id=${id}&session_id=${test.recordedRuns.at(-1)?.id ?? ""}`,
        {
          headers: { "x-api-key": langflow.apiKey },
        },
      );
      assert.deepEqual(await messages.json(), []);
    });
  });
}

const rule = "langflowLatency";

/** The product's own rules and channels, of a link. */
function healthOf({ link }: TestLink, to: { readonly webhook: string; readonly mailServer: string }): Health {
  const health = createHealth({
    memory: { limitMb: 1e6, release: () => Promise.resolve(false) },
    folder: ".",
    workspace: "pears",
    version: "1.2.3",
    channels: { ...to, mailFrom: "lfc@orchard.example", mailTo: "ann@orchard.example", mailUser: "" },
    network: {},
    log: createLogger(() => undefined),
    metrics: createMetrics(),
    isOwner: () => true,
    now: () => new Date(),
    services: {
      link: link.status,
      ledger: () => ({ state: "writing", unsaved: 0, lost: 0, errors: 0 }),
      budgets: () => Promise.resolve([]),
      anomalies: () => Promise.resolve({}),
      tools: () => 1,
    },
  });
  link.onStatus(health.observeLink);
  return health;
}

/** Where a version streams a run's events. */
function eventsOf(version: LangflowVersion): RegExp {
  return version === "1.13.0" ? /\/events/ : /\/api\/v1\/run/;
}
