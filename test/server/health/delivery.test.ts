import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Alert } from "../../../src/protocol/alerts.ts";
import { createAlerts } from "../../../src/server/health/alerts.ts";
import { createAnnouncements } from "../../../src/server/health/announcements.ts";
import type { Announcement } from "../../../src/server/health/announcements.ts";
import { createDelivery } from "../../../src/server/health/delivery.ts";
import type { Channel, Delivery } from "../../../src/server/health/delivery.ts";
import { createMail } from "../../../src/server/health/mail.ts";
import { createWebhook } from "../../../src/server/health/webhook.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { makeCertificate } from "../../support/certificates.ts";
import { freePort } from "../../support/freePort.ts";
import { startMailServer, startWebhook } from "../../support/receivers.ts";
import { until } from "../../support/until.ts";
import { minutes, testClock } from "./clock.ts";

const source = { host: "orchard", workspace: "pears", version: "1.2.3" };

const alert: Alert = {
  id: "a1",
  rule: "disk",
  severity: "warning",
  message: "The disk is nearly full: 91 %.",
  remedy: "Remove what is not needed.",
  firedAt: "2026-11-01T00:00:00.000Z",
};
const fired: Announcement = { key: "a1.fired", state: "fired", alert };
const over = { ...alert, resolvedAt: "2026-11-01T00:05:00.000Z" };
const resolved: Announcement = { key: "a1.resolved", state: "resolved", alert: over };

describe("What is announced of alerts", () => {
  function announced() {
    const clock = testClock();
    const alerts = createAlerts(clock.now);
    const announce = createAnnouncements(({ rule }) => rule !== "cpu");
    const keys: string[] = [];
    const numbers = new Map<string, number>();
    alerts.onChange((list) => {
      for (const { key, alert: of, state } of announce(list)) {
        assert.equal(key, `${of.id}.${state}`);
        if (!numbers.has(of.id)) numbers.set(of.id, numbers.size + 1);
        keys.push(`${of.rule} ${String(numbers.get(of.id))} ${state}`);
      }
    });
    const isFull = (full: boolean) => {
      for (const value of full ? [0.95, 0.95] : [0.1, 0.1]) alerts.observe("disk", value);
    };
    const pass = (ms: number) => {
      clock.pass(ms);
      alerts.tick();
    };
    return { alerts, keys, isFull, pass };
  }

  it("is each change once: fired, escalated, resolved", () => {
    const { keys, isFull, pass } = announced();
    isFull(true);
    pass(minutes(59));
    pass(minutes(1));
    isFull(true);
    pass(minutes(60));
    isFull(false);
    isFull(true);
    assert.deepEqual(keys, ["disk 1 fired", "disk 1 escalated", "disk 1 resolved", "disk 2 fired"]);
  });

  it("is nothing of what began and ended while it was silenced, and where it came to at the end of the silence", () => {
    const { alerts, keys, isFull, pass } = announced();
    isFull(true);
    alerts.silence("disk", minutes(90));
    isFull(false);
    isFull(true);
    isFull(false);
    isFull(true);
    pass(minutes(60));
    assert.deepEqual(keys, ["disk 1 fired"]);
    pass(minutes(30));
    assert.deepEqual(keys.slice(1), ["disk 1 resolved", "disk 2 escalated"]);
  });

  it("is nothing of what another server sends", () => {
    const { alerts, keys, pass } = announced();
    for (let at = 0; at < 40; at++) {
      alerts.observe("cpu", 1);
      pass(10_000);
    }
    assert.equal(alerts.list()[0]?.rule, "cpu");
    assert.deepEqual(keys, []);
  });
});

