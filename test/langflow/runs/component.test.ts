import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ComponentRun, PushedComponent } from "../../../src/protocol/components.ts";
import { runCli } from "../../support/cli.ts";
import { startLangflow } from "../../support/langflow.ts";
import { serverMain } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { broken, greeter, joiner, slow } from "../componentCases.ts";
import { openFlowServices } from "../flowServices.ts";
import { askPython } from "../graphOracle.ts";
import { startLive, versions } from "../live.ts";
import type { Live } from "../live.ts";

interface Said {
  readonly outputs: Readonly<Record<string, unknown>> | null;
  readonly line: number | null;
}

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly data: {
    readonly nodes: { id: string; data: { type: string; node: Node } }[];
    readonly edges: { source: string; target: string; data: { sourceHandle: { output_types: string[] } } }[];
  };
}
interface Node {
  readonly template: Record<string, { value?: unknown }>;
  readonly outputs: { name: string; types: string[] }[];
  readonly edited?: boolean;
}

for (const version of versions) {
  describe(`components of one's own, with Langflow ${version}`, function () {
    this.timeout(240_000);
    let live: Live;
    let workspace: ScratchWorkspace;
    before(async () => {
      live = await startLive(version);
      workspace = await scratchWorkspace({ "README.md": "# Press\n" }, { name: "orchard" });
    });
    after(async () => {
      await live.stop();
      await workspace.remove();
    });

    const at = (name: string) => path.join(workspace.folder, "flows/components", `${name}.py`);
    const address = () => ["--url", live.langflow.url, "--key-file", live.keyFile];
    const here = () => ["--workspace", workspace.folder, "--data", live.data];
    const cli = (...args: string[]) => runCli(["component", ...args, ...here()]);
    async function write(name: string, code: string): Promise<string> {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), code);
      return `flows/components/${name}.py`;
    }
    async function run(file: string, input: object = {}) {
      const asked = ["run", file, "--input", JSON.stringify(input), "--json", ...address()];
      const { code, stdout, stderr } = await cli(...asked);
      assert.notEqual(stdout, "", stderr);
      return { code, ...(JSON.parse(stdout) as ComponentRun) };
    }
    const flowsThere = async () => {
      const list = (await live.rest("GET", "/api/v1/flows/?get_all=true&remove_example_flows=true")) as Stored[];
      return list.map(({ name }) => name).filter((name) => name.startsWith("Run of a component"));
    };

    it("are made from a scaffold that Langflow builds and runs, and not over a file", async () => {
      const made = await cli("new", "WordPress");
      assert.equal(made.code, 0, made.stderr);
      const answer = await run("WordPress", { input_value: "cider" });
      const { ms, ...rest } = answer;
      assert.deepEqual(rest, {
        code: 0,
        component: "WordPress",
        state: "ok",
        outputs: [{ name: "output", type: "Message", value: "CIDER" }],
        error: null,
      });
      assert.ok(ms >= 0);
      const again = await cli("new", "WordPress");
      assert.equal(again.code, 1);
      assert.match(again.stderr, /exists already/);
      for (const name of ["class", "Two words", "Component", "../../Escape"]) {
        assert.equal((await cli("new", name)).code, 2, name);
      }
    });

    it("give what their Python gives by itself, with samples for fields and for connections", async () => {
      const values = { who: "Édith", times: 2 };
      await write("Greeter", greeter);
      const said = (await askPython<Said>("componentOracle.py", { it: { file: at("Greeter"), values } }))["it"];
      const { state, outputs } = await run("Greeter", values);
      assert.equal(state, "ok");
      assert.deepEqual(Object.fromEntries(outputs.map(({ name, value }) => [name, value])), said?.outputs);
      assert.deepEqual(said?.outputs?.["greeting"], "Hello Édith! Hello Édith! ");

      await write("Joiner", joiner);
      const sample = { message: "hello", record: { a: 1 }, table: [{ b: 1 }, { b: 2 }], typed: "hi" };
      const joined = await run("Joiner", sample);
      assert.equal(joined.state, "ok", JSON.stringify(joined.error));
      assert.deepEqual(joined.outputs[0]?.value, { message: "hello", record: { a: 1 }, rows: 2, typed: "hi" });
      assert.deepEqual(await flowsThere(), [], "the flow of the run is removed");
    });

    it("show each kind of failure at the line that Python itself names", async () => {
      for (const [name, code] of Object.entries(broken)) await write(name, code);
      const cases = Object.keys(broken).map((name) => [name, { file: at(name), values: {} }] as const);
      const said = await askPython<Said>("componentOracle.py", Object.fromEntries(cases));
      for (const name of Object.keys(broken)) {
        const { code, state, error } = await run(name);
        assert.deepEqual(
          [code, state, error?.line],
          [1, "failed", said[name]?.line],
          `${name}: ${error?.message ?? ""}`,
        );
        assert.notEqual(said[name]?.line, null, name);
      }
      const text = await cli("run", "RunsInto", ...address());
      assert.match(text.stdout, /^flows\/components\/RunsInto\.py:\d+: no such greeting$/m);
    });

    it("end in Langflow when the command is interrupted, and leave no flow", async () => {
      const done = path.join(live.data, "done");
      const started = path.join(live.data, "started");
      await write("Slow", slow(started, done));
      const child = spawn(process.execPath, [serverMain, "component", "run", "Slow", ...here(), ...address()]);
      await until(() => existsSync(started), 60_000);
      child.kill("SIGINT");
      const [code] = (await once(child, "close")) as [number];
      assert.equal(code, 1);
      assert.deepEqual(await flowsThere(), []);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      assert.equal(existsSync(done), false);
    });

    it("end in Langflow after the time limit, which is an answer", async () => {
      const services = await openFlowServices(version);
      try {
        const done = path.join(services.data, "done");
        const file = path.join(services.folder, "Slow.py");
        await writeFile(file, slow(path.join(services.data, "started"), done));
        const { run: ran } = await services.operate("components.run", { file: "Slow.py", seconds: 1 });
        assert.deepEqual([ran.state, ran.error], ["timedOut", { line: null, message: "It was stopped after 1 s." }]);
        assert.equal(existsSync(path.join(services.data, "started")), true);
        assert.deepEqual(await flowsThere(), []);
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        assert.equal(existsSync(done), false);
      } finally {
        await services.close();
      }
    });

    it("are pushed into the flows that use them, with their values, edges and a version of before", async () => {
      await write("Presser", greeter.replaceAll("Greeter", "Presser"));
      const built = await build(readFileSync(at("Presser"), "utf8"));
      const chat = (await catalogue())["ChatOutput"] ?? assert.fail("no ChatOutput");
      const used = { ...built, template: { ...built.template, who: { ...built.template["who"], value: "Ada" } } };
      const uses = await make("Uses the presser", [
        node("Presser-1", "Presser", used),
        node("ChatOutput-1", "ChatOutput", chat),
      ]);
      const other = await make("Does not", [node("ChatOutput-2", "ChatOutput", chat)]);
      const before = JSON.stringify(await stored(other));

      const next = readFileSync(at("Presser"), "utf8")
        .replace("Hello", "Good day")
        .replace(
          'IntInput(name="times"',
          'IntInput(name="loud", display_name="Loud", value=0),\n        IntInput(name="times"',
        );
      await write("Presser", next);
      const { code, stdout, stderr } = await cli("push", "Presser", "--json", ...address());
      assert.equal(code, 0, stderr);
      const pushed = JSON.parse(stdout) as PushedComponent;
      assert.deepEqual(
        pushed.flows.map(({ id, result }) => [id, result]),
        [[uses, "updated"]],
      );
      assert.ok(pushed.flows[0]?.changes.some((change) => change.includes("new field loud")));
      const now = await stored(uses);
      const after = now.data.nodes.find(({ id }) => id === "Presser-1")?.data.node ?? assert.fail("no Presser-1");
      assert.equal(after.template["code"]?.value, next);
      assert.equal(after.template["who"]?.value, "Ada");
      assert.ok("loud" in after.template);
      assert.equal(now.data.edges.length, 1);
      assert.equal(JSON.stringify(await stored(other)), before);
      assert.equal(
        (JSON.parse((await cli("push", "Presser", "--json", ...address())).stdout) as PushedComponent).flows[0]?.result,
        "unchanged",
      );
      // As Langflow runs the flow then.
      const answer = JSON.stringify(
        await live.rest("POST", `/api/v1/run/${uses}?stream=false`, {
          input_value: "",
          input_type: "chat",
          output_type: "chat",
        }),
      );
      assert.match(answer, /Good day Ada!/);
      const kept = await runCli(["flow", "versions", uses, "--json", ...here(), ...address()]);
      assert.equal((JSON.parse(kept.stdout) as { versions: unknown[] }).versions.length, 1, kept.stderr);

      // Without its output, the edge would be lost: the component stays.
      await write("Presser", next.replace('name="greeting"', 'name="salute"').replaceAll("greet", "salute"));
      const left = await cli("push", "Presser", "--json", ...address());
      assert.equal(left.code, 1);
      assert.equal((JSON.parse(left.stdout) as PushedComponent).flows[0]?.result, "left");
      assert.deepEqual(await stored(uses), now);

      async function build(source: string): Promise<Node> {
        return ((await live.rest("POST", "/api/v1/custom_component", { code: source })) as { data: Node }).data;
      }
      async function catalogue(): Promise<Record<string, Node>> {
        const all = (await live.rest("GET", "/api/v1/all")) as Record<string, Record<string, Node>>;
        return Object.assign({}, ...Object.values(all)) as Record<string, Node>;
      }
      async function make(name: string, nodes: object[]): Promise<string> {
        const edges = nodes.length < 2 ? [] : [edge()];
        return ((await live.rest("POST", "/api/v1/flows/", { name, data: { nodes, edges } })) as Stored).id;
      }
      async function stored(id: string): Promise<Stored> {
        return (await live.rest("GET", `/api/v1/flows/${id}`)) as Stored;
      }
    });
  });
}

