import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createFlowFolder } from "../../../src/server/app/flowFolder.ts";
import { createPythonFiles } from "../../../src/server/langflow/pythonFiles.ts";
import { createSyncStore } from "../../../src/server/langflow/syncStore.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { openWorkspace } from "../../../src/server/workspace/workspace.ts";
import { memoryLangflow, openFlowParts } from "../../support/memoryLangflow.ts";
import type { MemoryLangflow } from "../../support/memoryLangflow.ts";

const { signal } = new AbortController();
const asked = { dir: "flows", signal };
const writing = { ...asked, overwrite: false, merge: false, progress: () => undefined };
const before = "class Press:\n    def run(self):\n        return 1\n\n    def stop(self):\n        return 2";
const after = before.replace("return 1", "return 10");

interface Node {
  readonly id: string;
  readonly data: { readonly type: string; readonly node: Record<string, unknown> };
}

/** A component with code; one that somebody edited unless said otherwise. */
function component(
  id: string,
  code: string | readonly string[],
  more: Record<string, unknown> = { edited: true },
): Node {
  const template = { code: { type: "code", value: code }, text: { type: "str", value: "apples" } };
  return { id, data: { type: "Press", node: { template, ...more } } };
}

/** A component that holds others. */
function group(id: string, nodes: readonly Node[]): Node {
  return { id, data: { type: "GroupNode", node: { template: {}, flow: { data: { nodes, edges: [] } } } } };
}

function codesOf(nodes: readonly Node[]): Record<string, unknown> {
  const codes: Record<string, unknown> = {};
  for (const { id, data } of nodes) {
    const { template, flow } = data.node as {
      template: { code?: { value: unknown } };
      flow?: { data: { nodes: Node[] } };
    };
    if (template.code) codes[id] = template.code.value;
    if (flow) Object.assign(codes, codesOf(flow.data.nodes));
  }
  return codes;
}

