import assert from "node:assert/strict";
import { readFlowText } from "../../../src/server/flows/files/flowText.ts";
import { typedSecret } from "../../../src/server/flows/files/variableInstead.ts";
import { component, flowText } from "../faces/lsp/flowSamples.ts";

const key = "sk-not-a-real-key-0123456789abcdef";
const field = (more: object) => component("Press-1", "Press", { key: { ...more } });

describe("a variable instead of a secret", () => {
  function after(text: string): string | undefined {
    const flow = readFlowText(text) ?? assert.fail();
    const secret = typedSecret(flow, "Press-1", "key");
    const changes = secret?.naming("PRESS_KEY").toSorted((one, other) => other.start - one.start);
    return changes?.reduce(
      (whole, { start, end, newText }) => whole.slice(0, start) + newText + whole.slice(end),
      text,
    );
  }

  const named = { load_from_db: true, name: "key", password: true, type: "str", value: "PRESS_KEY" };
  for (const [what, before] of [
    ["without a flag", { name: "key", password: true, type: "str", value: key }],
    ["with the flag off", { load_from_db: false, name: "key", password: true, type: "str", value: key }],
    [
      "typed instead of a variable's name",
      { load_from_db: true, name: "key", password: true, type: "str", value: key },
    ],
    ["of any shape", { name: "key", password: true, type: "str", value: 'pips "of" 7' }],
  ] as const) {
    it(`is named in a field ${what}, at its position in the file`, () => {
      assert.equal(after(flowText([field(before)])), flowText([field(named)]));
    });
  }

  it("is named in a file on one line, and in a group", () => {
    const inner = component("Press-1", "Press", { key: { password: true, value: key } });
    const group = component("Group-1", "Group", {}, { flow: { data: { nodes: [inner], edges: [] } } });
    const text = JSON.stringify(JSON.parse(flowText([group])));
    const expected = text.replace(
      `"password":true,"value":"${key}"`,
      '"load_from_db": true, "password":true,"value":"PRESS_KEY"',
    );
    assert.equal(after(text), expected);
  });

  it("is for secrets alone, of one component", () => {
    const secret = field({ password: true, value: key });
    for (const nodes of [
      [field({ value: key })],
      [field({ password: true, value: "" })],
      [field({ password: true, value: { key } })],
      [field({ password: true, load_from_db: true, value: "PRESS_KEY" })],
      [secret, secret],
      [],
    ]) {
      assert.equal(after(flowText(nodes)), undefined);
    }
  });
});
