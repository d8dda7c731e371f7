import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createMapping } from "../../../src/server/langflow/moves/mapping.ts";
import { promoteFlow } from "../../../src/server/langflow/moves/promote.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { HttpFailure } from "../../../src/server/platform/http.ts";
import { graph, memoryLangflow, openFlowParts, refuses } from "../../support/memoryLangflow.ts";
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

  const promotion = (target: MemoryLangflow, id: string, more: Partial<Parameters<typeof promoteFlow>[0]> = {}) =>
    promoteFlow({
      ...{ source: server.http, target: target.http, id, to: "two", signal, overwrite: false },
      ...{ synced: parts.synced, versions: parts.versions, withoutMissing: true, progress: () => undefined },
      ...{ mapping: createMapping([]), dryRun: false, reviewed: [], ...more },
    });

  beforeEach(async () => {
    server = memoryLangflow("http://one");
    parts = await openFlowParts(server);
  });
  afterEach(() => parts.close());

  describe("a file that cannot be read", () => {
    const marks = (file: string) => {
      const text = readFileSync(at(file), "utf8");
      writeFileSync(
        at(file),
        text.replace(/( *"description": ).*/, (line, key: string) => {
          return `<<<<<<< here\n${line}\n||||||| before\n${line}\n=======\n${key}"theirs",\n>>>>>>> Langflow`;
        }),
      );
    };

    it("hides no other file, and is named", async () => {
      const { id, file } = await pulled("Apple");
      writeFileSync(at("flows/picture.json"), Buffer.from([0, 1, 2, 3, 255, 0]));
      const { flows, problems } = await parts.flowFiles.status(asked);
      assert.deepEqual(
        [flows.map((flow) => [flow.id, flow.state]), problems.map((one) => one.path)],
        [[[id, "same"]], ["flows/picture.json"]],
      );
      edit(file, { description: "changed" });
      const pushed = await parts.flowFiles.push(["flows/picture.json", file], writing);
      assert.deepEqual(
        pushed.map(({ path: where, result }) => [where, result]),
        [
          [file, "updated"],
          ["flows/picture.json", "failed"],
        ],
      );
    });

    it("and has conflicts is said so, wherever its flow is named, and gets no second file", async () => {
      const { id, file } = await pulled("Apple");
      marks(file);
      assert.deepEqual((await parts.flowFiles.status(asked)).flows, []);
      for (const name of [id, "Apple", file]) {
        const { code, message } = await failureOf(parts.flowFiles.pull([name], writing));
        assert.deepEqual([code, message], ["CONFLICT", `${file} has conflicts that nobody has resolved.`]);
      }
      const [skipped] = await parts.flowFiles.pull([], writing);
      assert.deepEqual([skipped?.path, skipped?.result], [file, "skipped"]);
      assert.deepEqual(readdirSync(at("flows")), ["Apple.json"]);
    });
  });

  it("a push of a new flow names the keys that the file does not have, and what Langflow cannot build", async () => {
    const { file } = await pulled("Apple");
    server.flows.clear();
    const { data } = JSON.parse(readFileSync(at(file), "utf8")) as { data: object };
    const edge = { id: "e", source: "Gone-1", target: "Press-1", data: { sourceHandle: {}, targetHandle: {} } };
    edit(file, { data: { ...data, edges: [edge] } });
    const [pushed] = await push(file);
    const notes = pushed?.notes.join("\n") ?? "";
    assert.match(notes, /Langflow cannot build it: .*Gone-1/);
    assert.match(
      notes,
      /The file has no keys: set those that it needs in Langflow \(Press-1\.api_key, Press-1\.token\)/,
    );
    assert.doesNotMatch(notes, /sk-not/);
  });

  it("a version that Langflow fails to make, as one of two of the same moment, is made again before a push", async () => {
    const { file } = await pulled("Apple");
    edit(file, { description: "changed" });
    let failures = 1;
    server.before(({ method, path: where }) => {
      if (method !== "POST" || !where.endsWith("/versions/")) return undefined;
      if (failures-- > 0) throw refuses(500);
      return { id: "v", version_number: 1, created_at: "2026-11-29T00:00:00Z" };
    });
    assert.equal((await push(file))[0]?.result, "updated");
    failures = 99;
    edit(file, { description: "changed again" });
    const before = server.calls.filter((call) => call.startsWith("PATCH")).length;
    assert.equal((await failureOf(push(file))).code, "NOT_READY");
    assert.equal(server.calls.filter((call) => call.startsWith("PATCH")).length, before);
  });

  describe("a setting that somebody changes in the moment of a write", () => {
    const made = async () => {
      const id = server.add("Apple", { version_token: "a", endpoint_name: "old", description: "old" });
      await parts.flowFiles.pull([id], writing);
      server.before(({ method }) => {
        if (method !== "PATCH") return;
        server.flows.set(id, { ...server.flows.get(id), endpoint_name: "new", description: "new" });
      });
      return id;
    };
    const settingsOf = (id: string) => {
      const { endpoint_name: endpoint, description } = server.flows.get(id) ?? {};
      return [endpoint, description];
    };

    it("stays when a file is pushed, and is pulled into the file", async () => {
      const id = await made();
      const { data } = JSON.parse(readFileSync(at("flows/Apple.json"), "utf8")) as { data: object };
      edit("flows/Apple.json", { data: { ...data, viewport: { zoom: 2 } } });
      await push("flows/Apple.json");
      assert.deepEqual(settingsOf(id), ["new", "new"]);
      server.before(() => undefined);
      assert.equal((await parts.flowFiles.status(asked)).flows[0]?.state, "changedThere");
      assert.equal((await push("flows/Apple.json").catch((error: unknown) => error)) instanceof ToolError, true);
      await parts.flowFiles.pull([], writing);
      const now = JSON.parse(readFileSync(at("flows/Apple.json"), "utf8")) as Record<string, unknown>;
      assert.deepEqual([now["endpoint_name"], now["description"]], ["new", "new"]);
      assert.equal((await parts.flowFiles.status(asked)).flows[0]?.state, "same");
    });

    it("stays when the flow is renamed or moved", async () => {
      const id = await made();
      await parts.flowChanges.rename(id, "Pear", asked);
      assert.deepEqual([...settingsOf(id), server.flows.get(id)?.["name"]], ["new", "new", "Pear"]);
      server.flows.set(id, { ...server.flows.get(id), endpoint_name: "old" });
      server.before(({ method, path: where }) => {
        if (where.startsWith("/api/v1/projects/")) return [{ id: "p", name: "Cellar" }];
        if (method === "PATCH") server.flows.set(id, { ...server.flows.get(id), endpoint_name: "new" });
        return undefined;
      });
      await parts.flowChanges.move([id], "Cellar", asked);
      assert.deepEqual([settingsOf(id)[0], server.flows.get(id)?.["folder_id"]], ["new", "p"]);
    });
  });

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
    it("passes over what a refused push kept", async () => {
      const { id, file } = await pulled("Apple");
      edit(file, { data: graph("pears") });
      await push(file);
      edit(file, { data: graph("quinces") });
      server.before(({ method }) => {
        if (method === "PATCH") throw refuses(423);
      });
      assert.equal((await failureOf(push(file))).code, "NOT_READY");
      server.before(() => undefined);
      const { notes } = await restore(id);
      assert.deepEqual([textOf(id), notes[0]], ["apples", "It is v1 again."]);
    });

    it("takes back a push of keys alone, and no push before it", async () => {
      const { id, file } = await pulled("Apple");
      edit(file, { data: graph("pears") });
      await push(file);
      const typed = graph("pears");
      const template = typed.nodes[0]?.data.node.template;
      assert.ok(template);
      template.api_key.value = "sk-another-key";
      edit(file, { data: typed });
      await push(file);
      await restore(id);
      assert.equal(textOf(id), "pears");
    });

    it("asks when the file is gone and somebody changed the flow", async () => {
      const { id, file } = await pulled("Apple");
      edit(file, { data: graph("pears") });
      await push(file);
      rmSync(at(file));
      server.flows.set(id, { ...server.flows.get(id), data: graph("quinces") });
      const { code, message, details } = await failureOf(restore(id));
      assert.deepEqual([code, textOf(id)], ["CONFLICT", "quinces"]);
      assert.match(message, /Press-1\.text: "pears" → "quinces"/);
      await restore(id, { reviewed: details["reviewed"] });
      assert.equal(textOf(id), "apples");
    });

    it("asks nothing when the flow is what was pushed, wherever the file is", async () => {
      const { id, file } = await pulled("Apple");
      edit(file, { data: graph("pears") });
      await push(file);
      mkdirSync(at("elsewhere"));
      renameSync(at(file), at("elsewhere/Apple.json"));
      await restore(id);
      assert.equal(textOf(id), "apples");
    });

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

    it("keeps the names of variables in its own root", async () => {
      await parts.close();
      parts = await openFlowParts(server, { roots: 2 });
      const id = server.add("Apple");
      const dir = "root2/flows";
      const [written] = await parts.flowFiles.pull([id], { ...writing, dir });
      assert.deepEqual([written?.result, written?.notes], ["created", []]);
      const kept = path.join(parts.folders[1] ?? "", ".lfx", "needs", `${id}.json`);
      assert.match(readFileSync(kept, "utf8"), /CIDER_TOKEN/);
      server.flows.clear();
      server.before(({ path: asks }) => (asks === "/api/v1/variables/" ? [{ name: "CIDER_TOKEN" }] : undefined));
      await parts.flowFiles.push(["root2/flows/Apple.json"], { ...writing, dir });
      assert.match(JSON.stringify([...server.flows.values()]), /CIDER_TOKEN/);
    });

    const created = async (meanwhile: (file: string) => void) => {
      const { id, file } = await pulled("Apple");
      server.flows.clear();
      server.before(({ method, path: asks }) => {
        if (asks === "/api/v1/variables/") return [];
        if (method === "POST") meanwhile(file);
        return undefined;
      });
      return { id, file };
    };

    it("gets the id that the server gives, also when it is saved meanwhile", async () => {
      const { id, file } = await created((name) => {
        edit(name, { description: "typed meanwhile" });
      });
      const [pushed] = await push(file);
      const now = JSON.parse(readFileSync(at(file), "utf8")) as { id: string; description: string };
      assert.deepEqual([now.id, now.description], [pushed?.id, "typed meanwhile"]);
      assert.notEqual(now.id, id);
      assert.deepEqual(
        [existsSync(at(`.lfx/needs/${id}.json`)), existsSync(at(`.lfx/needs/${now.id}.json`))],
        [false, true],
      );
      assert.equal((await push(file))[0]?.result, "updated");
    });

    it("names the id that it needs when it cannot be written", async () => {
      const { file } = await created((name) => {
        writeFileSync(at(name), "{ half typed");
      });
      const { message } = await failureOf(push(file));
      const [id] = [...server.flows.keys()];
      assert.ok(message.includes(id ?? "no id"), message);
    });
  });

  it("brings nothing to a server whose flow it may not replace", async () => {
    const data = graph("apples");
    const field = { type: "file", value: "", file_path: ["user/pears.txt"] };
    const [node] = data.nodes;
    assert.ok(node);
    Object.assign(node.data.node.template, { file: field });
    const id = server.add("Apple", { data });
    const target = memoryLangflow("http://two");
    const stored = { id: "1", name: "pears", path: "user/pears.txt" };
    server.before(({ path: asks }) => (asks.startsWith("/api/v2/files") ? [stored] : undefined));
    target.before(({ method, path: asks }) => {
      if (asks === "/api/v1/all") return {};
      if (asks === "/api/v2/files") return method === "POST" ? { ...stored, path: "other/pears.txt" } : [];
      return asks === "/api/v1/variables/" ? [] : undefined;
    });
    target.flows.set(id, { id, name: "Apple", data: graph("changed there") });
    const promote = (overwrite: boolean) => promotion(target, id, { overwrite });
    const { flows, stops } = await promotion(target, id, { dryRun: true });
    assert.deepEqual([flows, stops.length], [[], 1]);
    assert.match(stops[0]?.message ?? "", /^Apple was changed at two/);
    assert.match(stops[0]?.reviewed ?? "", /^\w{16,}$/);
    assert.equal((await failureOf(promote(false))).code, "CHANGED_ON_TARGET");
    assert.deepEqual(
      target.calls.filter((call) => !call.startsWith("GET")),
      [],
    );
    await promote(true);
    assert.match(JSON.stringify(target.flows.get(id)), /other\/pears\.txt/);
    assert.equal((await promote(false)).flows[0]?.result, "unchanged");
    assert.deepEqual((await promotion(target, id, { dryRun: true })).stops, []);
  });

  describe("a promotion to a project", () => {
    const promoted = async () => {
      const id = server.add("Apple");
      const target = memoryLangflow("http://two");
      const now = { isLocked: false, projects: [{ id: "c", name: "Cellar" }] };
      target.before(({ method, path: asks, body }) => {
        if (asks === "/api/v1/all") return {};
        if (asks.startsWith("/api/v1/projects/")) return now.projects;
        if (method !== "PATCH") return undefined;
        if (now.isLocked) throw refuses(423);
        // As 1.7 does.
        const [[there, flow] = []] = target.flows;
        if (there !== undefined && flow) target.flows.set(there, { ...flow, endpoint_name: null, ...(body as object) });
        return undefined;
      });
      return { id, target, now };
    };

    it("keeps the name of the endpoint there, and says that a locked flow is locked", async () => {
      const { id, target, now } = await promoted();
      const { id: there = "" } = (await promotion(target, id)).flows[0] ?? {};
      target.flows.set(there, { ...target.flows.get(there), endpoint_name: "apples" });
      server.flows.set(id, { ...server.flows.get(id), endpoint_name: "apples" });
      now.isLocked = true;
      const { message } = await failureOf(promotion(target, id, { project: "Cellar" }));
      assert.equal(message, "Apple is locked in Langflow.");
      now.isLocked = false;
      await promotion(target, id, { project: "Cellar" });
      const { folder_id: folder, endpoint_name: endpoint } = target.flows.get(there) ?? {};
      assert.deepEqual([folder, endpoint], ["c", "apples"]);
    });

    it("says before where the flow goes", async () => {
      const { id, target, now } = await promoted();
      const notes = async (more: object = {}) => (await promotion(target, id, { dryRun: true, ...more })).notes;
      assert.deepEqual(await notes(), ["Apple goes into the default project."]);
      server.before(({ path: asks }) =>
        asks.startsWith("/api/v1/projects/") ? [{ id: "h", name: "Hedges" }] : undefined,
      );
      server.flows.set(id, { ...server.flows.get(id), folder_id: "h" });
      assert.deepEqual(await notes(), ["two has no project Hedges: the flow is in the default project there."]);
      assert.deepEqual(await notes({ project: "Cellar" }), ["Apple goes into the project Cellar."]);
      now.projects.push({ id: "g", name: "Hedges" });
      assert.deepEqual(await notes(), ["Apple goes into the project Hedges."]);
      assert.equal(target.flows.size, 0);
      await promotion(target, id);
      assert.deepEqual(await notes(), []);
      assert.deepEqual(await notes({ project: "Cellar" }), ["Apple moves to the project Cellar."]);
    });
  });

  describe("the variables of a server", () => {
    it("that it does not list for this login stop no pull, push or promotion, which say so", async () => {
      const unread = ({ path: asks }: { path: string }) => {
        if (asks === "/api/v1/all") return {};
        if (asks !== "/api/v1/variables/") return undefined;
        throw new HttpFailure(403, { message: "Not yours.", remedy: "Ask.", code: "NOT_PERMITTED" });
      };
      const note = /^The global variables of this Langflow cannot be read with this login/;
      const target = memoryLangflow("http://two");
      target.before(unread);
      server.before(({ path: asks }) => (asks === "/api/v1/variables/" ? [{ name: "CIDER_TOKEN" }] : undefined));
      const { id, file } = await pulled("Apple");
      const { needs, flows } = await promotion(target, id);
      assert.deepEqual(
        needs.filter(({ kind }) => kind === "variable").map(({ state, note: why }) => [state, why]),
        [["missing", "That Langflow does not let this login list its global variables."]],
      );
      assert.match(flows[0]?.notes.join("\n") ?? "", note);

      server.before(unread);
      edit(file, { description: "changed" });
      const [pushed] = await push(file);
      assert.equal(pushed?.result, "updated");
      assert.match(pushed.notes[0] ?? "", note);
      assert.match(JSON.stringify(server.flows.get(id)), /CIDER_TOKEN/);
      await parts.flowFiles.pull([id], writing);
      assert.match(readFileSync(at(`.lfx/needs/${id}.json`), "utf8"), /CIDER_TOKEN/);
    });

    it("are said to be set when they are, and not again", async () => {
      const data = graph("apples");
      const [node] = data.nodes;
      assert.ok(node);
      const label = { type: "str", value: "", show: true, display_name: "Label" };
      Object.assign(node.data.node.template, { label });
      const id = server.add("Apple", { data });
      server.before(({ path: asks }) =>
        asks === "/api/v1/variables/" ? [{ name: "LABEL", default_fields: ["Label"] }] : undefined,
      );
      await parts.flowFiles.pull([id], writing);
      const set = ["Press-1.label got the global variable LABEL, as on the canvas."];
      const written = async () => {
        const [{ result, notes } = {}] = await push("flows/Apple.json");
        return [result, notes?.filter((note) => note.includes("variable"))];
      };
      edit("flows/Apple.json", { description: "sweet" });
      const text = readFileSync(at("flows/Apple.json"), "utf8");
      assert.deepEqual(await written(), ["updated", set]);
      writeFileSync(at("flows/Apple.json"), text);
      assert.deepEqual(await written(), ["unchanged", []]);
      writeFileSync(at("flows/Apple.json"), text);
      edit("flows/Apple.json", { description: "sour" });
      assert.deepEqual(await written(), ["updated", []]);
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