describe("Python files beside a flow file", () => {
  let server: MemoryLangflow;
  let parts: Awaited<ReturnType<typeof openFlowParts>>;
  let id: string;
  const file = "flows/Cider.json";
  const press = "flows/Cider/Press-1.py";
  const at = (name: string) => path.join(parts.folders[0] ?? "", name);
  const read = (name: string) => readFileSync(at(name), "utf8");
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const inFile = () => codesOf((JSON.parse(read(file)) as { data: { nodes: Node[] } }).data.nodes);
  const inLangflow = () => codesOf((server.flows.get(id)?.["data"] as { nodes: Node[] }).nodes);
  const setThere = (...nodes: readonly Node[]) => {
    server.flows.set(id, { ...server.flows.get(id), data: { nodes, edges: [] } });
  };
  const setInFile = (code: string) => {
    write(file, read(file).replace(JSON.stringify(before), JSON.stringify(code)));
  };
  const stateOf = async () => (await parts.flowFiles.status(asked)).flows.map(({ state }) => state);
  const settle = () => parts.pythonFiles.settle([file], { dir: "flows", make: true });
  const failure = async (work: Promise<unknown>): Promise<ToolError> => {
    const error = await work.then(() => undefined).catch((reason: unknown) => reason);
    assert.ok(error instanceof ToolError, `nothing was refused: ${String(error)}`);
    return error;
  };

  beforeEach(async () => {
    server = memoryLangflow("http://langflow.test");
    parts = await openFlowParts(server);
    id = server.add("Cider");
    setThere(component("Press-1", before), component("Juice-1", "shipped = 1", {}));
    await parts.flowFiles.pull([id], writing);
  });
  afterEach(() => parts.close());

  it("has files of edited and custom components alone, those in groups too, and leaves the flow file as it is", async () => {
    assert.equal(existsSync(at("flows/Cider")), false, "nobody asked for it");
    const own = { ...component("Mill-1", "mill = 1\n", {}), data: { ...component("", "mill = 1\n", {}).data } };
    const custom = { ...own, data: { ...own.data, type: "CustomComponent" } };
    setThere(component("Press-1", before), component("Juice-1", "shipped = 1", {}), group("Group-1", [custom]));
    await parts.flowFiles.pull([id], writing);
    const text = read(file);
    assert.deepEqual(await settle(), [{ path: file, python: [press, "flows/Cider/Mill-1.py"] }]);
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Mill-1.py", "Press-1.py"]);
    assert.equal(read(press), `${before}\n`);
    assert.equal(read("flows/Cider/Mill-1.py"), "mill = 1\n");
    assert.equal(read(file), text);
    write("flows/Cider/Mill-1.py", "mill = 2\n");
    await settle();
    assert.deepEqual(inFile(), { "Press-1": before, "Juice-1": "shipped = 1", "Mill-1": "mill = 2\n" });
  });

  it("with the setting, a pull makes them", async () => {
    parts.settings.python = true;
    setThere(component("Press-1", after));
    await parts.flowFiles.pull([id], writing);
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Press-1.py"]);
    assert.equal(read(press), `${after}\n`);
  });

  it("a change of the Python is a change of the flow, and a push brings it into Langflow and the flow file", async () => {
    await settle();
    assert.deepEqual(await stateOf(), ["same"]);
    write(press, `${after}\n`);
    assert.deepEqual(await stateOf(), ["changedHere"]);
    assert.match((await parts.flowFiles.diff(file, signal)).lines.join("\n"), /Press-1.*code/);
    assert.equal(inFile()["Press-1"], before, "looking writes nothing");
    await parts.flowFiles.push([file], writing);
    assert.deepEqual(inLangflow(), { "Press-1": after, "Juice-1": "shipped = 1" });
    assert.equal(inFile()["Press-1"], after);
    assert.equal(read(press), `${after}\n`);
    assert.deepEqual(await stateOf(), ["same"]);
  });

  it("a change in Langflow comes into the Python by a pull, and both changes by a merge", async () => {
    await settle();
    setThere(component("Press-1", after));
    await parts.flowFiles.pull([id], writing);
    assert.equal(read(press), `${after}\n`);

    write(press, `${after.replace("return 2", "return 20")}\n`);
    setThere(component("Press-1", `# press\n${after}`));
    assert.equal((await failure(parts.flowFiles.pull([id], writing))).code, "CONFLICT");
    const [merged] = await parts.flowFiles.pull([id], { ...writing, merge: true });
    assert.equal(merged?.result, "merged");
    const both = `# press\n${after.replace("return 2", "return 20")}`;
    assert.equal(read(press), `${both}\n`);
    assert.equal(inFile()["Press-1"], both);
  });

  it("after a merge with conflicts, what is decided in the flow file counts", async () => {
    await settle();
    write(press, `${before.replace("return 1", "return 5")}\n`);
    setThere(component("Press-1", after));
    const [merged] = await parts.flowFiles.pull([id], { ...writing, merge: true });
    assert.equal(merged?.result, "conflict");
    assert.match(
      (await failure(parts.flowFiles.push([file], writing))).message,
      /has conflicts that nobody has resolved/,
    );
    const lines = read(file).split("\n");
    const middle = lines.findIndex((line) => line.startsWith("======="));
    const start = lines.findIndex((line) => line.startsWith("<<<<<<<"));
    const end = lines.findIndex((line) => line.startsWith(">>>>>>>"));
    write(file, [...lines.slice(0, start), ...lines.slice(middle + 1, end), ...lines.slice(end + 1)].join("\n"));
    await parts.flowFiles.push([file], writing);
    assert.equal(inLangflow()["Press-1"], after);
    assert.equal(read(press), `${after}\n`);
  });

  it("a change of the flow file alone, as `lfx pull` and Git make it, comes into the Python", async () => {
    await settle();
    setInFile(after);
    assert.deepEqual(await stateOf(), ["changedHere"]);
    assert.deepEqual(await settle(), [{ path: file, python: [press] }]);
    assert.equal(read(press), `${after}\n`);
    assert.equal(inFile()["Press-1"], after);
  });

  it("names what differs when both were changed, and where nobody knows which is newer", async () => {
    await settle();
    setInFile(after);
    write(press, `${before}\n# mine\n`);
    const message = `${file} has other code than ${press}, and both were changed.`;
    assert.equal((await failure(parts.flowFiles.push([file], writing))).message, message);
    const { problems, flows } = await parts.flowFiles.status(asked);
    assert.deepEqual([problems, flows], [[{ path: file, message }], []]);
    assert.equal(inLangflow()["Press-1"], before);

    // The data folder of another machine.
    rmSync(path.join(parts.data, "synced"), { recursive: true });
    const remedy = `Remove ${press} to keep the code of the flow file, or copy the right code into both.`;
    const clone = await failure(settle());
    assert.equal(clone.message, `${file} has other code than ${press}, and nobody here knows which is newer.`);
    assert.equal(clone.remedy, remedy);
    rmSync(at(press));
    await settle();
    assert.equal(read(press), `${after}\n`);
  });

  it("line ends that Git or an editor adds are no change", async () => {
    await settle();
    write(press, `${before.replaceAll("\n", "\r\n")}\r\n`);
    assert.deepEqual(await stateOf(), ["same"]);
    write(press, `${after.replaceAll("\n", "\r\n")}\r\n`);
    await parts.flowFiles.push([file], writing);
    assert.equal(inLangflow()["Press-1"], after);
  });

  it("a file with Git's marks of a conflict is not taken", async () => {
    await settle();
    write(press, `<<<<<<< HEAD\n${after}\n=======\n${before}\n>>>>>>> other\n`);
    assert.equal((await failure(settle())).message, `${press} has conflicts that nobody has resolved.`);
  });

  it("keeps the form of a flow file with code as lines, and its numbers as they are written", async () => {
    const text = read(file).replace(JSON.stringify(before), JSON.stringify(before.split("\n")));
    const juice = text.replace('"shipped = 1"', '["shipped = 1"]').replace('"edges": []', '"edges": [], "zoom": 1.0');
    write(file, juice);
    await settle();
    assert.equal(read(press), `${before}\n`);
    write(press, `${after}\n`);
    await settle();
    assert.deepEqual(inFile()["Press-1"], after.split("\n"));
    assert.match(read(file), /"zoom": 1\.0/);
  });

  it("marks a component whose code was changed as edited, as the canvas does", async () => {
    const shipped = component("Press-1", before, {});
    setThere({ ...shipped, data: { ...shipped.data, type: "CustomComponent" } });
    await parts.flowFiles.pull([id], writing);
    await settle();
    write(press, `${after}\n`);
    await settle();
    const [node] = (JSON.parse(read(file)) as { data: { nodes: Node[] } }).data.nodes;
    assert.equal(node?.data.node["edited"], true);
  });

  it("goes with its flow when that is renamed, deleted and brought back", async () => {
    await settle();
    write("flows/Cider/notes.md", "Mine.\n");
    await parts.flowChanges.rename(id, "Perry", asked);
    assert.deepEqual(readdirSync(at("flows/Perry")), ["Press-1.py"]);
    assert.deepEqual(readdirSync(at("flows/Cider")), ["notes.md"]);
    assert.deepEqual(await stateOf(), ["same"]);
    await parts.flowChanges.remove(id, { ...asked, withFile: true });
    assert.deepEqual(readdirSync(at("flows")), ["Cider"]);
    await parts.flowChanges.undoRemove(id, signal);
    assert.equal(read("flows/Perry/Press-1.py"), `${before}\n`);
  });

  it("brings the newer code of the flow file along when the flow is renamed", async () => {
    await settle();
    setInFile(after);
    await parts.flowChanges.rename(id, "Perry", asked);
    assert.equal(read("flows/Perry/Press-1.py"), `${after}\n`);
    assert.match(read("flows/Perry.json"), /return 10/);
  });

  it("is not renamed over Python of others", async () => {
    await settle();
    write("flows/Perry/Press-1.py", "mine = 1\n");
    const { notes } = await parts.flowChanges.rename(id, "Perry", asked);
    assert.deepEqual(notes, ["Its file was not renamed: flows/Perry/Press-1.py exists already."]);
    assert.deepEqual(readdirSync(at("flows")).sort(), ["Cider", "Cider.json", "Perry"]);
    assert.equal(read("flows/Perry/Press-1.py"), "mine = 1\n");
  });

  it("stays away when it was removed, until somebody asks for it", async () => {
    setThere(component("Press-1", before), component("Mill-1", "mill = 1"));
    await parts.flowFiles.pull([id], writing);
    await settle();
    rmSync(at(press));
    write("flows/Cider/Mill-1.py", "mill = 2\n");
    await parts.pythonFiles.settle([file], { dir: "flows", make: false });
    assert.equal(inFile()["Mill-1"], "mill = 2");
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Mill-1.py"]);
    await settle();
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Mill-1.py", "Press-1.py"]);
  });

  it("follows a component whose id is changed in the flow file, and says so when both were changed", async () => {
    await settle();
    const rename = (from: string, to: string) => write(file, read(file).replaceAll(from, to));
    rename("Press-1", "Press-best");
    await parts.flowFiles.push([file], writing);
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Press-best.py"]);
    assert.equal(read("flows/Cider/Press-best.py"), `${before}\n`);
    rename("Press-best", "Press-2");
    write("flows/Cider/Press-best.py", `${after}\n`);
    const message = `flows/Cider/Press-best.py was changed, and ${file} has no component of that id any more.`;
    assert.equal((await failure(settle())).message, message);
  });

  it("a flow whose two files differ is not taken for one that has none", async () => {
    await settle();
    renameSync(at(file), at("flows/mine.json"));
    renameSync(at("flows/Cider"), at("flows/mine"));
    write("flows/mine/Press-1.py", "mine = 1\n");
    assert.deepEqual((await parts.flowFiles.status(asked)).flows, []);
    assert.deepEqual(
      (await parts.flowFiles.pull([], writing)).map(({ path: each, result }) => [each, result]),
      [["flows/mine.json", "skipped"]],
    );
    assert.match(
      (await failure(parts.flowFiles.pull([id], writing))).message,
      /other code than flows\/mine\/Press-1\.py/,
    );
    assert.deepEqual(readdirSync(at("flows")).sort(), ["mine", "mine.json"]);
  });

  it("has the line ends of the code, whatever those of the file", async () => {
    const windows = before.replaceAll("\n", "\r\n");
    setThere(component("Press-1", windows));
    await parts.flowFiles.pull([id], writing);
    await settle();
    write(press, `${before}\n`);
    assert.deepEqual(await stateOf(), ["same"]);
    write(press, `${after}\n`);
    await parts.flowFiles.push([file], writing);
    assert.equal(inLangflow()["Press-1"], after.replaceAll("\n", "\r\n"));
  });

  it("is not of two components that have one id", async () => {
    await settle();
    const inner = (code: string) => component("Press-1", code);
    setThere(group("Group-1", [inner("one = 1")]), group("Group-2", [inner("two = 2")]));
    await parts.flowFiles.pull([id], writing);
    await settle();
    assert.equal(existsSync(at(press)), false);
    assert.match(read(file), /one = 1[\s\S]*two = 2/);
  });

  it("removes the file of a component that is gone, unless somebody changed it", async () => {
    setThere(component("Press-1", before), component("Mill-1", "mill = 1"));
    await parts.flowFiles.pull([id], writing);
    await settle();
    write("flows/Cider/helper.py", "mine = 1\n");
    setThere(component("Mill-1", "mill = 1"));
    await parts.flowFiles.pull([id], writing);
    assert.deepEqual(readdirSync(at("flows/Cider")), ["Mill-1.py", "helper.py"]);
    write("flows/Cider/Mill-1.py", "mill = 2\n");
    setThere(component("Juice-1", "shipped = 1", {}));
    await parts.flowFiles.pull([id], { ...writing, overwrite: true });
    assert.equal(read("flows/Cider/Mill-1.py"), "mill = 2\n");
    // It comes back: what is in its file is not written over.
    setThere(component("Mill-1", "mill = 3"));
    const taken = await failure(parts.flowFiles.pull([id], writing));
    assert.deepEqual([taken.code, taken.message], ["CONFLICT", "flows/Cider/Mill-1.py exists already."]);
    assert.equal(inFile()["Mill-1"], undefined);
  });

  it("does not take what an editor has not saved", async () => {
    await settle();
    const workspace = await openWorkspace(parts.folders);
    const { documents } = workspace;
    const unsaved = createPythonFiles({
      folder: createFlowFolder({
        ...workspace,
        documents: {
          ...documents,
          read: async (absolute: string) => ({
            ...(await documents.read(absolute)),
            unsaved: absolute.endsWith(".py"),
          }),
        },
      }),
      synced: createSyncStore(path.join(parts.data, "synced")),
      pythonFiles: () => false,
    });
    const error = await failure(unsaved.settle([file], { dir: "flows", make: true }));
    assert.equal(error.message, `${press} has unsaved changes in the editor.`);
    assert.equal((await unsaved.folder.read(file)).unsaved, true);
  });

  it("of several flows, names the one that fails and does the others", async () => {
    const other = server.add("Perry");
    server.flows.set(other, {
      ...server.flows.get(other),
      data: { nodes: [component("Press-2", "two = 2")], edges: [] },
    });
    await parts.flowFiles.pull([other], writing);
    write("flows/broken.json", "{");
    const settled = await parts.pythonFiles.settle([], { dir: "flows", make: true });
    assert.deepEqual(
      settled.map(({ python, problem }) => [python, problem]),
      [
        [[press], undefined],
        [["flows/Perry/Press-2.py"], undefined],
        [[], "flows/broken.json is not valid JSON, in line 1. Correct the file, then try again."],
      ],
    );
  });
});
