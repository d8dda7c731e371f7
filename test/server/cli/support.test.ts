import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { createRecentLog } from "../../../src/server/platform/recentLog.ts";
import { createSupportText } from "../../../src/server/platform/supportText.ts";
import { runCli } from "../../support/cli.ts";
import { startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

/** Made up; each is planted where its kind turns up. */
const planted = {
  webhookKey: "T0PEAR/B0PLUM/quince77",
  mailUser: "ann-of-the-orchard",
  mailAddress: "ann@orchard.example",
  urlPassword: "medlar-pass-41",
  queryToken: "sloe-token-93",
  plainWord: "damson8damson",
  fieldValue: "russet-value-55",
  githubKey: `ghp_${"k".repeat(36)}`,
  bearer: "bearer-bullace-12345",
};
const anyOf = new RegExp(
  Object.values(planted)
    .map((secret) => secret.replaceAll("/", "\\/"))
    .join("|"),
);

describe("The command support", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-support-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function unpack(file: string): ReadonlyMap<string, string> {
    const to = path.join(folder, "unpacked");
    mkdirSync(to);
    execFileSync("tar", ["-xzf", file, "-C", to]);
    return new Map(readdirSync(to).map((name) => [name, readFileSync(path.join(to, name), "utf8")]));
  }

  it("writes what a case needs of a running server, without secrets and paths of the user's folders", async () => {
    const workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    const data = path.join(folder, "orchard-data");
    const env = {
      HOME: folder,
      LFC_ALERTS_WEBHOOK: `https://hooks.example.com/services/${planted.webhookKey}`,
      LFC_ALERTS_MAIL_USER: planted.mailUser,
      LFC_ALERTS_MAIL_FROM: planted.mailAddress,
    };
    mkdirSync(data);
    // The server's warning quotes the unknown key of the damaged file.
    writeFileSync(
      path.join(data, "budgets.json"),
      JSON.stringify({ budgets: [], [`password=${planted.plainWord}`]: 1 }),
    );
    const server = await startServer({ folders: [workspace.folder], data, env });
    try {
      await until(() => server.log().includes("health.budgets"), 30_000);
      assert.match(server.log(), /damson8damson/);
      const url = `http://ann:${planted.urlPassword}@127.0.0.1:9/?key=${planted.queryToken}`;
      const link = await runCli(["langflow", "connect", "--url", url, "--workspace", workspace.folder, "--data", data]);
      assert.equal(link.code, 1);
      const file = path.join(folder, "case.tar.gz");
      const args = ["support", file, "--workspace", workspace.folder, "--data", data];
      const { code, stdout, stderr } = await runCli(args, env);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const files = unpack(file);
      const names = ["health.json", "link.json", "metrics.txt", "server.log", "settings.json", "storage.json"];
      assert.deepEqual([...files.keys()].sort(), [...names, "versions.json"]);
      for (const [name, text] of files) {
        assert.match(stdout, new RegExp(`  ${name} +.*, ${String(Buffer.byteLength(text))} bytes\n`));
        assert.doesNotMatch(text, anyOf, name);
        for (const secret of [server.token, workspace.folder, data, folder]) {
          assert.ok(!text.includes(secret), `${name} contains ${secret}`);
        }
      }
      const read = (name: string) => JSON.parse(files.get(name) ?? "") as Record<string, unknown>;
      const settings = read("settings.json");
      assert.deepEqual(
        [settings["alerts.webhook"], settings["alerts.mailUser"], settings["data"]],
        ["https://hooks.example.com/***", "(set)", "<data>"],
      );
      assert.equal(read("versions.json")["node"], process.versions.node);
      assert.equal((read("storage.json")["stores"] as { file: string }[])[0]?.file, "ledger.db");
      assert.equal(typeof read("health.json")["uptimeSeconds"], "number");
      assert.notEqual(read("link.json")["state"], "connected");
      const warning = (files.get("server.log") ?? "").split("\n").find((line) => line.includes("health.budgets")) ?? "";
      assert.match(warning, /The file of budgets <data>\/budgets\.json is damaged: .*password=\*\*\*/);
      assert.match(files.get("metrics.txt") ?? "", /^# HELP /);
      const again = await runCli(args, env);
      assert.deepEqual([again.code, again.stderr], [1, `${file} exists. Name another file.\n`]);
    } finally {
      await server.stop();
      await workspace.remove();
    }
  });

  it("writes the rest without a server, and says so", async () => {
    const file = path.join(folder, "case.tar.gz");
    const args = ["support", file, "--workspace", folder, "--data", path.join(folder, "data"), "--json"];
    const { code, stdout } = await runCli(args);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { server: boolean }).server, false);
    assert.deepEqual([...unpack(file).keys()].sort(), ["settings.json", "storage.json", "versions.json"]);
    assert.equal((await runCli(["support"])).code, 2);
  });

  it("removes planted secrets from the lines of a log, in every form", () => {
    const passed: string[] = [];
    const log = createRecentLog(createLogger((line) => passed.push(line)));
    log.info("connect", { url: `https://ann:${planted.urlPassword}@langflow.example/api?key=${planted.queryToken}` });
    log.warn("request", { message: `Authorization: Bearer ${planted.bearer}`, file: "/home/ann/garden/pear.ts:3" });
    log.error("login", { password: planted.fieldValue, apiKey: planted.fieldValue, tokens: 12 });
    log.error("text", {
      message: `password=${planted.plainWord} and api_key: ${planted.plainWord}, ${planted.githubKey}`,
    });
    log.error("user", { url: `https://${planted.plainWord}@langflow.example/` });
    assert.equal(passed.length, 5);
    const clean = createSupportText([
      { path: "/home/ann", name: "~" },
      { path: "/home/ann/garden", name: "<workspace>" },
    ]);
    const text = clean.lines(log.lines());
    assert.doesNotMatch(text, anyOf);
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(lines[0]?.["url"], "https://***@langflow.example/api?***");
    assert.equal(lines[1]?.["file"], "<workspace>/pear.ts:3");
    assert.deepEqual([lines[2]?.["password"], lines[2]?.["apiKey"], lines[2]?.["tokens"]], ["***", "***", 12]);
    assert.equal(lines[3]?.["message"], "password=*** and api_key: ***, ***");
    assert.equal(clean.lines([`no JSON, token=${planted.plainWord}`]), "no JSON, token=***\n");
  });

  it("keeps the newest 1,000 lines", () => {
    const log = createRecentLog(createLogger(() => undefined));
    for (let at = 0; at < 1_002; at++) log.info(`event-${String(at)}`);
    log.debug("not kept");
    const events = log.lines().map((line) => (JSON.parse(line) as { event: string }).event);
    assert.deepEqual([events.length, events[0], events.at(-1)], [1_000, "event-2", "event-1001"]);
  });
});
