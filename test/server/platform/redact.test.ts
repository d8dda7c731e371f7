import assert from "node:assert/strict";
import fc from "fast-check";
import { redactSecrets } from "../../../src/server/platform/redact.ts";

describe("redactSecrets", () => {
  it("masks a token and keeps what stands around it", () => {
    assert.equal(redactSecrets(`a ghp_${"A".repeat(36)} b`), "a *** b");
  });

  it("leaves ordinary text alone", () => {
    assert.equal(redactSecrets("const sku = 'sk-1'; // npm_config"), "const sku = 'sk-1'; // npm_config");
  });

  it("changes nothing more when it is applied twice", () => {
    const secretLike = fc.stringMatching(/^(ghp_|sk-|lfc_|AKIA|eyJ)[A-Za-z0-9._-]{0,60}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(secretLike, fc.string())), (parts) => {
        const once = redactSecrets(parts.join(" "));
        assert.equal(redactSecrets(once), once);
      }),
    );
  });
});