describe("The delivery of alerts", () => {
  let logged: string[];
  let delivery: Delivery | undefined;
  const closing: { close(): Promise<void> }[] = [];

  const start = (...channels: readonly Channel[]) => {
    const log = createLogger((line) => logged.push(line), "debug");
    delivery = createDelivery({ channels, log, now: () => new Date(), firstRetryMs: 20 });
    return delivery;
  };
  const last = () => delivery?.status()[0]?.last;
  const closed = <T extends { close(): Promise<void> }>(server: T): T => {
    closing.push(server);
    return server;
  };

  beforeEach(() => {
    logged = [];
  });
  afterEach(async () => {
    await delivery?.dispose();
    delivery = undefined;
    for (const server of closing.splice(0)) await server.close();
  });

  it("posts JSON with a key that stays the same, and a secret that no log has", async () => {
    const webhook = closed(await startWebhook());
    const secret = "pear-tree-secret";
    start(createWebhook({ url: webhook.url, secret, network: {}, source })).add([fired, resolved]);
    await until(() => webhook.posts.length === 2);
    assert.deepEqual(
      webhook.posts.map(({ body }) => body),
      [
        { version: 1, key: "a1.fired", state: "fired", alert, source },
        { version: 1, key: "a1.resolved", state: "resolved", alert: over, source },
      ],
    );
    const { path: at, headers } = webhook.posts[0] ?? assert.fail();
    assert.equal(at, "/hook/pear?id=7");
    assert.equal(headers["idempotency-key"], "a1.fired");
    assert.equal(headers.authorization, `Bearer ${secret}`);
    assert.equal(headers["content-type"], "application/json");
    await until(() => last()?.state === "resolved");
    assert.equal(last()?.outcome, "delivered");
    assert.equal(last()?.attempts, 1);
    assert.deepEqual(logged, []);
  });

  it("tries again while the webhook fails or does not answer, in order, and sends nothing twice that was confirmed", async () => {
    const statuses = [503, 429, 0, 204];
    const webhook = closed(await startWebhook({ answer: (post) => statuses[post] ?? 200 }));
    start(createWebhook({ url: webhook.url, network: {}, source, timeoutMs: 200 })).add([fired, resolved]);
    await until(() => last()?.state === "resolved" && last()?.outcome === "delivered");
    assert.deepEqual(
      webhook.posts.map(({ body }) => body.key),
      ["a1.fired", "a1.fired", "a1.fired", "a1.fired", "a1.resolved"],
    );
    assert.equal(logged.length, 1, "a server that is down for long does not fill the log");
  });

  it("gives up what the webhook refuses, says why without its address, and goes on", async () => {
    const webhook = closed(await startWebhook({ answer: (post) => (post === 0 ? 404 : 200) }));
    start(createWebhook({ url: webhook.url, network: {}, source })).add([fired, resolved]);
    await until(() => last()?.state === "resolved");
    assert.deepEqual(
      delivery?.status().map(({ waiting, givenUp }) => [waiting, givenUp]),
      [[0, 1]],
    );
    const { host } = new URL(webhook.url);
    assert.match(logged.join(""), new RegExp(`The webhook at ${host} answered HTTP 404\\.`));
    assert.doesNotMatch(logged.join(""), /hook\/pear|secret words/);
  });

  it("keeps a secret from a webhook without TLS on another machine", async () => {
    const url = "http://192.0.2.1/hook";
    start(createWebhook({ url, secret: "s3", network: {}, source })).add([fired]);
    await until(() => last()?.outcome === "refused");
    assert.equal(
      last()?.problem,
      "The secret of the webhook is not sent to 192.0.2.1 without TLS: use an https address.",
    );
  });

  it("keeps the last 100 messages while nothing answers", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}/`;
    start(createWebhook({ url, network: {}, source }));
    const many = Array.from({ length: 103 }, (_, at) => ({ ...fired, key: `k${String(at)}` }));
    for (const one of many) delivery?.add([one]);
    await until(() => last()?.outcome === "retrying");
    assert.equal(last()?.problem, `Nothing answers at http://127.0.0.1:${String(port)}.`);
    const webhook = closed(await startWebhook({ port }));
    await until(() => webhook.posts.length === 100 && delivery?.status()[0]?.waiting === 0);
    assert.deepEqual(
      webhook.posts.map(({ body }) => body.key),
      many.slice(3).map(({ key }) => key),
    );
    assert.equal(delivery?.status()[0]?.givenUp, 3);
  });

  const mailOptions = {
    from: "lfc@orchard.example",
    to: "ann@orchard.example, bob@orchard.example",
    network: {},
    source,
  };

  it("mails to each address after a login, as one thread, and no log has the password", async () => {
    const server = closed(
      await startMailServer({
        authOptional: false,
        onAuth({ username, password }, _, done) {
          if (username === "lfc" && password === "plum-password") done(null, { user: username });
          else done(new Error("Invalid login of plum-password"));
        },
      }),
    );
    const login = { user: "lfc", password: "plum-password" };
    start(createMail({ server: server.url, ...mailOptions, ...login })).add([fired, resolved]);
    await until(() => server.mails.length === 2);
    assert.deepEqual(
      server.mails.map((mail) => [mail.from, mail.to, mail.user, mail.header("subject"), mail.header("message-id")]),
      [
        ["lfc@orchard.example", ["ann@orchard.example", "bob@orchard.example"], "lfc"].concat([
          "[Langflow Connect] warning: The disk is nearly full: 91 %.",
          "<a1.fired@langflow-connect.invalid>",
        ]),
        ["lfc@orchard.example", ["ann@orchard.example", "bob@orchard.example"], "lfc"].concat([
          "[Langflow Connect] over: The disk is nearly full: 91 %.",
          "<a1.resolved@langflow-connect.invalid>",
        ]),
      ],
    );
    assert.equal(server.mails[1]?.header("in-reply-to"), "<a1.fired@langflow-connect.invalid>");
    assert.match(
      server.mails[0]?.text ?? "",
      /\r\nRemove what is not needed\.\r\n\r\nRule: disk\r\nSince: 2026-11-01T00:00:00\.000Z\r\nWorkspace: pears on orchard\r\n/,
    );
    await delivery?.dispose();
    start(createMail({ server: server.url, ...mailOptions, user: "lfc", password: "wrong-password" })).add([fired]);
    await until(() => last()?.outcome === "refused");
    assert.equal(last()?.problem, "The mail server 127.0.0.1 did not take the user name and password (535).");
    assert.doesNotMatch(logged.join(""), /plum-password|wrong-password/);
  });

  it("mails once the mail server is there, and gives up what it refuses", async () => {
    const port = await freePort();
    start(createMail({ server: `smtp://127.0.0.1:${String(port)}`, ...mailOptions }));
    delivery?.add([fired, { ...fired, key: "a2.fired", alert: { ...alert, id: "a2" } }, resolved]);
    await until(() => last()?.outcome === "retrying");
    assert.equal(last()?.problem, "The mail could not be given to 127.0.0.1 (ESOCKET).");
    let mails = 0;
    const server = closed(
      await startMailServer({
        port,
        onMailFrom(_, __, done) {
          mails++;
          if (mails === 1) return done(Object.assign(new Error("Later"), { responseCode: 451 }));
          if (mails === 3) return done(Object.assign(new Error("Never"), { responseCode: 550 }));
          done();
        },
      }),
    );
    await until(() => last()?.state === "resolved");
    assert.deepEqual(
      server.mails.map((mail) => mail.header("message-id")),
      ["<a1.fired@langflow-connect.invalid>", "<a1.resolved@langflow-connect.invalid>"],
    );
    assert.equal(delivery?.status()[0]?.givenUp, 1);
  });

  it("mails over TLS with an authority of the settings, and not without it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lfc-mail-"));
    try {
      const files = await makeCertificate(folder, { name: "mail" });
      const pem = { cert: await readFile(files.cert), key: await readFile(files.key) };
      for (const options of [{ secure: true }, { secure: false, disabledCommands: [] }]) {
        const server = closed(await startMailServer({ ...options, ...pem }));
        start(createMail({ server: server.url, ...mailOptions })).add([fired]);
        await until(() => last()?.outcome === "retrying");
        await delivery?.dispose();
        assert.equal(server.mails.length, 0);
        const network = { caFile: files.cert };
        start(createMail({ server: server.url, ...mailOptions, network })).add([fired]);
        await until(() => server.mails.length === 1);
        assert.equal(server.mails[0]?.secure, true);
        await delivery?.dispose();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
