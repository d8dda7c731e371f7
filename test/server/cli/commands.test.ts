import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { headlessFacts, headlessSchema } from "../../../src/protocol/settings.ts";
import { runCli } from "../../support/cli.ts";
import { freePort } from "../../support/freePort.ts";
import { serverMain, startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("The command line", () => {
  let workspace: ScratchWorkspace;
  let data: string;
  let at: readonly string[];
  /** Nothing listens here. */
  let nowhere: string;

  before(async () => {
    nowhere = `http://127.0.0.1:${await freePort()}`;
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    at = ["--workspace", workspace.folder, "--data", data];
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it("ends with 2 on wrong use and says how it is used", async () => {
    for (const args of [
      [],
      ["fly"],
      ["serve", "--wings"],
      ["call"],
      ["call", "read_file", "{"],
      ["call", "read_file", "[]"],
      ["serve", "--run", "x"],
    ]) {
      const { code, stderr, stdout } = await runCli(args);
      assert.equal(code, 2, args.join(" "));
      assert.notEqual(stderr.trim(), "");
      assert.equal(stdout, "");
    }
  });

  it("tells on start the command that connects Langflow from another folder", async () => {
    const env = { ...process.env, LFC_DATA: data };
    const server = spawn(process.execPath, [serverMain, "serve", "--workspace", workspace.folder], { env });
    try {
      let said = "";
      for await (const chunk of server.stdout) {
        said += String(chunk);
        if (said.includes("Ctrl+C")) break;
      }
      const [, reported = ""] =
        /npx langflow-connect (langflow connect .*) --url http:/.exec(said) ?? assert.fail(said);
      const args = reported.split(" ").map((word) => word.replaceAll('"', ""));
      const { code, stderr } = await runCli([...args, "--url", nowhere], { LFC_DATA: data });
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(nowhere), "the server has tried");
    } finally {
      server.kill();
      await once(server, "close");
    }
  });

  it("asks for `serve` where langflow commands find no running server", async () => {
    const asked = [["connect", "--url", "http://127.0.0.1:9"], ["run", "workspace-analysis"], ["disconnect"]];
    for (const { code, stderr } of await Promise.all(asked.map((args) => runCli(["langflow", ...args, ...at])))) {
      assert.equal(code, 2);
      assert.match(stderr, /start `serve` first/);
    }
  });

  it("calls a tool in its own process when no server runs, and says so", async () => {
    const { code, stdout, stderr } = await runCli(["call", "read_file", '{"path":"pear.txt"}', ...at]);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { content: string }).content, "pear\n");
    assert.match(stderr, /in this process/);
  });

  it("waits for a long call in its own process, since a job would end with it", async () => {
    const { code, stdout } = await runCli(["call", "analyze_repository", '{"wait":0}', ...at]);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { files: number }).files, 1);
  });

  it("ends with 1 when the tool fails, with the error on stdout", async () => {
    const { code, stdout } = await runCli(["call", "read_file", '{"path":"fig.txt"}', ...at]);
    assert.equal(code, 1);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, "NOT_FOUND");
  });

  it("calls a tool in the running server of the folder", async () => {
    const server = await startServer({ folders: [workspace.folder], data });
    try {
      const { code, stdout, stderr } = await runCli(["call", "read_file", '{"path":"pear.txt"}', ...at]);
      assert.equal(code, 0);
      assert.equal((JSON.parse(stdout) as { content: string }).content, "pear\n");
      assert.equal(stderr, "");
    } finally {
      await server.stop();
    }
  });

  it("writes an endpoint file for this user only, and takes it away at the end", async () => {
    const server = await startServer({ folders: [workspace.folder], data });
    const folder = path.join(data, "endpoints");
    const [name = ""] = await readdir(folder);
    const file = path.join(folder, name);
    const entry = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    assert.deepEqual(
      { url: entry["url"], pid: entry["pid"], tokenFile: entry["tokenFile"], owner: entry["owner"] },
      { url: server.url, pid: server.pid, tokenFile: server.tokenFile, owner: true },
    );
    if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
    await server.stop();
    assert.deepEqual(await readdir(folder), []);
  });

  it("keeps port and token over a kill, and sweeps the dead entry", async () => {
    const first = await startServer({ folders: [workspace.folder], data });
    first.kill("SIGKILL");
    await first.stop();
    const second = await startServer({ folders: [workspace.folder], data });
    assert.deepEqual({ url: second.url, token: second.token }, { url: first.url, token: first.token });
    assert.equal((await readdir(path.join(data, "endpoints"))).length, 1);
    await second.stop();
  });

  it("keeps the port over a kill in the very moment in which it is reported", async () => {
    const folder = path.join(data, "endpoints");
    const reported = async () => (await readdir(folder).catch(() => [])).find((name) => name.endsWith(".json"));
    const first = startServer({ folders: [workspace.folder], data }).catch(() => undefined);
    let name: string | undefined;
    while (name === undefined) name = await reported();
    const entry = JSON.parse(await readFile(path.join(folder, name), "utf8")) as { url: string; pid: number };
    process.kill(entry.pid, "SIGKILL");
    await first;
    const second = await startServer({ folders: [workspace.folder], data });
    assert.equal(second.url, entry.url);
    await second.stop();
  });

  it("gives a second server of the same folder a port of its own, and the first one's when that ends", async () => {
    const first = await startServer({ folders: [workspace.folder], data });
    const second = await startServer({ folders: [workspace.folder], data });
    try {
      assert.notEqual(second.url, first.url);
      await first.stop();
      const deadline = performance.now() + 15_000;
      let status = 0;
      while (status !== 200 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        status = await fetch(new URL("/health", first.url)).then(
          (answer) => answer.status,
          () => 0,
        );
      }
      assert.equal(status, 200);
      assert.equal((await fetch(new URL("/health", second.url))).status, 200);
    } finally {
      await second.stop();
    }
  });

  it("refuses a port that is taken with a plain sentence", async () => {
    const first = await startServer({ folders: [workspace.folder], data });
    const { port } = new URL(first.url);
    const { code, stderr } = await runCli(["serve", "--port", port, ...at]);
    await first.stop();
    assert.equal(code, 1);
    assert.match(stderr, /^Port \d+ can't be used/);
  });

  it("does not let the endpoint's token steer the link, only the endpoint file's", async () => {
    const server = await startServer({ folders: [workspace.folder], data });
    const [name = ""] = await readdir(path.join(data, "endpoints"));
    const { control } = JSON.parse(await readFile(path.join(data, "endpoints", name), "utf8")) as { control: string };
    const ask = (token: string, path: string) =>
      fetch(new URL(path, server.url), {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "link.status" }),
      });
    assert.equal((await ask(server.token, "/api/v1/operations")).status, 401);
    assert.equal((await ask(control, "/mcp")).status, 401);
    const answer = await ask(control, "/api/v1/operations");
    assert.equal(answer.status, 200);
    assert.equal((JSON.parse(await answer.text()) as { result: { state: string } }).result.state, "off");
    await server.stop();
  });

  it("says where Langflow is missing and goes on serving", async () => {
    const server = await startServer({
      folders: [workspace.folder],
      data,
      args: ["--langflow", nowhere, "--run", "workspace-analysis"],
    });
    const status = await runCli(["langflow", "status", "--json", ...at]);
    assert.equal(status.code, 1);
    const { state, problem } = JSON.parse(status.stdout) as { state: string; problem: { message: string } };
    assert.equal(state, "failed");
    assert.match(problem.message, /Nothing answers at http:/);
    const push = await runCli(["langflow", "push", "workspace-analysis", ...at]);
    assert.equal(push.code, 1);
    assert.match(push.stderr, /Nothing answers at .* Start Langflow/);
    assert.equal((await fetch(new URL("/health", server.url))).status, 200);
    await server.stop();
  });

  it("takes no key from a file that has none", async () => {
    const key = path.join(data, "key");
    await writeFile(key, "\n");
    const server = await startServer({ folders: [workspace.folder], data });
    const args = ["langflow", "connect", "--url", "http://127.0.0.1:9", "--key-file", key];
    const { code, stderr } = await runCli([...args, ...at]);
    await server.stop();
    assert.equal(code, 1);
    assert.match(stderr, /contains no key/);
  });

  it("lists tools with their cost, and says what works here", async () => {
    const listed = JSON.parse((await runCli(["tools", "--json"])).stdout) as {
      tools: { name: string; tokens: number }[];
      defaultTokens: number;
    };
    assert.ok(listed.tools.some(({ name, tokens }) => name === "analyze_repository" && tokens > 20));
    assert.ok(listed.defaultTokens < 6_000);
    const doctor = await runCli(["doctor", "--url", nowhere, ...at]);
    assert.equal(doctor.code, 0);
    assert.match(doctor.stdout, /ok {2}Node: v/);
    assert.match(doctor.stdout, /!! {2}Langflow: Nothing answers at/);
    assert.match(doctor.stdout, /ok {2}Ledger: SQLite of Node/);
  });

  it("says which ledger engine its environment asks for, and refuses one that there is not", async () => {
    const doctor = (engine: string) => runCli(["doctor", "--url", nowhere, ...at], { LFC_STORAGE_ENGINE: engine });
    assert.match((await doctor("sqljs")).stdout, /ok {2}Ledger: sql\.js/);
    const wrong = await doctor("oracle");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /!! {2}Settings: LFC_STORAGE_ENGINE must be auto, node or sqljs/);
  });

  it("reads no environment variable that the registry of settings does not have", () => {
    const sources = globSync("src/{server,extension}/**/*.ts").map((file) => readFileSync(file, "utf8"));
    const named = new Set(sources.flatMap((text) => [...text.matchAll(/LFC_[A-Z_]+\b/g)].map(([name]) => name)));
    const known = Object.values(headlessSchema.shape).map((schema) => headlessFacts.get(schema)?.variable);
    // Set by the bundler: the version of the package, and when the extension's code began to load.
    const bundled = ["LFC_VERSION", "LFC_LOADED", "LFC_"];
    assert.deepEqual(
      [...named].filter((name) => !known.some((each) => each === name) && !bundled.includes(name)),
      [],
    );
  });
});
