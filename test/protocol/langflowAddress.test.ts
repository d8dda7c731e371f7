import assert from "node:assert/strict";
import { serverAddress } from "../../src/protocol/langflowAddress.ts";

const flow = "3b1f0c3e-7b8a-4a43-9a57-0d2d6a3f2f10";

const cases: readonly (readonly [pasted: string, server: string | undefined])[] = [
  ["http://127.0.0.1:7860", "http://127.0.0.1:7860"],
  ["http://127.0.0.1:7860/", "http://127.0.0.1:7860"],
  ["  http://LOCALHOST:7860  ", "http://localhost:7860"],
  [`http://localhost:7860/flow/${flow}`, "http://localhost:7860"],
  [`http://localhost:7860/flow/${flow}/folder/${flow}?x=1#y`, "http://localhost:7860"],
  ["http://localhost:7860/flows/", "http://localhost:7860"],
  ["http://localhost:7860/all", "http://localhost:7860"],
  [`http://localhost:7860/all/folder/${flow}`, "http://localhost:7860"],
  ["http://localhost:7860/settings/api-keys", "http://localhost:7860"],
  [`http://localhost:7860/playground/${flow}/`, "http://localhost:7860"],
  ["http://localhost:7860/login?redirect=%2Fflows", "http://localhost:7860"],
  [`https://example.com/langflow/flow/${flow}`, "https://example.com/langflow"],
  ["https://example.com/tools/langflow/", "https://example.com/tools/langflow"],
  ["https://[::1]:7860/mcp", "https://[::1]:7860"],
  ["localhost:7860", undefined],
  ["ftp://localhost/flow", undefined],
  ["http://user:word@localhost:7860", undefined],
  ["", undefined],
];

describe("the address of a Langflow server", () => {
  for (const [pasted, server] of cases) {
    it(`is ${server ?? "not in"} ${server === undefined ? "" : "in "}${JSON.stringify(pasted)}`, () => {
      assert.equal(serverAddress(pasted), server);
    });
  }
});
