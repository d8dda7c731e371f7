import assert from "node:assert/strict";
import { templates } from "../../../src/server/flows/templates/index.ts";
import { systemHealth } from "../../../src/server/flows/templates/systemHealth.ts";
import { parameterValues, readParameters, wholeNumber } from "../../../src/server/flows/templates/parameters.ts";
import type { Template } from "../../../src/server/flows/templates/template.ts";

const orchard: Template = {
  name: "orchard",
  version: 1,
  title: "Orchard",
  description: "Apples.",
  parameters: [
    { name: "since", title: "Since", default: "v1", description: "A tag" },
    { name: "days", title: "Days", default: "30", description: "How many" },
  ],
  plan: () => ({ nodes: [], edges: [] }),
};

describe("the parameters of a template", () => {
  it("are what a push gives, else what the flow has, else the defaults", () => {
    const given = readParameters(orchard, ["since=a=b"]);
    assert.deepEqual(parameterValues(orchard, given), { since: "a=b", days: "30" });
    assert.deepEqual(parameterValues(orchard, {}, { since: "v0", gone: "1" }), { since: "v0", days: "30" });
    assert.deepEqual(parameterValues(orchard, given, { since: "v0", days: "7" }), { since: "a=b", days: "7" });
  });

  it("are refused under another name, with the names that exist", () => {
    const refused = (template: Template, text: string, wanted: object) => {
      assert.throws(() => readParameters(template, [text]), { code: "INVALID_ARGUMENT", ...wanted }, text);
    };
    const message = 'orchard has no parameter "sinse".';
    refused(orchard, "sinse=v1", { message, remedy: "Its parameters: since, days." });
    refused(systemHealth, "since=v1", { remedy: "It takes no parameters." });
    for (const text of ["since", "=v1", `since=${"a".repeat(201)}`, "since=a\nb"]) refused(orchard, text, {});
  });

  it("are whole numbers where a tool wants them", () => {
    assert.equal(wholeNumber({ days: "30" }, "days", 400), 30);
    for (const days of ["0", "401", "3.5", "-1", "", "1e2"])
      assert.throws(() => wholeNumber({ days }, "days", 400), { code: "INVALID_ARGUMENT" }, days);
  });
});

describe("each template", () => {
  for (const template of templates) {
    it(`${template.name} leads all of its calls to the chat's output`, () => {
      const parameters = parameterValues(template, {});
      const { nodes, edges } = template.plan({ serverName: "workspace-app", parameters });
      const ids = nodes.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const { from, to } of edges) assert.ok(ids.includes(from) && ids.includes(to), `${from} → ${to}`);
      const next = (id: string): readonly string[] => edges.flatMap(({ from, to }) => (from === id ? [to] : []));
      for (const id of ids.filter((each) => each !== "ChatOutput-report")) assert.equal(next(id).length, 1, id);
      assert.equal(ids.filter((id) => id.startsWith("ChatOutput-")).length, 1);
      const calls = nodes.filter(({ type }) => type === "MCPTools");
      assert.ok(calls.length > 0);
      const positions = nodes.map(({ position: { x, y } }) => `${String(x)} ${String(y)}`);
      assert.equal(new Set(positions).size, positions.length, "nodes lie on each other");
    });
  }
});
