import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { FlowNeed, FlowNeeds, Promotion } from "../../src/protocol/flowNeeds.ts";
import { buildFlow } from "../../src/server/flows/build.ts";
import type { FlowPlan } from "../../src/server/flows/build.ts";
import { Component } from "../../src/server/flows/model.ts";
import { runCli } from "../support/cli.ts";
import { startLangflow } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { sharedLangflow, startLive } from "./live.ts";
import type { Live } from "./live.ts";
import { askLangflow } from "./rest.ts";

type Field = Record<string, unknown>;
interface Flow {
  id: string;
  name: string;
  data: { nodes: { id: string; data: { node: { template: Record<string, Field> } } }[] };
}
type Rest = (method: string, path: string, body?: unknown) => Promise<unknown>;

const run = promisify(execFile);
const secret = "sk-plums-0123456789abcdefghij";

const at = { x: 0, y: 0 };
const plan: FlowPlan = {
  nodes: [
    { id: "TextInput-1", type: "TextInput", title: "Text", position: at },
    { id: "ChatOutput-1", type: "ChatOutput", title: "Out", position: at },
    { id: "File-1", type: "File", title: "File", position: at },
    { id: "ChatOutput-2", type: "ChatOutput", title: "Out 2", position: at },
  ],
  edges: [
    { from: "TextInput-1", to: "ChatOutput-1", field: "input_value" },
    { from: "File-1", to: "ChatOutput-2", field: "input_value" },
  ],
};
const extras: FlowPlan = {
  nodes: [
    { id: "MCPTools-1", type: "MCPTools", title: "Tools", position: at },
    { id: "Knowledge-1", type: "Knowledge", title: "Knowledge", position: at },
    { id: "RunFlow-1", type: "RunFlow", title: "Run", position: at },
    { id: "Agent-1", type: "Agent", title: "Agent", position: at },
  ],
  edges: [],
};

async function made(rest: Rest, given: { name: string; plan: FlowPlan; values?: Record<string, Field> }) {
  const all = (await rest("GET", "/api/v1/all")) as Record<string, Record<string, unknown>>;
  const catalogue = new Map(
    Object.values(all).flatMap((category) =>
      Object.entries(category).flatMap(([type, value]) => {
        const component = Component.safeParse(value);
        return component.success ? [[type, component.data] as const] : [];
      }),
    ),
  );
  const data = await buildFlow(given.plan, { catalogue, choose: () => assert.fail("no choices") });
  for (const node of data.nodes) {
    const template = (node.data.node?.template ?? {}) as Record<string, Field>;
    for (const [name, field] of Object.entries(given.values ?? {})) {
      const [id, key = ""] = name.split(".");
      if (id === node.id) template[key] = { ...template[key], ...field };
    }
  }
  return (await rest("POST", "/api/v1/flows/", { name: given.name, data })) as Flow;
}

