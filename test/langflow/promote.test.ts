import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { FlowNeed, FlowNeeds, Promotion } from "../../src/protocol/flowNeeds.ts";
import { runCli } from "../support/cli.ts";
import { filesWith } from "../support/filesWith.ts";
import { startLangflow } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { openAndSave } from "./canvas.ts";
import { sharedLangflow, startLive } from "./live.ts";
import type { Live } from "./live.ts";
import { berries, cellar, cellarCode, extras, made, plan, runBody, shelves, startBarrel } from "./promotedFlows.ts";
import type { Field, Flow, Rest } from "./promotedFlows.ts";
import { askLangflow } from "./rest.ts";

const run = promisify(execFile);
const secret = "sk-plums-0123456789abcdefghij";

describe("promotion between two Langflows", function () {
  this.timeout(300_000);
  let live: Live;
  let target: Langflow;
  let workspace: ScratchWorkspace;
  let there: Rest;
  let barrel: Awaited<ReturnType<typeof startBarrel>>;
  const file = (...names: string[]) => path.join(workspace.folder, ...names);
  /** Answers and logs of all commands. */
  const said: string[] = [];
  const flow = async (...args: string[]) => {
    const result = await runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data], {
      KEY_HERE: live.langflow.apiKey,
      KEY_THERE: target.apiKey,
    });
    said.push(result.stdout, result.stderr);
    return result;
  };
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

  /** The environment `old`, whose Langflow all tests share. */
  const langflow17 = async () => {
    const langflow = await sharedLangflow("0.7.3");
    writeFileSync(file("key-of-old"), langflow.apiKey);
    const environments = file(".lfx", "environments.yaml");
    const text = readFileSync(environments, "utf8");
    const entry = `environments:\n  old: {url: "${langflow.url}"}\n`;
    if (!text.includes(entry)) writeFileSync(environments, text.replace("environments:\n", entry));
    const key = file("key-of-old");
    const login = ["--env", "old", "--key-file", key];
    return { rest: askLangflow(langflow).ask, login, to: ["--to", "old", "--to-key-file", key] };
  };

  before(async () => {
    [live, target, workspace, barrel] = await Promise.all([
      startLive("1.13.0"),
      startLangflow({ version: "1.13.0" }),
      scratchWorkspace({ "README.md": "# Orchard\n" }),
      startBarrel(),
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
    barrel.stop();
    await target.stop();
    await live.stop();
    await workspace.remove();
  });

  it("names what the other side lacks, brings along what it may, and the flow runs there from the API", async () => {
    await setVariable(live.rest, "PEARS", "pears from here");
    await setVariable(live.rest, "PRESS", "press from here");
    const pears = await upload("pears.txt", "a file of pears");
    await live.rest("POST", "/api/v2/mcp/servers/barrel", { url: barrel.url });
    await live.rest("POST", "/api/v1/knowledge_bases", cellar("cellar"));
    const { id: project } = (await live.rest("POST", "/api/v1/projects/", { name: "Orchard" })) as Flow;
    const parts = {
      plan: {
        nodes: [...plan.nodes, ...shelves, ...extras.nodes.slice(0, 1)],
        edges: [
          ...plan.edges,
          { from: "CustomComponent-1", to: "ChatOutput-3", field: "input_value" },
          { from: "MCPTools-1", to: "ChatOutput-4", field: "input_value" },
        ],
      },
      values: {
        "TextInput-1.input_value": { load_from_db: true, value: "PEARS" },
        "ChatOutput-1.sender_name": { load_from_db: true, value: "PRESS" },
        "File-1.path": { file_path: [pears] },
        "MCPTools-1.mcp_server": { value: { name: "barrel", config: {} }, options: ["barrel"] },
        "MCPTools-1.tool": { value: "tap", options: ["tap"], show: true },
        // Its own code reads the entry of the knowledge base: a search would need a model.
        "CustomComponent-1.code": { value: cellarCode },
        "CustomComponent-1.knowledge_base": { type: "str", show: true, name: "knowledge_base", value: "cellar" },
      },
    };
    const { id } = await made(live.rest, { name: "Pears", ...parts });
    await live.rest("PATCH", `/api/v1/flows/${id}`, { folder_id: project });
    const refused = await flow("promote", "Pears", "--to", "there");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /there lacks .* variable PEARS: Create the global variable there\..*--without-missing/,
    );
    assert.match(refused.stderr, /knowledge base cellar: Create.*--map/);
    assert.ok(!/pears\.txt|barrel/.test(refused.stderr), "what is brought along stops nothing");
    const dry = await ask<Promotion>("promote", "Pears", "--to", "there", "--dry-run");
    assert.deepEqual(short(dry.needs.filter(({ state }) => state === "missing")).sort(), [
      ...[`missing file ${pears}`, "missing knowledgeBase cellar", "missing mcpServer barrel"],
      ...["missing variable PEARS", "missing variable PRESS"],
    ]);
    assert.deepEqual(
      [dry.flows, dry.notes, dry.stops],
      [
        [],
        ["there has no project Orchard: the flow is in the default project there."],
        [{ message: "there lacks what the flow needs." }],
      ],
    );
    assert.deepEqual(await there("GET", "/api/v2/files"), [], "nothing was written");

    await setVariable(there, "PEARS", "pears from there");
    await setVariable(there, "MILL", "mill from there");
    await there("POST", "/api/v1/knowledge_bases", cellar("pantry"));
    const wrong = await flow("promote", id, "--to", "there", "--map", "variable:PLUMS=MILL");
    assert.match(wrong.stderr, /does not use what --map names: "variable:PLUMS=MILL"/);
    assert.match(
      (await flow("promote", id, "--to", "there", "--map", "mill:a=b")).stderr,
      /knowledge base:cellar=pantry/,
    );
    assert.match(
      (await flow("promote", id, "--to", "there", "--project", "Nowhere")).stderr,
      /no project Nowhere.*Starter/,
    );
    const maps = ["--map", "variable:PRESS=MILL", "--map", "Knowledge Base:cellar=pantry"];
    const promoted = await ask<Promotion>("promote", id, "--to", "there", ...maps);
    assert.deepEqual(
      promoted.flows.map(({ id: each, result, notes }) => [each, result, notes]),
      [[id, "created", ["there has no project Orchard: the flow is in the default project there."]]],
    );
    assert.deepEqual(
      promoted.needs.filter(({ here }) => here).map(({ here, name, state }) => [here, name, state]),
      [["cellar", "pantry", "present"]],
    );
    const ran = JSON.stringify(await there("POST", `/api/v1/run/${id}?stream=false`, runBody));
    for (const part of [
      "pears from there",
      "mill from there",
      "a file of pears",
      "shelves of pantry",
      "the barrel is full",
    ]) {
      assert.ok(ran.includes(part), `${part}: ${ran.slice(0, 2_000)}`);
    }
    assert.equal(((await there("GET", "/api/v2/mcp/servers/barrel")) as { url: string }).url, barrel.url);
    assert.equal((await ask<Promotion>("promote", id, "--to", "there", ...maps)).flows[0]?.result, "unchanged");

    const { id: projectThere } = (await there("POST", "/api/v1/projects/", { name: "Orchard" })) as Flow;
    const projectOf = async (flowId: string) =>
      ((await there("GET", `/api/v1/flows/${flowId}`)) as { folder_id: string }).folder_id;
    assert.notEqual(await projectOf(id), projectThere, "what is there stays where it is");
    const moved = await ask<Promotion>("promote", id, "--to", "there", ...maps, "--project", "Orchard");
    assert.deepEqual([moved.flows[0]?.result, await projectOf(id)], ["updated", projectThere]);
  });

  it("puts a new flow into the project of the same name, and carries files of the flow's own folder", async () => {
    const [{ id: here }, { id: project }] = (await Promise.all([
      live.rest("POST", "/api/v1/projects/", { name: "Hedges" }),
      there("POST", "/api/v1/projects/", { name: "Hedges" }),
    ])) as [Flow, Flow];
    const { id, data } = await made(live.rest, {
      name: "Hips",
      plan: { nodes: plan.nodes.slice(2), edges: plan.edges.slice(1) },
    });
    const form = new FormData();
    form.append("file", new Blob(["a file of hips"]), "hips.txt");
    const headers = { "x-api-key": live.langflow.apiKey };
    const url = `${live.langflow.url}/api/v1/files/upload/${id}`;
    const { file_path: hips } = (await (await fetch(url, { method: "POST", headers, body: form })).json()) as {
      file_path: string;
    };
    const field = data.nodes.find((node) => node.id === "File-1")?.data.node.template["path"];
    assert.ok(field && hips.startsWith(id));
    field["file_path"] = [hips];
    await live.rest("PATCH", `/api/v1/flows/${id}`, { data, folder_id: here });
    const promoted = await ask<Promotion>("promote", id, "--to", "there");
    assert.deepEqual([promoted.project, short(promoted.needs)], ["Hedges", [`missing file ${hips}`]]);
    assert.equal(((await there("GET", `/api/v1/flows/${id}`)) as { folder_id: string }).folder_id, project);
    const ran = JSON.stringify(await there("POST", `/api/v1/run/${id}?stream=false`, runBody));
    assert.ok(ran.includes("a file of hips"), ran.slice(0, 500));
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

  it("sets the variables that a server applies to fields, as its canvas does, where the API alone would not", async () => {
    const variable = (from: string) => ({
      ...{ name: "BERRIES", value: `berries from ${from}`, type: "Generic" },
      default_fields: ["First Text", "Second Text", "Text"],
    });
    const { id: created } = (await live.rest("POST", "/api/v1/variables/", variable("here"))) as Flow;
    const parts = {
      plan: berries,
      values: { "CombineText-2.text1": { value: "kept" }, "CombineText-3.text1": { advanced: true } },
    };
    const seen = await made(live.rest, { name: "Berries on the canvas", ...parts });
    const { id } = await made(live.rest, { name: "Berries", ...parts });
    const texts = (given: unknown) =>
      berries.nodes.flatMap(({ id: node }) =>
        ["text1", "text2", "input_value"].map((name) => {
          const { value, load_from_db: fromVariable = false } = fieldOf(given as Flow, `${node}.${name}`) ?? {};
          return [node, name, value, fromVariable];
        }),
      );

    const [promoted] = (await ask<Promotion>("promote", id, "--to", "there")).flows;
    assert.deepEqual(promoted?.notes, [], "a server without such a variable sets none");
    await there("POST", "/api/v1/variables/", variable("there"));
    const again = (await ask<Promotion>("promote", id, "--to", "there")).flows[0];
    assert.deepEqual(again?.notes, ["CombineText-1.text1 got the global variable BERRIES, as on the canvas."]);
    assert.deepEqual(texts(await there("GET", `/api/v1/flows/${id}`))[3], ["CombineText-1", "text1", "BERRIES", true]);
    assert.equal((await ask<Promotion>("promote", id, "--to", "there")).flows[0]?.result, "unchanged");

    await flow("pull", id);
    const before = readFileSync(file("flows", "Berries.json"), "utf8");
    writeFileSync(file("flows", "Berries.json"), before.replace('"description": ""', '"description": "Sweet."'));
    const { stdout } = await flow("push", "flows/Berries.json");
    assert.match(stdout, /CombineText-1\.text1 got the global variable BERRIES/);
    const [pushed] = await Promise.all([
      live.rest("GET", `/api/v1/flows/${id}`),
      openAndSave(`${live.langflow.url}/flow/${seen.id}`, seen.id),
    ]);
    const ofCanvas = await live.rest("GET", `/api/v1/flows/${seen.id}`);
    assert.deepEqual(texts(pushed), texts(ofCanvas));
    assert.deepEqual(
      texts(pushed).filter(([, , , fromVariable]) => fromVariable),
      [["CombineText-1", "text1", "BERRIES", true]],
    );
    assert.ok(!readFileSync(file("flows", "Berries.json"), "utf8").includes("BERRIES"), "the file has no name of it");
    assert.match((await flow("status")).stdout, /same +Berries\b(?! on)/);
    assert.match((await flow("push", "flows/Berries.json")).stdout, /unchanged +Berries/);
    await live.rest("DELETE", `/api/v1/variables/${created}`);
    rmSync(file("flows"), { recursive: true });
  });

  it("pushes a flow that then runs from the API of 1.7, which asks only for variables that the flow connects", async () => {
    const { rest, login } = await langflow17();
    const body = {
      name: "GREENGAGES",
      value: "greengages from there",
      type: "Generic",
      default_fields: ["First Text"],
    };
    const { id: variable } = (await rest("POST", "/api/v1/variables/", body)) as Flow;
    const { id } = await made(rest, { name: "Greengages", plan: berries });
    const ran = async () => JSON.stringify(await rest("POST", `/api/v1/run/${id}?stream=false`, runBody));
    assert.doesNotMatch(await ran(), /greengages/);
    await flow("pull", id, ...login);
    const text = readFileSync(file("flows", "Greengages.json"), "utf8");
    writeFileSync(file("flows", "Greengages.json"), text.replace(/"description": .*,/, '"description": "Green.",'));
    assert.match((await flow("push", "flows/Greengages.json", ...login)).stdout, /CombineText-1\.text1 got/);
    assert.match(await ran(), /greengages from there/);
    await rest("DELETE", `/api/v1/flows/${id}`);
    await rest("DELETE", `/api/v1/variables/${variable}`);
    rmSync(file("flows"), { recursive: true });
  });

  it("stops over a change that was made there, and over a name that is taken", async () => {
    const { id } = await made(live.rest, { name: "Quince", plan });
    await ask<Promotion>("promote", id, "--to", "there");
    await there("PATCH", `/api/v1/flows/${id}`, { description: "changed there" });
    await live.rest("PATCH", `/api/v1/flows/${id}`, { description: "changed here" });
    const refused = await flow("promote", id, "--to", "there");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Quince was changed at there.*--overwrite/);
    const dry = await flow("promote", id, "--to", "there", "--dry-run");
    assert.equal(dry.code, 1);
    assert.match(dry.stdout, /^It would stop: Quince was changed at there/m);
    assert.equal((await flow("promote", id, "--to", "there", "--dry-run", "--overwrite")).code, 0);
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
    const { rest: oldRest, to } = await langflow17();
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

    const endpoint = `sloes-${Date.now()}`;
    await live.rest("PATCH", `/api/v1/flows/${id}`, { endpoint_name: endpoint });
    const project = (await oldRest("POST", "/api/v1/projects/", { name: `Hedge of ${name}` })) as Flow;
    for (const expected of ["updated", "unchanged"]) {
      const { flows: moved } = await ask<Promotion>("promote", id, ...to, "--project", project.name);
      const { endpoint_name: now, folder_id: folder } = (await oldRest("GET", `/api/v1/flows/${stored.id}`)) as Field;
      assert.deepEqual([moved.at(-1)?.result, now, folder], [expected, endpoint, project.id]);
    }
  });

  it("had no key in an answer, a log, a file of the workspace or one that is kept", () => {
    const keys = [secret, "sk-of-the-other-side-012345", live.langflow.apiKey, target.apiKey];
    assert.ok(said.length > 20);
    for (const key of keys)
      assert.deepEqual(
        said.filter((text) => text.includes(key)).map(() => key),
        [],
      );
    assert.deepEqual(filesWith(keys, workspace.folder, live.data), [live.keyFile]);
  });
});
