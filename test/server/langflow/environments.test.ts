import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse as parseToml } from "smol-toml";
import { chooseServer } from "../../../src/server/cli/chooseServer.ts";
import { findEnvironments } from "../../../src/server/langflow/environments/environments.ts";
import { parseEnvironments } from "../../../src/server/langflow/environments/parse.ts";
import { createLinkStore } from "../../../src/server/langflow/linkStore.ts";
import { dataFiles } from "../../../src/server/platform/dataFolder.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { openRoots, rootsHash } from "../../../src/server/workspace/paths/roots.ts";
import { runCli } from "../../support/cli.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const yaml = ".lfx/environments.yaml";
const toml = ".lfx/environments.toml";

describe("The environments file", () => {
  let workspace: ScratchWorkspace;
  const at = (...names: string[]) => path.join(workspace.folder, ...names);
  const run = (...args: string[]) => runCli(["environments", ...args, "--workspace", workspace.folder]);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "README.md": "# Orchard\n" });
  });
  afterEach(() => workspace.remove());

  it("reports each fault with its line and what to do", () => {
    const faults: readonly [path: string, text: string, message: RegExp][] = [
      [yaml, "environments:\n  local:\n   - url", /line 2: .* must give the environment local a url/],
      [yaml, "environments:\n  local:\n    api_key_env: A\n", /line 2: .* has no url for the environment local/],
      [yaml, "environments:\n  local:\n    url:\n", /line 3: .* has no url for the environment local/],
      [yaml, "environments:\n  local:\n    url: a\n    api_key_env: [A]\n", /line 4: .* api_key_env of local/],
      [yaml, "environments:\n  local: {url: a\n\n", /line \d+: the file is not valid YAML/],
      [yaml, "# nothing\nenvironments: [local]\n", /line 2: .* by name/],
      [yaml, "- local\n", /line 1: .* no environments/],
      [toml, '[environments.local]\nurl = "a"\nurl = "b"\n', /line 3: the file is not valid TOML/],
      [toml, '\n[environments.local]\nurl = ""\n', /line 3: .* has no url for the environment local/],
      [toml, '\n[environments.local]\napi_key_env = "A"\n', /line 2: .* has no url for the environment local/],
    ];
    for (const [file, text, message] of faults) {
      assert.throws(
        () => parseEnvironments(file, text),
        (error) => {
          assert.ok(error instanceof ToolError, text);
          assert.equal(error.code, "INVALID_ENVIRONMENTS");
          assert.match(error.message, message);
          assert.notEqual(error.remedy, "");
          return true;
        },
        text,
      );
    }
  });

  it("is found in the folder and in those above it, up to the one with .git", async () => {
    write(yaml, "environments: {top: {url: 'http://127.0.0.1:1'}}\n");
    mkdirSync(at("deep", "er"), { recursive: true });
    const names = async (...folder: string[]) => (await findEnvironments(at(...folder)))?.all.map(({ name }) => name);
    assert.deepEqual(await names("deep", "er"), ["top"]);
    write("deep/.lfx/environments.toml", '[environments.near]\nurl = "http://127.0.0.1:2"\n');
    assert.deepEqual(await names("deep", "er"), ["near"]);
    mkdirSync(at("deep", "er", ".git"));
    assert.deepEqual(await names("deep", "er"), undefined);
    // That of a worktree.
    mkdirSync(at("tree"));
    writeFileSync(at("tree", ".git"), "gitdir: elsewhere\n");
    assert.deepEqual(await names("tree"), undefined);
  });

  it("counts in a folder above only when it is the user's own", async function () {
    const { getuid } = process;
    if (!getuid) return this.skip();
    write(yaml, "environments: {top: {url: 'http://127.0.0.1:1'}}\n");
    mkdirSync(at("deep"));
    process.getuid = () => getuid() + 1;
    try {
      assert.equal(await findEnvironments(at("deep")), undefined);
      assert.ok(await findEnvironments(workspace.folder));
    } finally {
      process.getuid = getuid;
    }
  });

  it("gives no key to its default when nobody named that, unless it is here or the last Langflow", async () => {
    const data = at("data");
    const given = { workspace: [workspace.folder], keyFile: undefined };
    const lead = (url: string) =>
      write(yaml, `environments: {far: {url: "${url}", api_key_env: PATH}}\ndefaults: {environment: far}\n`);
    lead("https://pears.example");
    for (const more of [{}, { keyFile: at("key") }, { user: "perry" }]) {
      await assert.rejects(
        chooseServer({ ...given, ...more }, data),
        (error) =>
          error instanceof ToolError && error.code === "ENVIRONMENT_NOT_NAMED" && /--env far/.test(error.remedy),
      );
    }
    const key = process.env["PATH"];
    const chosen = { url: "https://pears.example", apiKey: key };
    assert.deepEqual((await chooseServer({ ...given, env: "far" }, data))?.address, chosen);
    const links = createLinkStore(dataFiles(data, rootsHash(await openRoots(given.workspace))).link);
    await links.write({ url: "https://pears.example", flows: {} });
    assert.deepEqual((await chooseServer(given, data))?.address, chosen);
    lead("https://plums.example");
    await assert.rejects(chooseServer(given, data), /plums\.example/);
    lead("http://localhost:7860");
    assert.equal((await chooseServer(given, data))?.address.url, "http://localhost:7860");
  });

  it("gets an environment by a command, and keeps comments and the other entries", async () => {
    const { code } = await run("add", "local", "--url", "http://127.0.0.1:7860/flow/1", "--default");
    assert.equal(code, 0);
    write(yaml, readFileSync(at(yaml), "utf8").replace("  local:", "  # mine\n  local:"));
    const { stdout } = await run("add", "stage", "--url", "https://pears.example", "--api-key-env", "PEARS_KEY");
    assert.match(stdout, /local {2}http:\/\/127\.0\.0\.1:7860 {2}\(default\)\nstage .*key in PEARS_KEY/);
    const text = readFileSync(at(yaml), "utf8");
    assert.match(text, /# mine\n {2}local:/);
    assert.match(text, /stage:\n {4}url: https:\/\/pears\.example\n {4}api_key_env: PEARS_KEY\n/);
  });

  it("loses an environment by a command, also as its default, and keeps the rest", async () => {
    const rest = "# ours\nenvironments:\n  # here\n  local:\n    url: http://127.0.0.1:1\n";
    write(yaml, `${rest}  1:\n    url: http://one\n  stage:\n    url: http://pears\ndefaults:\n  environment: stage\n`);
    const { code, stdout } = await run("remove", "stage");
    assert.equal(code, 0);
    assert.match(stdout, /:\n1 {2}http:\/\/one\nlocal {2}http:\/\/127\.0\.0\.1:1\n$/);
    assert.equal((await run("remove", "1")).code, 0);
    assert.ok(readFileSync(at(yaml), "utf8").startsWith(rest), readFileSync(at(yaml), "utf8"));
    const left = await findEnvironments(workspace.folder);
    assert.deepEqual([left?.all.map(({ name }) => name), left?.fallback], [["local"], undefined]);
    const before = readFileSync(at(yaml), "utf8");
    const unknown = await run("remove", "stage");
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /has no environment stage\. It has local\./);
    assert.equal((await run("remove", "local", "--url", "http://pears")).code, 2);
    assert.equal((await run("remove")).code, 2);
    assert.equal(readFileSync(at(yaml), "utf8"), before);
    assert.equal((await run("remove", "local")).code, 0);
    assert.match((await run()).stdout, /^\.lfx\/environments\.yaml:\n$/);
    const used = "environments:\n  a: &x\n    url: http://a\n  b: *x\n";
    write(yaml, used);
    assert.match((await run("remove", "a")).stderr, /in other entries .* so it was not removed\. Remove it by hand/);
    assert.equal(readFileSync(at(yaml), "utf8"), used);
  });

  it("removes every entry of the name, as it is read, and refuses what it would not remove or change", async () => {
    const two = "environments:\n  a:\n    url: http://one\n  b:\n    url: http://b\n  a:\n    url: http://two\n";
    write(yaml, two);
    const added = await run("add", "a", "--url", "http://three");
    assert.match(added.stderr, /has a in a form that no command can change, so it was not changed\. Change it by hand/);
    assert.equal(readFileSync(at(yaml), "utf8"), two);
    assert.match((await run("remove", "a")).stdout, /:\nb {2}http:\/\/b\n$/);
    // Python's library reads it as a truth value.
    write(yaml, "environments:\n  on:\n    url: http://one\n  off:\n    # here\n    url: http://off\n");
    assert.equal((await run("remove", "true")).code, 0);
    assert.equal(readFileSync(at(yaml), "utf8"), "environments:\n  off:\n    # here\n    url: http://off\n");
    await run("add", "on", "--url", "http://on");
    assert.deepEqual((await findEnvironments(workspace.folder))?.all.map(({ name }) => name).sort(), ["false", "on"]);
    const base = "base: &base\n  a:\n    url: http://one\n";
    for (const listed of ["environments:\n  <<: *base\n  b:\n    url: http://b\n", "environments: *base\n"]) {
      write(yaml, base + listed);
      const refused = await run("remove", "a");
      assert.deepEqual([refused.code, readFileSync(at(yaml), "utf8")], [1, base + listed]);
      assert.match(refused.stderr, /so it was not removed\. Change it by hand/);
    }
    assert.match((await run("add", "c", "--url", "http://c")).stderr, /so it was not changed\. Change it by hand/);
  });

  it("gets an environment as a new table of a TOML file, whose entries are not changed", async () => {
    write(toml, '# mine\n[environments.local]\nurl = "http://127.0.0.1:7860"\n');
    await run("add", "stage", "--url", "https://pears.example", "--default");
    const text = readFileSync(at(toml), "utf8");
    assert.match(text, /^# mine\n/);
    assert.deepEqual(JSON.parse(JSON.stringify(parseToml(text))), {
      environments: { local: { url: "http://127.0.0.1:7860" }, stage: { url: "https://pears.example" } },
      defaults: { environment: "stage" },
    });
    assert.match((await run("remove", "stage")).stderr, /not changed by a command/);
    const again = await run("add", "stage", "--url", "https://plums.example");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /not changed by a command/);
    assert.equal(readFileSync(at(toml), "utf8"), text);
  });

  it("is wrong use together with --url, and a key in the file is refused", async () => {
    write(yaml, "environments:\n  local:\n    url: http://127.0.0.1:1\n    api_key: sk-in-the-file\n");
    const flow = (...args: string[]) => runCli(["flow", "list", ...args, "--workspace", workspace.folder]);
    assert.equal((await flow("--env", "local", "--url", "http://127.0.0.1:1")).code, 2);
    const { code, stderr } = await flow("--env", "local");
    assert.equal(code, 1);
    assert.match(stderr, /environment local has its API key in the file.*api_key_env/);
    assert.ok(!stderr.includes("sk-in-the-file"));
    assert.match((await flow("--env", "stage")).stderr, /has no environment stage. It has local/);
  });
});
