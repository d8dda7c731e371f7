import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ToolError } from "../../src/server/platform/errors.ts";
import { graphOf, openFlowServices } from "./flowServices.ts";
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
  });
}