function node(id: string, type: string, component: Node) {
  return { id, type: "genericNode", position: { x: 0, y: 0 }, data: { id, type, node: component } };
}

function edge() {
  const sourceHandle = { dataType: "Presser", id: "Presser-1", name: "greeting", output_types: ["Message"] };
  const inputTypes = ["Data", "JSON", "DataFrame", "Table", "Message"];
  const targetHandle = { fieldName: "input_value", id: "ChatOutput-1", inputTypes, type: "other" };
  const text = (handle: object) => JSON.stringify(handle).replaceAll('"', "œ");
  return {
    ...{ id: "edge-1", source: "Presser-1", target: "ChatOutput-1" },
    ...{ sourceHandle: text(sourceHandle), targetHandle: text(targetHandle), data: { sourceHandle, targetHandle } },
  };
}

describe("components of one's own, where Langflow forbids them", function () {
  this.timeout(240_000);

  it("are refused in words, with what to set", async () => {
    const env = { LANGFLOW_ALLOW_CUSTOM_COMPONENTS: "false" };
    const langflow = await startLangflow({ version: "1.13.0", env });
    const live = await startLive("1.13.0", langflow);
    const workspace = await scratchWorkspace({ "Greeter.py": greeter }, { name: "orchard" });
    try {
      const address = ["--url", langflow.url, "--key-file", live.keyFile];
      const here = ["--workspace", workspace.folder, "--data", live.data];
      const { code, stderr } = await runCli(["component", "run", "Greeter.py", ...address, ...here]);
      assert.equal(code, 1);
      assert.match(stderr, /runs no code but that of its own components.*LANGFLOW_ALLOW_CUSTOM_COMPONENTS/);
    } finally {
      await workspace.remove();
      await live.stop();
      await langflow.stop();
    }
  });
});
