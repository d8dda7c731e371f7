import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { graph, memoryLangflow, openFlowParts } from "../../support/memoryLangflow.ts";
import type { MemoryLangflow } from "../../support/memoryLangflow.ts";

const { signal } = new AbortController();
const asked = { dir: "flows", signal };
const writing = { ...asked, overwrite: false, merge: false, progress: () => undefined };

async function failureOf(work: Promise<unknown>): Promise<ToolError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof ToolError, `nothing was refused: ${String(failure)}`);
  return failure;
}

describe("flows when something fails or comes in between", () => {
  let server: MemoryLangflow;
  let parts: Awaited<ReturnType<typeof openFlowParts>>;
  const at = (name: string) => path.join(parts.folders[0] ?? "", name);
  const edit = (name: string, change: object) => {
    writeFileSync(at(name), JSON.stringify({ ...(JSON.parse(readFileSync(at(name), "utf8")) as object), ...change }));
  };
  const textOf = (id: string) => {
    const { nodes } = server.flows.get(id)?.["data"] as ReturnType<typeof graph>;
    return nodes[0]?.data.node.template.text.value;
  };
  const pulled = async (name: string) => {
    const id = server.add(name);
    await parts.flowFiles.pull([id], writing);
    return { id, file: `flows/${name}.json` };
  };
  const push = (file: string) => parts.flowFiles.push([file], writing);
  const restore = (id: string, more: object = {}) =>
    parts.flowHistory.restore(id, { ...asked, overwrite: false, ...more });

  beforeEach(async () => {
    server = memoryLangflow("http://one");
    parts = await openFlowParts(server);
  });
  afterEach(() => parts.close());

  describe("deletion", () => {
    it("is undone only on the server that had the flow", async () => {
      const { id } = await pulled("Apple");
      await parts.flowChanges.remove(id, { ...asked, withFile: false });
      const other = memoryLangflow("http://two");
      parts.connect(other);
      const { code, message } = await failureOf(parts.flowChanges.undoRemove(id, signal));
      assert.equal(code, "OTHER_SERVER");
      assert.match(message, /http:\/\/one/);
      assert.deepEqual([...other.flows], []);
      parts.connect(server);
      await parts.flowChanges.undoRemove(id, signal);
      assert.equal(server.flows.size, 1);
    });

    it("says that the file stays when it cannot be removed, and can be undone", async () => {
      const { id, file } = await pulled("Apple");
      server.before(({ method }) => {
        if (method === "DELETE") edit(file, { description: "typed meanwhile" });
      });
      const { path: left, notes } = await parts.flowChanges.remove(id, { ...asked, withFile: true });
      assert.deepEqual([left, notes.length, server.flows.size], [file, 1, 0]);
      assert.match(notes[0] ?? "", /^Its file stays: flows\/Apple\.json was changed/);
      const back = await parts.flowChanges.undoRemove(id, signal);
      const template = (server.flows.get(back.id)?.["data"] as ReturnType<typeof graph>).nodes[0]?.data.node.template;
      assert.equal(template?.api_key.value, "sk-not-a-real-key");
      assert.match(readFileSync(at(file), "utf8"), /typed meanwhile/);
    });
  });

  describe("taking a push back", () => {
    it("passes over a copy that cannot be read", async () => {
      const { id, file } = await pulled("Apple");
      await parts.versions.keep("http://one", id, { id: "x", number: 1, at: "", description: "", text: "" });
      const [inner = ""] = readdirSync(path.join(parts.data, "versions"));
      writeFileSync(path.join(parts.data, "versions", inner, "x.json"), '{"id": "x", "num');
      edit(file, { data: graph("pears") });
      await push(file);
      await restore(id);
      assert.equal(textOf(id), "apples");
    });
  });

  describe("a file", () => {
    it("is not renamed over one whose name differs in its case alone", async function () {
      const { id } = await pulled("apple");
      if (existsSync(at("flows/APPLE.json"))) this.skip();
      writeFileSync(at("flows/Apple.json"), "mine");
      const { path: now } = await parts.flowChanges.rename(id, "Apple", asked);
      assert.equal(readFileSync(at("flows/Apple.json"), "utf8"), "mine");
      assert.equal(now, `flows/Apple-${id.slice(0, 8)}.json`);
      const text = readFileSync(at(now), "utf8");
      const refused = await failureOf(
        parts.folder
          .move(now, now.replace("Apple", "APPLE"), text, text)
          .then(() => parts.folder.move(now.replace("Apple", "APPLE"), "flows/Apple.json", text, text)),
      );
      assert.equal(refused.code, "CONFLICT");
    });
  });

  it("reads flows one by one when all of them are too much for one answer", async () => {
    const ids = Array.from({ length: 25 }, (_, number) => server.add(`Apple ${String(number)}`));
    await parts.flowFiles.pull([], writing);
    server.flows.set(ids[0] ?? "", { ...server.flows.get(ids[0] ?? ""), description: "later" });
    server.before(({ path: asks }) => {
      if (asks === "/api/v1/flows/?get_all=true&remove_example_flows=true") {
        throw new ToolError("TOO_LARGE", "Langflow answered with more than 64 MB.", "Ask for a smaller part.");
      }
      return undefined;
    });
    const { flows } = await parts.flowFiles.status(asked);
    assert.deepEqual(
      ids.map((id) => flows.find((flow) => flow.id === id)?.state),
      ids.map((_, number) => (number === 0 ? "changedThere" : "same")),
    );
  });
});
