import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HealthReport } from "../../../src/protocol/health.ts";
import { runCli } from "../../support/cli.ts";
import { freePort } from "../../support/freePort.ts";
import { startMailServer, startWebhook } from "../../support/receivers.ts";
import type { MailServer, Webhook } from "../../support/receivers.ts";
import { recordRuns as recordLedgerRuns } from "../../support/ledgerRuns.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("The commands health and alerts", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let data: string;
  let server: RunningServer | undefined;
  let webhook: Webhook | undefined;
  let mail: MailServer | undefined;
  const cli = (...args: string[]) => runCli([...args, "--workspace", workspace.folder, "--data", data]);
  const report = async () => HealthReport.parse(JSON.parse((await cli("health", "--json")).stdout));

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    await server?.stop();
    await webhook?.close();
    await mail?.close();
    server = webhook = mail = undefined;
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  /** A run of this moment, as another process records it: 30 cents. */
  async function recordRun() {
    const facts = { flowId: "f1", flowName: "Cider report", startedAt: new Date() };
    const usage = { reported: true, models: [{ model: "gpt-4o", inputTokens: 120_000, outputTokens: 0 }] } as const;
    await recordLedgerRuns(data, [{ id: randomUUID(), ...facts, usage }]);
  }

  it("say that no server runs", async () => {
    for (const args of [["health"], ["alerts", "list"]]) {
      const { code, stderr } = await cli(...args);
      assert.deepEqual([code, stderr], [2, "No server is running for this folder: start `serve` first.\n"]);
    }
  });

  it("refuse an address with a password, and a secret file that is missing", async () => {
    const env = { LFC_ALERTS_WEBHOOK: "https://ann:pear@example.com/" };
    const refused = await runCli(["serve", "--workspace", workspace.folder, "--data", data], env);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^LFC_ALERTS_WEBHOOK must be an address such as https:\/\/alerts\.example\.com\/hook/);
    const file = path.join(data, "none");
    const missing = { LFC_ALERTS_MAIL_PASSWORD_FILE: file };
    const { code, stderr } = await runCli(["serve", "--workspace", workspace.folder, "--data", data], missing);
    assert.deepEqual(
      [code, stderr],
      [1, `The file ${file} can't be read. Write the secret into it as one line, or name another file.\n`],
    );
  });

  it("show a budget that is really used up, which is delivered once to a webhook that was down and to a mail server", async () => {
    await recordRun();
    assert.equal((await cli("budget", "set", "team", "--limit", "0.25", "--period", "month", "--hard")).code, 0);
    const port = await freePort();
    mail = await startMailServer({
      authOptional: false,
      onAuth({ username, password }, _, done) {
        if (username === "lfc" && password === "plum password") done(null, { user: username });
        else done(new Error("Invalid login"));
      },
    });
    const [secret, password] = [path.join(data, "secret"), path.join(data, "password")];
    await writeFile(secret, "pear-tree-secret\n", { mode: 0o600 });
    await writeFile(password, "plum password\n", { mode: 0o600 });
    server = await startServer({
      folders: [workspace.folder],
      data,
      env: {
        LFC_ALERTS_WEBHOOK: `http://127.0.0.1:${String(port)}/hook/apple`,
        LFC_ALERTS_WEBHOOK_SECRET_FILE: secret,
        LFC_ALERTS_MAIL_SERVER: mail.url,
        LFC_ALERTS_MAIL_USER: "lfc",
        LFC_ALERTS_MAIL_PASSWORD_FILE: password,
        LFC_ALERTS_MAIL_FROM: "lfc@orchard.example",
        LFC_ALERTS_MAIL_TO: "ann@orchard.example",
      },
    });
    const ready = await fetch(new URL("/ready", server.url));
    assert.deepEqual([ready.status, await ready.json()], [200, { status: "ready" }]);
    const { mails } = mail;
    const budgetMails = () => mails.filter(({ text }) => text.includes("Rule: budget (team)"));
    await until(() => budgetMails().length === 1, 60_000);
    assert.equal(budgetMails()[0]?.user, "lfc");

    // The webhook is down.
    const before = await report();
    assert.equal(before.status, "error");
    const webhookStatus = before.deliveries.find(({ channel }) => channel === "webhook");
    assert.equal(webhookStatus?.last?.outcome, "retrying");
    assert.equal(webhookStatus.target, `127.0.0.1:${String(port)}`);
    const alert = before.alerts.find(({ rule }) => rule === "budget") ?? assert.fail();
    assert.equal(alert.message, 'The budget "team" is used up: $0.3 of $0.25 spent this month.');
    webhook = await startWebhook({ port });
    const { posts } = webhook;
    const budgetPosts = () => posts.filter(({ body }) => body.alert["rule"] === "budget");
    await until(() => budgetPosts().length === 1, 60_000);
    assert.equal(budgetPosts()[0]?.headers.authorization, "Bearer pear-tree-secret");

    const text = await cli("health");
    assert.equal(text.code, 1);
    assert.match(text.stdout, /^Status: error\. Langflow Connect /);
    assert.match(text.stdout, /\nLangflow: off\nMachine: /);
    assert.match(text.stdout, / error {2}The budget "team" is used up: \$0\.3 of \$0\.25 spent this month\. /);
    assert.match(text.stdout, / mail to 127\.0\.0\.1:\d+: budget fired delivered at /);

    // Silenced, it is listed, and its end is not delivered.
    assert.equal((await cli("alerts", "list")).code, 1);
    const silence = await cli("alerts", "silence", alert.id, "--for", "2h");
    assert.equal(silence.code, 0);
    assert.match(silence.stdout, / error, silenced until \d{4}-\d\d-\d\d \d\d:\d\d {2}The budget "team" is used up/);
    const listed = await cli("alerts", "list");
    assert.doesNotMatch(listed.stdout, /budget.*\n.*budget/);
    assert.equal((await cli("budget", "remove", "team")).code, 0);
    await until(async () => (await report()).alerts.every(({ rule }) => rule !== "budget"), 60_000);
    assert.equal(budgetPosts().length, 1);
    assert.equal((await cli("alerts", "silence", alert.id, "--for", "0m")).code, 0);
    await until(() => budgetPosts().length === 2 && budgetMails().length === 2);
    assert.deepEqual(
      budgetPosts().map(({ body }) => body.key),
      [`${alert.id}.fired`, `${alert.id}.resolved`],
    );

    const wrong = await cli("alerts", "silence", "pear");
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^There is no alert and no rule "pear"\. Give an id that `alerts list` shows, or a rule: /,
    );
    assert.equal((await cli("alerts", "silence", "disk", "--for", "forever")).code, 2);
    assert.equal((await cli("alerts", "silence", "disk", "--for", "31d")).code, 2);

    const commandLine = await readFile(`/proc/${String(server.pid)}/cmdline`, "utf8").catch(() => "");
    const seen = [server.log(), text.stdout, listed.stdout, commandLine];
    for (const one of seen) assert.doesNotMatch(one, /pear-tree-secret|plum password|hook\/apple/);
  });

  it("are about a server whose /ready says 503 while its ledger cannot be written", async () => {
    // A file where the folder should be.
    await writeFile(path.join(data, "ledger"), "");
    const started = (server = await startServer({ folders: [workspace.folder], data }));
    await fetch(new URL("/api/v1/tools/call", started.url), {
      method: "POST",
      headers: { authorization: `Bearer ${started.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "read_file", arguments: { path: "pear.txt" } },
      }),
    });
    await until(async () => (await fetch(new URL("/ready", started.url))).status === 503, 30_000);
    const ready = await fetch(new URL("/ready", started.url));
    assert.deepEqual(await ready.json(), { status: "not ready" });
    assert.deepEqual(await (await fetch(new URL("/health", started.url))).json(), { status: "ok" });
    const { status, modules } = await report();
    assert.equal(status, "error");
    assert.equal(modules.find(({ name }) => name === "ledger")?.state, "failing");
  });
});