describe("promotion between two Langflows", function () {
  this.timeout(300_000);
  let live: Live;
  let target: Langflow;
  let workspace: ScratchWorkspace;
  let there: Rest;
  const file = (...names: string[]) => path.join(workspace.folder, ...names);
  const flow = (...args: string[]) =>
    runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data], {
      KEY_HERE: live.langflow.apiKey,
      KEY_THERE: target.apiKey,
    });
  const ask = async <Answer>(...args: string[]): Promise<Answer> => {
    const { stdout, stderr, code } = await flow(...args, "--json");
    if (stdout === "") throw new Error(`flow ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Answer;
  };
  const short = (needs: readonly FlowNeed[]) => needs.map(({ kind, name, state }) => `${state} ${kind} ${name}`);
  const fieldOf = ({ data }: Flow, name: string) => {
    const [id, key = ""] = name.split(".");
    return data.nodes.find((node) => node.id === id)?.data.node.template[key];
  };
  const upload = async (name: string, text: string) => {
    const form = new FormData();
    form.append("file", new Blob([text]), name);
    const headers = { "x-api-key": live.langflow.apiKey };
    const answer = await fetch(`${live.langflow.url}/api/v2/files`, { method: "POST", headers, body: form });
    return ((await answer.json()) as { path: string }).path;
  };
  const setVariable = (rest: Rest, name: string, value: string) =>
    rest("POST", "/api/v1/variables/", { name, value, type: "Generic", default_fields: [] });

  before(async () => {
    [live, target, workspace] = await Promise.all([
      startLive("1.13.0"),
      startLangflow({ version: "1.13.0" }),
      scratchWorkspace({ "README.md": "# Orchard\n" }),
    ]);
    there = askLangflow(target).ask;
    mkdirSync(file(".lfx"));
    writeFileSync(
      file(".lfx", "environments.yaml"),
      `environments:
  here: {url: "${live.langflow.url}", api_key_env: KEY_HERE}
  there: {url: "${target.url}", api_key_env: KEY_THERE}
defaults: {environment: here}
`,
    );
  });
  after(async () => {
    await target.stop();
    await live.stop();
    await workspace.remove();
  });

  it("names what the other side lacks, brings along what it may, and the flow runs there from the API", async () => {
    await setVariable(live.rest, "PEARS", "pears from here");
    const pears = await upload("pears.txt", "a file of pears");
    const { id } = await made(live.rest, {
      name: "Pears",
      plan,
      values: {
        "TextInput-1.input_value": { load_from_db: true, value: "PEARS" },
        "File-1.path": { file_path: [pears] },
      },
    });
    const refused = await flow("promote", "Pears", "--to", "there");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /there lacks .* variable PEARS: Create the global variable there\..*--without-missing/,
    );
    assert.ok(!refused.stderr.includes("pears.txt"), "a file that is brought along stops nothing");
    assert.deepEqual(await there("GET", "/api/v2/files"), [], "nothing was written");

    await setVariable(there, "PEARS", "pears from there");
    const promoted = await ask<Promotion>("promote", id, "--to", "there");
    assert.deepEqual(
      promoted.flows.map(({ id: each, result, notes }) => [each, result, notes]),
      [[id, "created", []]],
    );
    const body = { input_value: "", input_type: "chat", output_type: "any" };
    const ran = JSON.stringify(await there("POST", `/api/v1/run/${id}?stream=false`, body));
    assert.ok(ran.includes("pears from there"), ran.slice(0, 500));
    assert.ok(ran.includes("a file of pears"), ran.slice(0, 500));
    assert.equal((await ask<Promotion>("promote", id, "--to", "there")).flows[0]?.result, "unchanged");
  });

  it("brings MCP servers without their secrets and flows that are run, and says what is left to do", async () => {
    const sub = await made(live.rest, {
      name: "Kernel",
      plan: { nodes: plan.nodes.slice(0, 2), edges: plan.edges.slice(0, 1) },
    });
    await live.rest("POST", "/api/v2/mcp/servers/press", {
      url: "http://127.0.0.1:9/mcp",
      headers: { authorization: `Bearer ${secret}` },
    });
    const { id } = await made(live.rest, {
      name: "Cider",
      plan: extras,
      values: {
        "MCPTools-1.mcp_server": {
          value: { name: "press", config: { headers: { authorization: `Bearer ${secret}` } } },
        },
        "Knowledge-1.knowledge_base": { value: "cellar" },
        "RunFlow-1.flow_name_selected": { value: "Kernel" },
        "RunFlow-1.flow_id_selected": { value: sub.id },
        "Agent-1.model": { value: [{ name: "gpt-4o", provider: "OpenAI" }] },
        "Knowledge-1.api_key": { value: secret, load_from_db: false },
      },
    });
    const refused = await flow("promote", "Cider", "--to", "there");
    assert.equal(refused.code, 1);
    for (const lacking of [/knowledge base cellar/, /key Knowledge-1\.api_key/, /model provider OpenAI/]) {
      assert.match(refused.stderr, lacking);
    }
    assert.ok(!/press|Kernel/.test(refused.stderr), "what is brought along stops nothing");

    const { needs, flows } = await ask<Promotion>("promote", "Cider", "--to", "there", "--without-missing");
    assert.deepEqual(short(needs.filter(({ carried }) => carried)), ["missing flow Kernel", "missing mcpServer press"]);
    assert.deepEqual(
      flows.map(({ name }) => name),
      ["Kernel", "Cider"],
    );
    assert.match(flows[1]?.notes.join("\n") ?? "", /press has no secrets there yet.*header authorization/);
    const entry = (await there("GET", "/api/v2/mcp/servers/press")) as { url: string; headers?: unknown };
    assert.deepEqual([entry.url, entry.headers], ["http://127.0.0.1:9/mcp", undefined]);
    const stored = (await there("GET", `/api/v1/flows/${id}`)) as Flow;
    assert.ok(!JSON.stringify(stored).includes(secret), "no secret crosses");
    assert.equal(fieldOf(stored, "RunFlow-1.flow_id_selected")?.["value"], sub.id);

    // What is typed there stays there.
    const agent = fieldOf(stored, "Knowledge-1.api_key");
    assert.ok(agent);
    agent["value"] = "sk-of-the-other-side-012345";
    await there("PATCH", `/api/v1/flows/${id}`, { data: stored.data });
    await live.rest("PATCH", `/api/v1/flows/${id}`, { description: "sweet" });
    const again = await ask<Promotion>("promote", "Cider", "--to", "there", "--without-missing");
    assert.ok(!again.needs.some(({ kind, state }) => kind === "key" && state !== "present"));
    const now = (await there("GET", `/api/v1/flows/${id}`)) as Flow & { description: string };
    assert.equal(now.description, "sweet");
    assert.equal(fieldOf(now, "Knowledge-1.api_key")?.["value"], "sk-of-the-other-side-012345");
  });

  it("stops over a change that was made there, and over a name that is taken", async () => {
    const { id } = await made(live.rest, { name: "Quince", plan });
    await ask<Promotion>("promote", id, "--to", "there");
    await there("PATCH", `/api/v1/flows/${id}`, { description: "changed there" });
    await live.rest("PATCH", `/api/v1/flows/${id}`, { description: "changed here" });
    const refused = await flow("promote", id, "--to", "there");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Quince was changed at there.*--overwrite/);
    assert.equal(((await there("GET", `/api/v1/flows/${id}`)) as { description: string }).description, "changed there");
    await ask<Promotion>("promote", id, "--to", "there", "--overwrite");
    assert.equal(((await there("GET", `/api/v1/flows/${id}`)) as { description: string }).description, "changed here");

    await made(live.rest, { name: "Medlar", plan });
    const other = await made(there, { name: "Medlar", plan });
    assert.match((await flow("promote", "Medlar", "--to", "there")).stderr, /another flow with the name Medlar/);
    const [replaced] = (await ask<Promotion>("promote", "Medlar", "--to", "there", "--overwrite")).flows;
    assert.equal(replaced?.id, other.id);
    assert.match((await flow("promote", "Medlar", "--to", "here")).stderr, /is the Langflow that the flow comes from/);
    assert.match((await flow("promote", "Nobody", "--to", "there")).stderr, /no flow "Nobody"/);
  });

  it("keeps the names of variables in git's reach: a push to a server without the flow connects them", async () => {
    await setVariable(live.rest, "PLUMS", "plums from here");
    await setVariable(live.rest, "DAMSONS", "damsons");
    const { id } = await made(live.rest, {
      name: "Plums",
      plan,
      values: {
        "TextInput-1.input_value": { load_from_db: true, value: "PLUMS" },
        "ChatOutput-1.sender_name": { load_from_db: true, value: "DAMSONS" },
      },
    });
    await flow("pull", id);
    const kept = readFileSync(file(".lfx", "needs", `${id}.json`), "utf8");
    assert.deepEqual(JSON.parse(kept), {
      variables: { "TextInput-1.input_value": "PLUMS", "ChatOutput-1.sender_name": "DAMSONS" },
    });
    const { needs } = await ask<FlowNeeds>("needs", "flows/Plums.json", "--env", "there");
    assert.deepEqual(short(needs), ["missing variable DAMSONS", "missing variable PLUMS"]);
    assert.equal((await flow("needs", "flows/Plums.json", "--env", "there")).code, 1);
    assert.equal((await flow("needs", "flows/Plums.json")).code, 0);

    await setVariable(there, "PLUMS", "plums from there");
    const { stdout } = await flow("push", "flows/Plums.json", "--env", "there");
    assert.match(stdout, /created +Plums/);
    assert.match(stdout, /no global variable DAMSONS: ChatOutput-1\.sender_name is empty/);
    const stored = (await there("GET", `/api/v1/flows/${id}`)) as Flow;
    const field = fieldOf(stored, "TextInput-1.input_value");
    assert.deepEqual([field?.["value"], field?.["load_from_db"]], ["PLUMS", true]);
    assert.equal(fieldOf(stored, "ChatOutput-1.sender_name")?.["value"], "");

    const lfx = path.join(path.dirname(realParts().langflow.versions["1.13.0"].command), "lfx");
    const server = ["--target", live.langflow.url, "--api-key", live.langflow.apiKey];
    const status = await run(lfx, ["status", ...server, "--dir", file("flows")], { cwd: workspace.folder });
    assert.match(status.stdout, /1 synced/);
    const pushed = await run(lfx, ["push", "--dir", file("flows"), ...server, "--dry-run"], { cwd: workspace.folder });
    assert.ok(!/needs/.test(pushed.stdout + pushed.stderr), "`lfx` takes the kept names for no flow");
    assert.deepEqual(readdirSync(file("flows")), ["Plums.json"]);
    rmSync(file("flows"), { recursive: true });
  });

  it("finds the flow again in a Langflow 1.7, which gives flows and files ids of its own", async () => {
    const old = await sharedLangflow("0.7.3");
    const oldRest = askLangflow(old).ask;
    writeFileSync(file("key-of-old"), old.apiKey);
    const environments = file(".lfx", "environments.yaml");
    const text = readFileSync(environments, "utf8");
    writeFileSync(environments, text.replace("environments:\n", `environments:\n  old: {url: "${old.url}"}\n`));
    const to = ["--to", "old", "--to-key-file", file("key-of-old")];
    const name = `Sloes ${Date.now()}`;
    await setVariable(live.rest, "SLOES", "sloes from here");
    const sloes = await upload("sloes.txt", "a file of sloes");
    const sub = await made(live.rest, { name: `Inner ${name}`, plan: { nodes: plan.nodes.slice(0, 2), edges: [] } });
    const { id } = await made(live.rest, {
      name,
      plan: { nodes: [...plan.nodes, ...extras.nodes.slice(2, 3)], edges: plan.edges },
      values: {
        "TextInput-1.input_value": { load_from_db: true, value: "SLOES" },
        "File-1.path": { file_path: [sloes] },
        "RunFlow-1.flow_name_selected": { value: sub.name },
        "RunFlow-1.flow_id_selected": { value: sub.id },
      },
    });
    assert.match((await flow("promote", id, ...to)).stderr, /variable SLOES/);
    await setVariable(oldRest, "SLOES", "sloes from there");
    const { flows } = await ask<Promotion>("promote", id, ...to);
    const [inner, outer] = flows;
    assert.deepEqual([inner?.result, outer?.result], ["created", "created"]);
    const stored = (await oldRest("GET", `/api/v1/flows/${outer?.id ?? ""}`)) as Flow;
    assert.notEqual(stored.id, id);
    assert.equal(fieldOf(stored, "RunFlow-1.flow_id_selected")?.["value"], inner?.id);
    assert.equal(fieldOf(stored, "TextInput-1.input_value")?.["value"], "SLOES");
    const files = (await oldRest("GET", "/api/v2/files")) as { name: string; path: string }[];
    const [carried] = fieldOf(stored, "File-1.path")?.["file_path"] as string[];
    assert.ok(carried !== sloes && files.some((each) => each.path === carried), JSON.stringify([carried, files]));

    await live.rest("PATCH", `/api/v1/flows/${id}`, { description: "bitter" });
    const again = await ask<Promotion>("promote", id, ...to);
    const last = again.flows.at(-1);
    assert.deepEqual([last?.id, last?.result], [stored.id, "updated"]);
  });
});
