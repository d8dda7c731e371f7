import assert from "node:assert/strict";
import { createOpenAiModel } from "../../../src/server/models/openAiModel.ts";
import { startScriptedModel } from "../../support/scriptedModel.ts";
import type { ScriptedModel } from "../../support/scriptedModel.ts";

describe("a model of an OpenAI-compatible API", () => {
  let provider: ScriptedModel;
  before(async () => (provider = await startScriptedModel()));
  after(() => provider.close());

  const ask = (url = `${provider.url}/v1/`) =>
    createOpenAiModel(
      { provider: "openai", url, model: "gpt-4o", flow: "" },
      { network: {}, key: () => Promise.resolve(undefined), silenceMs: 400 },
    ).ask({ system: "s", prompt: "p", signal: new AbortController().signal, onText: () => undefined });

  it("answers with its text, its own name and what it counted", async () => {
    provider.say("A pear, and é ✓ in two pieces of a long enough answer.");
    const reply = await ask();
    assert.equal(reply.text, "A pear, and é ✓ in two pieces of a long enough answer.");
    assert.deepEqual([reply.model, reply.isWhole], ["gpt-4o-2024-08-06", true]);
    assert.deepEqual([reply.inputTokens, reply.outputTokens], [provider.used.input, provider.used.output]);
  });

  it("is stopped when it sends nothing for too long", async () => {
    provider.say({ text: "", trouble: "silent" });
    await assert.rejects(ask(), { code: "NOT_READY", message: /sent nothing for/ });
  });

  it("says that nobody answers at its address", async () => {
    await assert.rejects(ask("http://127.0.0.1:9/v1"), { code: "NOT_READY" });
  });

  it("needs an address and a name", () => {
    assert.throws(() => ask(""), { code: "NOT_READY", remedy: /ai\.url/ });
  });
});
