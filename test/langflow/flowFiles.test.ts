import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { CheckedFlows, FlowFilesStatus, WrittenFlow } from "../../src/protocol/flowFiles.ts";
import { textOfSide } from "../../src/protocol/conflictMarks.ts";
import { runCli } from "../support/cli.ts";
import { filesWith } from "../support/filesWith.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { startLive, versions } from "./live.ts";
import type { Live } from "./live.ts";

type Template = Record<string, { value?: unknown; load_from_db?: boolean; password?: boolean }>;
interface Flow {
  id: string;
  name: string;
  description: string;
  endpoint_name?: string | null;
  data: { nodes: { id: string; data: { node: { template: Template } } }[]; edges: { source: string }[] };
}
interface Answers {
  readonly status: FlowFilesStatus;
  readonly pull: readonly WrittenFlow[];
  readonly push: readonly WrittenFlow[];
  readonly check: CheckedFlows;
}

for (const version of versions) {
  describe(`flow files with Langflow ${version}`, function () {
    this.timeout(240_000);
    const { command } = realParts().langflow.versions[version];
    const bin = path.dirname(command);
    let live: Live;
    let workspace: ScratchWorkspace;
    const at = (...names: string[]) => path.join(workspace.folder, ...names);
    /** Answers and logs of all commands. */
    const said: string[] = [];
    const flow = async (...args: string[]) => {
      const result = await runCli([
        ...["flow", ...args, "--workspace", workspace.folder, "--data", live.data],
        ...["--url", live.langflow.url, "--key-file", live.keyFile],
      ]);
      said.push(result.stdout, result.stderr);
      return result;
    };
    const ask = async <Name extends keyof Answers>(name: Name, ...args: string[]): Promise<Answers[Name]> => {
      const { code, stdout, stderr } = await flow(name, ...args, "--json");
      if (stdout === "") throw new Error(`flow ${name} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as Answers[Name];
    };
    const fileOf = (name: string) => JSON.parse(readFileSync(at(name), "utf8")) as Flow;
    const stored = async (id: string) => (await live.rest("GET", `/api/v1/flows/${id}`)) as Flow;
    const starters = () => {
      const [python] = readdirSync(path.join(bin, "..", "lib"));
      const folder = path.join(bin, "..", "lib", python ?? "", "site-packages/langflow/initial_setup/starter_projects");
      return readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Flow);
    };
    /** A flow of the server with a key, a variable and a text. */
    const made = async (name: string): Promise<Flow> => {
      const [starter] = starters().filter((each) => each.name === "Basic Prompting");
      assert.ok(starter);
      const { id: _id, ...fields } = starter;
      const endpoint = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
      const posted = (await live.rest("POST", "/api/v1/flows/", { ...fields, name, endpoint_name: endpoint })) as Flow;
      const { template } = modelOf(posted);
      template["api_key"] = {
        ...template["api_key"],
        value: "sk-not-a-real-key-0123456789abcdef",
        load_from_db: false,
      };
      await live.rest("PATCH", `/api/v1/flows/${posted.id}`, {
        data: posted.data,
        endpoint_name: posted.endpoint_name,
      });
      return posted;
    };
    const modelOf = ({ data }: Flow) => {
      const node = data.nodes.find((each) => each.data.node.template["api_key"]);
      assert.ok(node);
      return { id: node.id, template: node.data.node.template };
    };
    const inputOf = ({ data }: Flow) => {
      const node = data.nodes.find(({ id }) => id.startsWith("ChatInput"));
      assert.ok(node);
      return { id: node.id, template: node.data.node.template };
    };

    before(async () => {
      [live, workspace] = await Promise.all([startLive(version), scratchWorkspace({ "README.md": "# Flows\n" })]);
    });
    after(async () => {
      await live.stop();
      await workspace.remove();
    });
    beforeEach(() => {
      rmSync(at("flows"), { recursive: true, force: true });
    });

    it("pulls, and pushes one changed word: keys and variables are still on the server, and not in the file", async () => {
      const { id, endpoint_name: endpoint } = await made(`Orchard ${version}`);
      const before = modelOf(await stored(id)).template;
      const [pulled] = await ask("pull", id);
      assert.equal(pulled?.path, `flows/Orchard_${version.replaceAll(".", "_")}.json`);
      const text = readFileSync(at(pulled.path), "utf8");
      assert.ok(!text.includes("sk-not-a-real-key"), "the file has the key");

      // As in a clone by git: nobody knows yet when both were the same.
      rmSync(path.join(live.data, "synced"), { recursive: true });
      assert.equal((await ask("status")).flows.find((each) => each.id === id)?.state, "same");
      const file = fileOf(pulled.path);
      inputOf(file).template["input_value"] = { ...inputOf(file).template["input_value"], value: "apples" };
      writeFileSync(at(pulled.path), JSON.stringify(file));
      assert.equal((await ask("status")).flows.find((each) => each.id === id)?.state, "changedHere");
      const { stdout } = await flow("diff", pulled.path);
      assert.match(stdout, /ChatInput-\w+\.input_value: .* → "apples"/);
      const [pushed] = await ask("push", pulled.path);
      assert.equal(pushed?.result, "updated");

      const now = await stored(id);
      assert.equal(inputOf(now).template["input_value"]?.value, "apples");
      assert.deepEqual(modelOf(now).template["api_key"], before["api_key"]);
      assert.equal(modelOf(now).template["api_key"]?.value, "sk-not-a-real-key-0123456789abcdef");
      // Langflow 1.7 forgets it when a change does not name it.
      assert.ok(endpoint);
      assert.equal(now.endpoint_name, endpoint);
      assert.equal((await ask("push", pulled.path))[0]?.result, "unchanged");
    });

    it("pushes a component under another id, whose key stays on the server", async () => {
      const { id } = await made(`Renamed press ${version}`);
      const [pulled] = await ask("pull", id);
      assert.ok(pulled?.path);
      const model = modelOf(await stored(id));
      const text = readFileSync(at(pulled.path), "utf8");
      assert.ok(text.includes(model.id) && !text.includes("sk-not-a-real-key"));
      writeFileSync(at(pulled.path), text.replaceAll(model.id, "CiderPress-1"));
      assert.equal((await ask("push", pulled.path))[0]?.result, "updated");
      const now = modelOf(await stored(id));
      assert.equal(now.id, "CiderPress-1");
      assert.deepEqual(now.template["api_key"], model.template["api_key"]);
      assert.equal(now.template["api_key"]?.value, "sk-not-a-real-key-0123456789abcdef");
    });

    it("writes over no file that is not the flow's, and pushes a key that is typed in the file", async () => {
      const { id } = await made(`Barrel ${version}`);
      const name = `flows/Barrel_${version.replaceAll(".", "_")}.json`;
      mkdirSync(at("flows"), { recursive: true });
      writeFileSync(at(name), "<<<<<<< mine\n");
      const refused = await flow("pull", id);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /exists, and is not the file of this flow/);
      assert.equal(readFileSync(at(name), "utf8"), "<<<<<<< mine\n");

      rmSync(at(name));
      await ask("pull", id);
      const file = fileOf(name);
      modelOf(file).template["api_key"] = { ...modelOf(file).template["api_key"], value: "sk-typed-0123456789" };
      writeFileSync(at(name), JSON.stringify(file));
      assert.equal((await ask("status")).flows.find((each) => each.id === id)?.state, "changedHere");
      const { stdout } = await flow("diff", name);
      assert.ok(stdout.includes("typed in the file") && !stdout.includes("sk-typed"), stdout);
      assert.equal((await ask("push", name))[0]?.result, "updated");
      assert.equal(modelOf(await stored(id)).template["api_key"]?.value, "sk-typed-0123456789");
    });

    it("gives two flows of one file name two files", async () => {
      const flows = [await made(`Jar ${version}`), await made(`Jar-${version}`)];
      await live.rest("PATCH", `/api/v1/flows/${flows[1]?.id ?? ""}`, { name: `jar ${version}` });
      const pulled = await ask("pull", ...flows.map(({ id }) => id));
      const [first = "", second = ""] = pulled.map(({ path: file }) => file);
      assert.notEqual(first.toLowerCase(), second.toLowerCase());
      assert.deepEqual(
        [fileOf(first).id, fileOf(second).id],
        flows.map(({ id }) => id),
      );
    });

    it("says what Langflow refuses: a name that another flow has", async () => {
      const [one, other] = [await made(`Lid ${version}`), await made(`Bung ${version}`)];
      const [pulled] = await ask("pull", other.id);
      assert.ok(pulled);
      writeFileSync(at(pulled.path), JSON.stringify({ ...fileOf(pulled.path), name: one.name }));
      const refused = await flow("push", pulled.path);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /Langflow has another flow with the name of flows\/Bung/);
      assert.equal((await stored(other.id)).name, `Bung ${version}`);
    });

    it("stops a push over a change that Langflow got since the pull, and says which", async () => {
      const { id } = await made(`Cellar ${version}`);
      const [pulled] = await ask("pull", id);
      assert.ok(pulled);
      const canvas = await stored(id);
      inputOf(canvas).template["input_value"] = {
        ...inputOf(canvas).template["input_value"],
        value: "from the canvas",
      };
      await live.rest("PATCH", `/api/v1/flows/${id}`, { data: canvas.data, endpoint_name: canvas.endpoint_name });
      assert.equal((await ask("status")).flows.find((each) => each.id === id)?.state, "changedThere");

      const file = fileOf(pulled.path);
      writeFileSync(at(pulled.path), JSON.stringify({ ...file, description: "from the file" }));
      const refused = await flow("push", pulled.path);
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /was changed in Langflow since it was pulled: ChatInput-\w+\.input_value: .* → "from the canvas"/,
      );
      const kept = await flow("pull", id);
      assert.equal(kept.code, 1);
      assert.match(kept.stderr, /was changed here and in Langflow.*--overwrite/);
      assert.equal(fileOf(pulled.path).description, "from the file");
      assert.equal((await stored(id)).description, canvas.description);

      await ask("push", pulled.path, "--overwrite");
      assert.equal((await stored(id)).description, "from the file");
    });

    it("merges what the canvas and the file changed, and pushes both", async () => {
      const { id } = await made(`Blend ${version}`);
      const [pulled] = await ask("pull", id);
      assert.ok(pulled);
      const paint = async (field: string, value: unknown) => {
        const canvas = await stored(id);
        const node = field === "input_value" ? inputOf(canvas) : modelOf(canvas);
        node.template[field] = { ...node.template[field], value };
        await live.rest("PATCH", `/api/v1/flows/${id}`, { data: canvas.data, endpoint_name: canvas.endpoint_name });
      };
      await paint("input_value", "from the canvas");
      const file = fileOf(pulled.path);
      const model = modelOf(file);
      model.template["temperature"] = { ...model.template["temperature"], value: 0.75 };
      const mine = JSON.stringify(file);
      writeFileSync(at(pulled.path), mine);

      // Without a name, neither side is taken, and that is said.
      for (const name of ["push", "pull"]) {
        const { code, stdout } = await flow(name);
        assert.deepEqual([code, /^skipped +Blend .*\n {2}Changed on both sides/m.test(stdout)], [1, true], stdout);
      }
      const state = async () => (await ask("status")).flows.find((each) => each.id === id)?.state;
      const [merged] = await ask("pull", id, "--merge");
      assert.deepEqual([merged?.result, merged?.notes], ["merged", []]);
      // Whoever undoes the merge has what both changed again.
      const mergedText = readFileSync(at(pulled.path), "utf8");
      writeFileSync(at(pulled.path), mine);
      assert.equal(await state(), "changedBoth");
      assert.equal((await flow("push", pulled.path)).code, 1);
      writeFileSync(at(pulled.path), mergedText);
      assert.equal(await state(), "changedHere");
      const [pushed] = await ask("push", pulled.path);
      assert.equal(pushed?.result, "updated");
      const both = await stored(id);
      assert.equal(inputOf(both).template["input_value"]?.value, "from the canvas");
      assert.equal(modelOf(both).template["temperature"]?.value, 0.75);
      assert.match(String(modelOf(both).template["api_key"]?.value), /^sk-not-a-real-key/);

      // The same field on both sides: a person decides, in the file.
      await paint("temperature", 0.25);
      const again = fileOf(pulled.path);
      modelOf(again).template["temperature"] = { ...modelOf(again).template["temperature"], value: 0.5 };
      writeFileSync(at(pulled.path), JSON.stringify(again));
      const conflict = await flow("pull", id, "--merge");
      assert.equal(conflict.code, 1);
      assert.match(conflict.stdout, new RegExp(`conflict .*\\n {2}Both changed ${model.id}.temperature`));
      const { problems, flows } = await ask("status");
      assert.match(problems[0]?.message ?? "", /has conflicts that nobody has resolved/);
      // It has a file, which a pull of all must not write a second time.
      assert.ok(!flows.some((each) => each.id === id));
      assert.match((await flow("push", pulled.path)).stderr, /has conflicts that nobody has resolved/);
      const text = readFileSync(at(pulled.path), "utf8");
      writeFileSync(at(pulled.path), textOfSide(text, "theirs"));
      assert.equal((await ask("status")).flows.find((each) => each.id === id)?.state, "same");
    });

    it("pushes a file that Langflow does not have", async () => {
      const original = await made(`Press ${version}`);
      const [pulled] = await ask("pull", original.id);
      assert.ok(pulled);
      await live.rest("DELETE", `/api/v1/flows/${original.id}`);
      assert.equal((await ask("status")).flows.find(({ path: file }) => file === pulled.path)?.state, "onlyHere");
      const [pushed] = await ask("push");
      assert.equal(pushed?.result, "created");
      assert.equal(fileOf(pulled.path).id, pushed.id);
      if (version === "1.13.0") assert.equal(pushed.id, original.id);
      assert.equal((await stored(pushed.id)).name, `Press ${version}`);
      assert.equal((await ask("status")).flows.find(({ id }) => id === pushed.id)?.state, "same");
    });

    it("pushes a file of another Langflow, whose project is not in this one", async () => {
      const original = await made(`Foreign press ${version}`);
      const [pulled] = await ask("pull", original.id);
      assert.ok(pulled);
      await live.rest("DELETE", `/api/v1/flows/${original.id}`);
      // As the API of Langflow answers a flow, and people keep it.
      const folder = "3429a75f-0968-4d48-b943-e7bf975983a9";
      writeFileSync(at(pulled.path), JSON.stringify({ ...fileOf(pulled.path), folder_id: folder }));
      const [pushed] = await ask("push");
      assert.equal(pushed?.result, "created", pushed?.notes.join(" "));
      assert.ok(pushed.notes.includes("Its project is not in this Langflow, which puts it into the default one."));
      assert.equal((await stored(pushed.id)).name, `Foreign press ${version}`);
      const { flows } = await ask("status");
      assert.equal(flows.find(({ id }) => id === pushed.id)?.state, "same");
    });

    it("checks files: what Langflow does not have, edges to nowhere, and secrets", async () => {
      const { id } = await made(`Scale ${version}`);
      const [pulled] = await ask("pull", id);
      assert.ok(pulled);
      const clean = await flow("check", pulled.path, "--json");
      const { files } = JSON.parse(clean.stdout) as CheckedFlows;
      assert.deepEqual([clean.code, files.map((each) => each.path)], [0, [pulled.path]]);

      const file = fileOf(pulled.path);
      const [edge] = file.data.edges;
      assert.ok(edge);
      edge.source = "Gone-12345";
      const model = modelOf(file);
      model.template["api_key"] = { ...model.template["api_key"], value: "sk-1", load_from_db: false };
      writeFileSync(at(pulled.path), JSON.stringify(file));
      mkdirSync(at("flows"), { recursive: true });
      writeFileSync(at("flows/broken.json"), "{");
      const { code, stdout } = await flow("check", "--json");
      assert.equal(code, 1);
      const found = (JSON.parse(stdout) as CheckedFlows).files.flatMap(({ path: name, problems }) =>
        problems
          .filter(({ code: kind }) => ["missing-node", "secret-in-file", "not-a-flow"].includes(kind))
          .map(({ code: kind, node }) => [name, kind, node]),
      );
      assert.deepEqual(found, [
        [pulled.path, "missing-node", "Gone-12345"],
        [pulled.path, "secret-in-file", model.id],
        ["flows/broken.json", "not-a-flow", undefined],
      ]);

      // A secret alone: Langflow builds the flow, and a check before a merge fails all the same.
      const typed = fileOf(pulled.path);
      typed.data.edges = typed.data.edges.slice(1);
      writeFileSync(at(pulled.path), JSON.stringify(typed));
      assert.equal((await flow("check", pulled.path)).code, 0);
      assert.equal((await flow("check", pulled.path, "--strict")).code, 1);
    });

    it("had no key in an answer, a log, a file of the workspace or one that is kept", () => {
      const keys = ["sk-not-a-real-key", "sk-typed-0123456789", readFileSync(live.keyFile, "utf8").trim()];
      assert.ok(said.length > 20);
      for (const key of keys)
        assert.deepEqual(
          said.filter((text) => text.includes(key)).map(() => key),
          [],
        );
      const found = filesWith(keys, workspace.folder, live.data);
      assert.deepEqual(found, [live.keyFile]);
    });
  });
}
