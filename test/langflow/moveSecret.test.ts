import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { TextDocument } from "vscode-languageserver-textdocument";
import { graphOf, openFlowServices, secretKey } from "./flowServices.ts";
import type { FlowServices } from "./flowServices.ts";
import { versions } from "./live.ts";

interface Variable {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly value: string | null;
}

const flow = { id: "0d1d4d40-0000-4000-8000-000000000001", name: "Cider", data: graphOf("apples") };

for (const version of versions) {
  describe(`moving a secret of a flow file to Langflow ${version}`, function () {
    this.timeout(180_000);
    let services: FlowServices;
    const text = `${JSON.stringify(flow, null, 2)}\n`;
    const asked = { file: "flows/cider.json", node: "Press-1", field: "api_key" } as const;
    const variables = async () => (await services.rest("GET", "/api/v1/variables/")) as readonly Variable[];
    const named = async (name: string) => (await variables()).filter((variable) => variable.name === name);

    before(async () => {
      services = await openFlowServices(version);
      mkdirSync(path.join(services.folder, "flows"));
      writeFileSync(path.join(services.folder, "flows/cider.json"), text);
    });
    after(async () => {
      for (const { id, name } of await variables()) {
        if (name.startsWith("CIDER_")) await services.rest("DELETE", `/api/v1/variables/${id}`);
      }
      await services.close();
    });

    it("creates a credential there, and says what the file has instead", async () => {
      const moved = await services.operate("flowSecrets.move", { ...asked, name: "CIDER_KEY" });
      assert.equal(moved.result, "created");
      assert.deepEqual((await named("CIDER_KEY")).map(({ type }) => type), ["Credential"]); // prettier-ignore
      const edits = moved.edits.map(({ start, end, newText }) => ({ range: { start, end }, newText }));
      const after = TextDocument.applyEdits(TextDocument.create("", "json", 0, text), edits);
      const expected = structuredClone(flow);
      const template = expected.data.nodes[0]?.data.node.template;
      Object.assign(template?.api_key ?? assert.fail(), { load_from_db: true, value: "CIDER_KEY" });
      assert.equal(after, `${JSON.stringify(expected, null, 2)}\n`);
      assert.ok(!JSON.stringify(moved).includes(secretKey));
    });

    it("makes the value usable: a flow that is pushed with the name keeps the name", async () => {
      const made = await services.make("Cider with a variable");
      const data = JSON.parse(JSON.stringify(made.data).replace(`"load_from_db":false,"value":"${secretKey}"`, '"load_from_db":true,"value":"CIDER_KEY"')) as object; // prettier-ignore
      writeFileSync(path.join(services.folder, "flows/variable.json"), JSON.stringify({ ...made, data }));
      await services.operate("flowFiles.push", { files: ["flows/variable.json"], overwrite: true });
      const field = (await services.stored(made.id)).data.nodes[0]?.data.node.template["api_key"];
      assert.deepEqual([field?.["load_from_db"], field?.["value"]], [true, "CIDER_KEY"]);
    });

    it("does nothing where a variable has that name, and then uses it without changing its value", async () => {
      const body = { name: "CIDER_TAKEN", value: "other", type: "Generic", default_fields: [] };
      await services.rest("POST", "/api/v1/variables/", body);
      const first = await services.operate("flowSecrets.move", { ...asked, name: "CIDER_TAKEN" });
      assert.deepEqual(first, { result: "exists", edits: [] });
      const second = await services.operate("flowSecrets.move", { ...asked, name: "CIDER_TAKEN", existing: true });
      assert.deepEqual([second.result, second.edits.length], ["used", 2]);
      // Values of this type are sent.
      assert.deepEqual((await named("CIDER_TAKEN")).map(({ value }) => value), ["other"]); // prettier-ignore
    });

    it("refuses what is no name, and a field without a secret", async () => {
      for (const name of ["", "a b", "1A", secretKey]) {
        await assert.rejects(services.operate("flowSecrets.move", { ...asked, name }), (error: Error) => {
          assert.match(error.message, /^That is no name of a global variable\.$/);
          return true;
        });
      }
      const other = { ...asked, field: "text", name: "CIDER_TEXT" };
      await assert.rejects(services.operate("flowSecrets.move", other), /has no secret in text of Press-1/);
      assert.deepEqual(await named("CIDER_TEXT"), []);
    });
  });
}
