import assert from "node:assert/strict";
import { inputsOf, paramsOf, remember } from "../../../../src/extension/features/flowRuns/rememberedInputs.ts";

const flow = { name: "Press", flow: "flows/Press.json" };
const given = {
  input: "pears",
  session: "s",
  tweaks: '{"Press-1": {"max_tokens": 5}}',
  files: ["/box/pear.txt"],
  variables: {},
};

function memento() {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string, otherwise?: T) => (values.get(key) ?? otherwise) as T,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
}

describe("what a flow got last", () => {
  it("is remembered for each flow", async () => {
    const remembered = memento();
    assert.deepEqual(paramsOf(inputsOf(remembered, flow)), {});
    await remember(remembered, flow, given);
    assert.deepEqual(inputsOf(remembered, flow), given);
    assert.deepEqual(paramsOf(inputsOf(remembered, flow)), {
      ...{ input: "pears", session: "s", tweaks: given.tweaks },
      file: given.files,
    });
    assert.deepEqual(paramsOf(inputsOf(remembered, { name: "Other", flow: "other" })), {});
  });

  it("is remembered without global variables", async () => {
    const remembered = memento();
    const variables = { OPENAI_API_KEY: "pips" };
    await remember(remembered, flow, { ...given, variables });
    assert.deepEqual(inputsOf(remembered, flow), given);
    assert.deepEqual(paramsOf({ ...given, variables }), { ...paramsOf(given), variableValues: variables });
  });

  it("is remembered without tweaks that set a key or a password", async () => {
    for (const field of ["api_key", "openai_api_key", "password", "access_token"]) {
      const remembered = memento();
      await remember(remembered, flow, { ...given, tweaks: JSON.stringify({ "Press-1": { [field]: "pips" } }) });
      assert.deepEqual(inputsOf(remembered, flow), { ...given, tweaks: "" }, field);
    }
  });
});
