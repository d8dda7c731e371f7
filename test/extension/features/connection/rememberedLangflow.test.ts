import assert from "node:assert/strict";
import { createRememberedLangflow } from "../../../../src/extension/features/connection/rememberedLangflow.ts";
import type { ExtensionStorage } from "../../../../src/extension/features/connection/rememberedLangflow.ts";

const url = "https://langflow.test";
const variable = "LFC_TEST_ORCHARD_KEY";

/** What VS Code keeps, in memory. */
function storage() {
  const kept = new Map<string, unknown>();
  const secrets = new Map<string, string>();
  const memento = (scope: string) => ({
    get: (key: string) => kept.get(`${scope} ${key}`),
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(`${scope} ${key}`, value)),
  });
  const vscode = {
    globalState: memento("global"),
    workspaceState: memento("workspace"),
    secrets: {
      get: (key: string) => Promise.resolve(secrets.get(key)),
      store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
      delete: (key: string) => Promise.resolve(void secrets.delete(key)),
    },
  };
  return { remembered: createRememberedLangflow(vscode as unknown as ExtensionStorage), secrets };
}

describe("the remembered Langflow", () => {
  afterEach(() => {
    delete process.env["LFC_TEST_ORCHARD_KEY"];
  });

  it("never stores a key that is in a variable, however often the workspace connects with it", async () => {
    const { remembered, secrets } = storage();
    process.env[variable] = "apple-seed";
    await remembered.remember(url, { keyVariable: variable });
    for (const _ of [1, 2]) {
      const { login, keep } = await remembered.login(url);
      assert.deepEqual(login, { apiKey: "apple-seed" });
      await remembered.remember(url, keep);
    }
    assert.deepEqual([...secrets], []);
    process.env[variable] = "pear-seed";
    assert.deepEqual((await remembered.login(url)).login, { apiKey: "pear-seed" });
  });

  it("keeps a key that the user typed", async () => {
    const { remembered, secrets } = storage();
    await remembered.remember(url, { apiKey: "apple-seed" });
    const { login, keep } = await remembered.login(url);
    await remembered.remember(url, keep);
    assert.deepEqual([login, [...secrets.values()]], [{ apiKey: "apple-seed" }, ["apple-seed"]]);
  });
});
