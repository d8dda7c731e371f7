import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { randomUUID } from "node:crypto";
import type { UpdatedFlowFile, WrittenFlow } from "../../src/protocol/flowFiles.ts";
import { runCli } from "../support/cli.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { openAndSave } from "./canvas.ts";
import { askPython, refusals } from "./graphOracle.ts";
import { startLive } from "./live.ts";
import type { Live } from "./live.ts";
import { starterFiles } from "./starterProjects.ts";

interface Field {
  value?: unknown;
  load_from_db?: boolean;
}
interface Flow {
  id: string;
  name: string;
  endpoint_name?: string | null;
  data: {
    nodes: { id: string; data: { type: string; node: { template: Record<string, Field | string> } } }[];
    edges: { id: string; source: string; target: string }[];
  };
}

describe("flow update of the starter projects of 1.7 with Langflow 1.13.0", function () {
  this.timeout(400_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  const projects = new Map<string, Flow>();
  const updated = new Map<string, Flow>();
  let answers: readonly UpdatedFlowFile[];
  /** By "FILE NODE". */
  let lfxBefore: Record<string, string | null>;

  const flow = async (...args: string[]) => {
    const at = ["--workspace", workspace.folder, "--data", live.data];
    const link = ["--url", live.langflow.url, "--key-file", live.keyFile];
    const { code, stdout, stderr } = await runCli(["flow", ...args, ...at, ...link, "--json"]);
    if (stdout === "") throw new Error(`flow ${args.join(" ")} ended with ${code}: ${stderr}`);
    return { code, answer: JSON.parse(stdout) as unknown };
  };
  const dataOf = (flows: ReadonlyMap<string, Flow>) => new Map([...flows].map(([name, { data }]) => [name, data]));
  const read = (name: string) => JSON.parse(readFileSync(path.join(workspace.folder, "flows", name), "utf8")) as Flow;

  before(async () => {
    [live, workspace] = await Promise.all([startLive("1.13.0"), scratchWorkspace({ "README.md": "# Flows\n" })]);
    mkdirSync(path.join(workspace.folder, "flows"));
    for (const [name, project] of starterFiles<Flow>("0.7.3")) {
      // Its endpoint may be that of a starter project which the server has.
      projects.set(name, { ...project, id: randomUUID(), name: `${project.name} of 1.7`, endpoint_name: null });
      writeFileSync(path.join(workspace.folder, "flows", name), JSON.stringify(projects.get(name)));
    }
    lfxBefore = await askPython("lfxUpgrade.py", Object.fromEntries(dataOf(projects)));
    answers = (await flow("update", "--write")).answer as readonly UpdatedFlowFile[];
    for (const name of projects.keys()) updated.set(name, read(name));
  });
  after(async () => {
    await live.stop();
    await workspace.remove();
  });

  it("updates what `lfx upgrade` updates, and what it leaves as breaking", async () => {
    assert.ok(projects.size >= 32, `${projects.size} starter projects`);
    const results = answers.flatMap(({ path: file, components }) =>
      components.map(({ node, result }) => [`${path.basename(file)} ${node}`, result] as const),
    );
    const outdated = Object.entries(lfxBefore).filter(([, status]) => status !== "ok");
    assert.deepEqual(results.map(([name]) => name).sort(), outdated.map(([name]) => name).sort());
    for (const [name, result] of results) {
      assert.equal(result, lfxBefore[name] === "blocked" ? "unknown" : "updated", `${name}: ${lfxBefore[name] ?? ""}`);
    }
    const now = await askPython("lfxUpgrade.py", Object.fromEntries(dataOf(updated)));
    const left = Object.entries(now).filter(([, status]) => status !== "ok");
    assert.ok(left.every(([, status]) => status === "blocked"));
    assert.equal(left.length, outdated.filter(([, status]) => status === "blocked").length);
  });

  it("keeps every edge, and every value that it does not list", () => {
    for (const [name, was] of projects) {
      const is = updated.get(name);
      const ends = (one: Flow | undefined) => one?.data.edges.map(({ source, target }) => `${source} → ${target}`);
      assert.deepEqual(ends(is), ends(was), name);
      const notes = answers.find(({ path: file }) => path.basename(file) === name)?.components ?? [];
      for (const node of was.data.nodes) {
        const said = notes.find((one) => one.node === node.id)?.notes.join("\n") ?? "";
        const template = is?.data.nodes.find(({ id }) => id === node.id)?.data.node.template ?? {};
        for (const [key, field] of Object.entries(node.data.node.template)) {
          if (typeof field === "string" || key === "code" || isEmpty(field.value) || key.startsWith("_")) continue;
          if (said.includes(`no field for ${key} (`)) continue;
          // Provider and name are one value of the field "model".
          if (["agent_llm", "model_name", "provider"].includes(key) && template[key] === undefined) {
            assert.ok(JSON.stringify(template["model"]).includes(JSON.stringify(field.value)), `${name} ${node.id}`);
            continue;
          }
          const now = template[key];
          assert.ok(typeof now === "object", `${name} ${node.id}.${key}`);
          assert.deepEqual(
            [now.value, now.load_from_db ?? false],
            [field.value, field.load_from_db ?? false],
            `${name} ${node.id}.${key}`,
          );
        }
      }
    }
  });

  it("builds as far as before, or further", async () => {
    const [first, second] = [await refusals(dataOf(projects)), await refusals(dataOf(updated))];
    const worse = [...second].filter(([name, why]) => why !== null && first.get(name) === null);
    assert.deepEqual(worse, []);
    const better = [...first].filter(([name, why]) => why !== null && second.get(name) === null);
    assert.ok(better.length >= 15, `only ${better.length} flows are built now that were not before`);
  });

  it("is a flow that Langflow's canvas opens with every edge", async () => {
    const chosen = [
      "Financial Report Parser.json",
      "Simple Agent.json",
      "Memory Chatbot.json",
      "Research Translation Loop.json",
    ];
    const { answer } = await flow("push", ...chosen.map((name) => `flows/${name}`));
    for (const [index, { id, url }] of (answer as readonly WrittenFlow[]).entries()) {
      const name = chosen[index] ?? "";
      await openAndSave(url, id);
      const saved = (await live.rest("GET", `/api/v1/flows/${id}`)) as Flow;
      const ends = (one: Flow | undefined) =>
        one?.data.edges.map(({ source, target }) => `${source} → ${target}`).sort();
      assert.deepEqual(ends(saved), ends(projects.get(name)), name);
    }
  });
});

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
