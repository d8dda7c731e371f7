import assert from "node:assert/strict";
import fc from "fast-check";
import { redactSecrets, redactedJson } from "../../../src/server/platform/redact.ts";

describe("redactSecrets", () => {
  it("masks a token and keeps what stands around it", () => {
    assert.equal(redactSecrets(`a ghp_${"A".repeat(36)} b`), "a *** b");
  });

  it("masks every shape and every name of a secret where nothing else speaks of one", () => {
    const run = "x1".repeat(20);
    const shapes = [
      `github_pat_${run}`,
      `glpat-${run}`,
      `sk-${run}`,
      `AKIA${"X1".repeat(8)}`,
      `AIza${"x".repeat(35)}`,
      `xoxb-${run}`,
      `npm_${"x".repeat(36)}`,
      `lfc_${"x".repeat(43)}`,
      `eyJ${run}.eyJ${run}.${run}`,
    ];
    for (const shape of shapes) assert.equal(redactSecrets(`a ${shape} b`), "a *** b");
    for (const name of ["passphrase", "PWD", "passwd"])
      assert.equal(redactSecrets(`${name} = "hunter2hunter2"`), `${name} = "***"`);
    for (const scheme of ["Bearer", "Basic"]) assert.equal(redactSecrets(`a ${scheme} ${run}`), `a ${scheme} ***`);
  });

  it("masks the password of an address, and no more of it", () => {
    assert.equal(
      redactSecrets("clone https://user:p4ss@example.com/r.git"),
      "clone https://user:***@example.com/r.git",
    );
    assert.equal(redactSecrets("https:/user:p4ss@example.com/x"), "https:/user:***@example.com/x");
    assert.equal(redactSecrets("redis://:s3cret@cache:6379"), "redis://:***@cache:6379");
  });

  it("masks values assigned to a name that says secret", () => {
    assert.equal(redactSecrets('password = "hunter2hunter2"'), 'password = "***"');
    assert.equal(redactSecrets(`{ "clientSecret": "abc12345" }`), `{ "clientSecret": "***" }`);
    assert.equal(redactSecrets("DB_PASSWORD: 'abc12345'"), "DB_PASSWORD: '***'");
    assert.equal(
      redactSecrets("//registry.example.com/:_authToken=abcdefgh12"),
      "//registry.example.com/:_authToken=***",
    );
  });

  it("leaves ordinary text alone", () => {
    for (const text of [
      "const sku = 'sk-1'; // npm_config",
      'password: "Password"',
      'const passwordInput = "password-input";',
      "const url = `https://${user}:${pass}@example.com`;",
      'password = "${env.PASSWORD1}"',
      "secretSanta(12345678)",
      "http://127.0.0.1:7860/@user",
    ]) {
      assert.equal(redactSecrets(text), text);
    }
  });

  it("keeps the line numbers of what stands behind a secret of several lines", () => {
    const key = ["-----BEGIN RSA PRIV", "ATE KEY-----\nMIIB\nMIIB\n-----END RSA PRIV", "ATE KEY-----"].join("");
    assert.equal(redactSecrets(`a\n${key}\nb`), "a\n***\n\n\n\nb");
  });

  it("changes nothing more when it is applied twice", () => {
    const secretLike = fc.stringMatching(
      /^(ghp_|sk-|lfc_|AKIA|eyJ|password = "|http:\/\/u:|secret: ')[A-Za-z0-9._@"'-]{0,60}$/,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(secretLike, fc.string())), (parts) => {
        const once = redactSecrets(parts.join(" "));
        assert.equal(redactSecrets(once), once);
      }),
    );
  });

  it("takes text made to slow it down in linear time", () => {
    const started = performance.now();
    for (const part of ["a-", "password=", "http://a", "-----BEGIN PRIVATE KEY-----", "eyJ", '"', "sk-"]) {
      redactSecrets(part.repeat(1_000_000 / part.length));
    }
    assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
  });
});

describe("redactSecrets of keys that begin and never end", () => {
  it("takes time by the text's length only", () => {
    const started = performance.now();
    redactSecrets("-----BEGIN PRIVATE KEY-----\n".repeat(340_000));
    assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
  });

  it("masks the key that does end", () => {
    const begin = ["-----BEGIN PRIV", "ATE KEY-----"].join("");
    const end = ["-----END PRIV", "ATE KEY-----"].join("");
    assert.equal(redactSecrets(`${begin}\n${begin}\nMIIB\n${end}`), `${begin}\n***\n\n`);
  });
});

describe("redactedJson", () => {
  it("masks inside strings without breaking the JSON around them", () => {
    const value = { content: 'password = "hunter2hunter2"\n', list: ["https://u:p@h/"] };
    assert.deepEqual(JSON.parse(redactedJson(value)), {
      content: 'password = "***"\n',
      list: ["https://u:***@h/"],
    });
  });
});
