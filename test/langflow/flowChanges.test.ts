import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ToolError } from "../../src/server/platform/errors.ts";
import { graphOf, openFlowServices, secretKey } from "./flowServices.ts";
import type { FlowServices, StoredFlow } from "./flowServices.ts";
import { versions } from "./live.ts";

for (const version of versions) {
  describe(`changes of flows with Langflow ${version}`, function () {
    this.timeout(240_000);
    let services: FlowServices;
    const at = (name: string) => path.join(services.folder, name);
    const fileOf = (name: string) => JSON.parse(readFileSync(at(name), "utf8")) as StoredFlow;
    const edit = (name: string, change: object) => {
      writeFileSync(at(name), `${JSON.stringify({ ...fileOf(name), ...change }, null, 2)}\n`);
    };
    /** A new flow, and the file that it is pulled to. */
    const pulled = async (name: string) => {
      const flow = await services.make(name);
      const [written] = await services.operate("flowFiles.pull", { flows: [flow.id] });
      assert.ok(written);
      return { id: flow.id, file: written.path };
    };
    const textOf = ({ data }: StoredFlow) => data.nodes[0]?.data.node.template["text"]?.["value"];
    /** As the canvas saves. */
    const onCanvas = (id: string, change: object) => services.rest("PATCH", `/api/v1/flows/${id}`, change);
    const conflictOf = async (work: Promise<unknown>): Promise<ToolError> => {
      const failure = await work.then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof ToolError, "nothing was refused");
      assert.equal(failure.code, "CONFLICT");
      return failure;
    };
    const reviewedOf = ({ details }: ToolError) => {
      const { reviewed } = details;
      assert.ok(typeof reviewed === "string");
      return reviewed;
    };

    before(async () => {
      services = await openFlowServices(version);
    });
    after(async () => {
      await services.close();
    });
    beforeEach(() => {
      rmSync(at("flows"), { recursive: true, force: true });
    });

    it("pushes over the change that a conflict described, and over no later one", async () => {
      const { id, file } = await pulled(`Cask ${version}`);
      edit(file, { description: "from the file" });
      await onCanvas(id, { data: graphOf("pears") });
      const push = (more: object = {}) => services.operate("flowFiles.push", { files: [file], ...more });
      const first = await conflictOf(push());
      assert.match(first.message, /Press-1\.text: "apples" → "pears"/);
      await onCanvas(id, { data: graphOf("quinces") });
      const second = await conflictOf(push({ reviewed: reviewedOf(first) }));
      assert.match(second.message, /"quinces"/);
      assert.equal(textOf(await services.stored(id)), "quinces");

      await push({ reviewed: reviewedOf(second) });
      const now = await services.stored(id);
      assert.deepEqual([textOf(now), now.description], ["apples", "from the file"]);
    });

    it("pulls over the change of a file that a conflict described, and over no later one", async () => {
      const { id, file } = await pulled(`Vat ${version}`);
      edit(file, { description: "first" });
      const pull = (more: object = {}) => services.operate("flowFiles.pull", { flows: [id], ...more });
      const first = await conflictOf(pull());
      edit(file, { description: "second" });
      const second = await conflictOf(pull({ reviewed: reviewedOf(first) }));
      assert.equal(fileOf(file).description, "second");
      await pull({ reviewed: reviewedOf(second) });
      assert.equal(fileOf(file).description, "");
    });

    it("takes a push back: graph, keys, variables and settings are what they were", async () => {
      const { id, file } = await pulled(`Keg ${version}`);
      const before = await services.stored(id);
      edit(file, { description: "pushed", data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      const { versions } = await services.operate("flowVersions.list", { flow: id });
      assert.deepEqual(
        versions.map(({ name, description }) => [name, description]),
        [["v1", "Before a push by Langflow Connect"]],
      );
      if (version === "1.13.0") {
        const { entries } = (await services.rest("GET", `/api/v1/flows/${id}/versions/`)) as { entries: unknown[] };
        assert.equal(entries.length, 1);
      }
      const { text } = await services.operate("flowVersions.text", { flow: id, version: "v1" });
      const was = JSON.parse(text) as StoredFlow;
      assert.deepEqual([textOf(was), was.description, text.includes(secretKey)], ["apples", "", false]);

      await services.operate("flowVersions.restore", { flow: file });
      const now = await services.stored(id);
      assert.deepEqual([now.data, now.description], [before.data, before.description]);
      const { flows } = await services.operate("flowFiles.status", {});
      assert.equal(flows.find((each) => each.id === id)?.state, "changedThere");
      // What was pushed is not lost either.
      const [newest] = (await services.operate("flowVersions.list", { flow: id })).versions;
      await services.operate("flowVersions.restore", { flow: id, version: newest?.name ?? "", overwrite: true });
      const again = await services.stored(id);
      assert.deepEqual([textOf(again), again.description], ["pears", "pushed"]);
    });

    it("takes back the removal of a component: with its keys where Langflow keeps versions, else saying which are gone", async () => {
      const { id, file } = await pulled(`Firkin ${version}`);
      const before = await services.stored(id);
      edit(file, { data: { nodes: [], edges: [] } });
      await services.operate("flowFiles.push", { files: [file] });
      const { notes } = await services.operate("flowVersions.restore", { flow: id });
      const now = await services.stored(id);
      if (version === "1.13.0") assert.deepEqual(now.data, before.data);
      else {
        assert.equal(textOf(now), "apples");
        assert.ok(
          notes.includes("Enter the keys of Press-1 in Langflow: this version of it keeps none."),
          notes.join(),
        );
      }
    });

    it("takes no push back over a later change in Langflow, unless that was looked at", async () => {
      const { id, file } = await pulled(`Butt ${version}`);
      edit(file, { data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      await onCanvas(id, { data: graphOf("quinces") });
      const conflict = await conflictOf(services.operate("flowVersions.restore", { flow: id }));
      assert.match(conflict.message, /Press-1\.text: "pears" → "quinces"/);
      assert.equal(textOf(await services.stored(id)), "quinces");

      await services.operate("flowVersions.restore", { flow: id, reviewed: reviewedOf(conflict) });
      assert.equal(textOf(await services.stored(id)), "apples");
      const [newest] = (await services.operate("flowVersions.list", { flow: id })).versions;
      const { text } = await services.operate("flowVersions.text", { flow: id, version: newest?.name ?? "" });
      assert.equal(textOf(JSON.parse(text) as StoredFlow), "quinces");
    });

    it("lists and takes back by the command line", async () => {
      const { id, file } = await pulled(`Tun ${version}`);
      edit(file, { data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      const listed = await services.cli("versions", `Tun ${version}`);
      assert.match(listed.stdout, /^v1 +\d{4}-\d\d-\d\d \d\d:\d\d {2}Before a push by Langflow Connect\n$/);
      const unknown = await services.cli("restore", id, "v9");
      assert.deepEqual([unknown.code, /has no version v9/.test(unknown.stderr)], [1, true]);
      assert.equal((await services.cli("restore", id, "v1")).code, 0);
      assert.equal(textOf(await services.stored(id)), "apples");
    });
  });
}
