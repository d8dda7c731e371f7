import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { ServerFlowFacts } from "../../src/protocol/serverFlows.ts";
import { parseEnvironments } from "../../src/server/langflow/environments/parse.ts";
import { runCli } from "../support/cli.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { startLive, versions } from "./live.ts";
import type { Live } from "./live.ts";

const run = promisify(execFile);

describe("environments as `lfx` reads them", function () {
  this.timeout(120_000);
  let workspace: ScratchWorkspace;

  before(async () => {
    workspace = await scratchWorkspace({ "README.md": "# Orchard\n" });
  });
  after(() => workspace.remove());

  it("reads names, addresses, variables and the default of a file as `lfx` does", async () => {
    const files: Readonly<Record<string, string>> = {
      "plain.yaml": "environments:\n  a: {url: http://a, api_key_env: KEY_A}\n  b:\n    url: http://b\n",
      "default.yaml": "defaults: {environment: b}\nenvironments: {b: {url: http://b}}\n",
      "empty.yaml": "environments:\ndefaults:\n",
      "odd.yaml": "environments:\n  1: {url: http://one}\n  'on': {url: http://on}\n  1: {url: http://two}\n",
      "merged.yaml": "base: &x {api_key_env: KEY_X}\nenvironments:\n  m:\n    <<: *x\n    url: http://m\n",
      "plain.toml": '[environments.a]\nurl = "http://a"\napi_key_env = "KEY_A"\n[defaults]\nenvironment = "a"\n',
      "inline.toml": 'environments = { "a b" = { url = "http://a" } }\n',
      "init.yaml": "",
    };
    const { command, python } = realParts().langflow.versions["1.13.0"];
    const lfx = path.join(path.dirname(command), "lfx");
    await run(lfx, ["init", path.join(workspace.folder, "project"), "--no-github-actions"]);
    await run("cp", [
      path.join(workspace.folder, "project/.lfx/environments.yaml"),
      path.join(workspace.folder, "init.yaml"),
    ]);
    for (const [name, text] of Object.entries(files)) {
      if (text !== "") writeFileSync(path.join(workspace.folder, name), text);
    }
    const script = `
import json, os, sys
from pathlib import Path
from lfx.config.environments import _load_config
for name in ("KEY_A", "KEY_X", "LANGFLOW_LOCAL_API_KEY"): os.environ[name] = "value of " + name
out = {}
for name in sys.argv[1:]:
    envs, default = _load_config(Path(name))
    out[name] = [[[e.name, e.url, e.api_key] for e in envs.values()], default]
print(json.dumps(out))`;
    const names = Object.keys(files);
    const { stdout } = await run(python, ["-c", script, ...names], { cwd: workspace.folder });
    const theirs = JSON.parse(stdout) as Record<string, unknown>;
    const set = ["KEY_A", "KEY_X", "LANGFLOW_LOCAL_API_KEY"];
    for (const name of names) {
      const { all, fallback } = parseEnvironments(name, readFileSync(path.join(workspace.folder, name), "utf8"));
      const ours = all.map(({ name: each, url, keyVariable = "" }) => [
        each,
        url,
        set.includes(keyVariable) ? `value of ${keyVariable}` : null,
      ]);
      assert.deepEqual([ours, fallback ?? null], theirs[name], name);
    }
  });
});

for (const version of versions) {
  describe(`named servers with Langflow ${version}`, function () {
    this.timeout(240_000);
    let live: Live;
    let workspace: ScratchWorkspace;
    const list = (env: Readonly<Record<string, string>>, ...args: string[]) =>
      runCli(["flow", "list", ...args, "--workspace", workspace.folder, "--data", live.data], env);

    before(async () => {
      [live, workspace] = await Promise.all([startLive(version), scratchWorkspace({ "README.md": "# Orchard\n" })]);
      mkdirSync(path.join(workspace.folder, ".lfx"));
      writeFileSync(
        path.join(workspace.folder, ".lfx", "environments.yaml"),
        `environments:\n  orchard:\n    url: ${live.langflow.url}\n    api_key_env: ORCHARD_KEY\n` +
          "  nowhere:\n    url: http://127.0.0.1:1\ndefaults:\n  environment: orchard\n",
      );
    });
    after(async () => {
      await live.stop();
      await workspace.remove();
    });

    it("lists flows with project, endpoint name and exposure, from the default environment", async () => {
      const data = { nodes: [], edges: [] };
      const name = `Basket ${version}`;
      const { id, folder_id } = (await live.rest("POST", "/api/v1/flows/", {
        ...{ name, data, endpoint_name: `basket-${version.replaceAll(".", "-")}`, mcp_enabled: true },
      })) as { id: string; folder_id: string };
      const projects = (await live.rest("GET", "/api/v1/projects/")) as { id: string; name: string }[];
      const { code, stdout } = await list({ ORCHARD_KEY: live.langflow.apiKey }, "--json");
      assert.equal(code, 0);
      const found = (JSON.parse(stdout) as ServerFlowFacts[]).find((each) => each.id === id);
      assert.deepEqual(found, {
        ...{ id, name, mcp: true, a2a: false, endpointName: `basket-${version.replaceAll(".", "-")}` },
        url: `${live.langflow.url}/flow/${id}`,
        project: projects.find((each) => each.id === folder_id)?.name,
      });
      await live.rest("DELETE", `/api/v1/flows/${id}`);
    });

    it("says of the flows that Langflow publishes over A2A, and of no other, that they are", async () => {
      const data = { nodes: [], edges: [] };
      const make = async (name: string, fields: object) => {
        const flow = { ...{ name: `${name} ${version}`, data }, ...fields };
        return ((await live.rest("POST", "/api/v1/flows/", flow)) as { id: string }).id;
      };
      const ids = [
        await make("Agent", { flow_type: "agent", a2a_enabled: true }),
        await make("Agent of nobody", { flow_type: "agent", a2a_enabled: false }),
        await make("Workflow", { flow_type: "workflow", a2a_enabled: true }),
      ];
      const isOld = version === "0.7.3";
      const published = isOld ? [] : ((await live.rest("GET", "/api/v1/a2a/agents")) as { id: string }[]);
      const env = { ORCHARD_KEY: live.langflow.apiKey };
      const all = JSON.parse((await list(env, "--json")).stdout) as ServerFlowFacts[];
      assert.deepEqual(
        all.flatMap(({ id, a2a }) => (a2a ? [id] : [])),
        published.map(({ id }) => id),
      );
      assert.equal(published.length, isOld ? 0 : 1);
      const { stdout } = await list(env);
      assert.equal(/Agent \S+ {2}\(.*, A2A\)/.test(stdout), !isOld, stdout);
      for (const id of ids) await live.rest("DELETE", `/api/v1/flows/${id}`);
    });

    it("takes the named one, and says which variable a wrong key is from", async () => {
      assert.match((await list({}, "--env", "nowhere")).stderr, /127\.0\.0\.1:1/);
      const { code, stderr } = await list({ ORCHARD_KEY: "sk-wrong" }, "--env", "orchard");
      assert.equal(code, 1);
      assert.match(stderr, /refused the key .*Put a valid API key .* variable ORCHARD_KEY/);
      assert.ok(!stderr.includes("sk-wrong"));
    });
  });
}
