import assert from "node:assert/strict";
import fc from "fast-check";
import { redactSecrets, redactedJson } from "../../../src/server/platform/redact.ts";

describe("redactSecrets", () => {
  it("masks a token and keeps what stands around it", () => {
    assert.equal(redactSecrets(`a ghp_${"A".repeat(36)} b`), "a *** b");
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

/** A secret is marked by «» in these, so that each says what is masked and what stays. */
const headerSecrets = [
  "Authorization: Bearer «q7Hc2mVx93LkTz»",
  "Proxy-Authorization: Basic «dXNlcjpwYXNz»",
  "authorization: Token «9944b09199c62bcf9418ad846dd0e4bb»",
  "Authorization: «f81d4fae7dec11d0a76500a0c91e6bf6»",
  'Authorization: Digest «username="Mufasa", realm="r", nonce="dcd98b", response="6629fae4»',
  "Authorization: AWS4-HMAC-SHA256 «Credential=AKID0EXAMPLE/20260101/eu/s3/aws4_request, Signature=fe5f80f77d»",
  `-H 'Authorization: Digest «username="a", response="6629fae49393»' -H 'X-API-Key: «p9f8e7d6c5»' https://example.com`,
  "POST / HTTP/1.1\r\nX-Api-Key: «k3y-8f2a91cc»\r\nHost: a\r\n",
  "Authorization: Digest «a=b1, b=c2, Authorization: Digest c=d3, x-api-key: a1b2c3d4e5»\nend",
  "Cookie: theme=dark; session=«8f2a91cc»; csrftoken=«hUnTerTwo»",
  "Set-Cookie: sid=«s%3Aq7Hc2mVx»; Path=/; HttpOnly; Max-Age=3600",
  'document.cookie = "session=«abc123def»; path=/";',
  `"Set-Cookie": ["sid=«abc123def»; Path=/", "jwt=«zyx987wvu»"]`,
  "curl -u admin:«hunter2» https://example.com",
  "curl -s --user 'admin:«p w,d»' https://example.com",
  "curl https://example.com \\\n  -uadmin:«hunter2»",
  'spawn("curl", ["-u", "admin:«hunter2»", url])',
  "curl -u key_q7Hc2mVx93Lk: https://example.com".replace("key_q7Hc2mVx93Lk", "«key_q7Hc2mVx93Lk»"),
  `curl -H "Authorization: Bearer «q7Hc2mVx93LkTz»" -H "apikey: «a1b2c3d4e5»" https://example.com`,
  `fetch(url, { headers: { Authorization: "Bearer «q7Hc2mVx93LkTz»" } })`,
  "const headers = { 'x-auth-token': '«q7Hc2mVx93»', \"api-key\": `«q7Hc2mVx93»` };",
  `headers.set("authorization", "Bearer «q7Hc2mVx93LkTz»");`,
  "request.headers['authorization'] = `Basic «dXNlcjpwYXNz»`;",
  'req.Header.Set("X-Access-Token", "«q7Hc2mVx93»")',
  '{"authorization":"Bearer «q7Hc2mVx93LkTz»","x-goog-api-key":"«q7Hc2mVx93»"}',
  String.raw`{"body":"{\"authorization\":\"Bearer «q7Hc2mVx93LkTz»\"}"}`,
  '{ "name": "Authorization", "value": "Bearer «q7Hc2mVx93LkTz»" }',
  `proxy_set_header Authorization "Basic «dXNlcjpwYXNz»";`,
  "headers:\n  Authorization: Bearer «q7Hc2mVx93LkTz»\n  x-api-key: «q7Hc2mVx93»\n",
  `'Authorization' => 'Bearer «q7Hc2mVx93LkTz»'`,
  `new AuthenticationHeaderValue("Bearer", "«q7Hc2mVx93LkTz88»")`,
];

const readableHeaders = [
  "headers: { authorization: `Bearer ${token}` }",
  "Authorization: Bearer <token>",
  'curl -H "Authorization: Bearer $TOKEN" https://example.com',
  "x-api-key: YOUR_API_KEY",
  "Authorization: Bearer {{key}}",
  'printf("Authorization: Bearer %s", token2)',
  "Authorization: Bearer ***",
  "Authorization: Bearer your-token-here",
  "{ authorization: process.env.SERVICE_TOKEN_2 }",
  '"x-api-key": "process.env.API_KEY_2"',
  'headers["Authorization"] = "Bearer " + token2;',
  'headers.set("Authorization", "Bearer " + token1234);',
  'f"Authorization: Bearer {token}"',
  "interface Headers { authorization: string; cookie?: string }",
  "return { cookie: parseCookie(header2), authorization: oauth2Header };",
  "const authorization = request.headers.authorization2;",
  "const authorization = await client.signAuthorization({ nonce: 69420, chainId: 1 });",
  "the Authorization header: see below",
  "Authorization: Basic authentication is described in RFC7617.",
  "Authorization: Bearer token",
  'stripHeaders: ["authorization", "cookie", "proxy-authorization-2026"]',
  "Set-Cookie: theme=dark; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
  "Cookie: session=${session}; token=<token>",
  "headers.append('set-cookie', cookie2value, true)",
  "docker run -u 1000:1000 image; curl https://example.com",
  'curl -u "$USER:$PASSWORD" https://example.com',
  "curl -u <user>:<password> https://example.com",
  'curl -b cookies.txt --user-agent "a:b1234567" https://example.com',
  '{ "name": "cookie", "value": "chocolate" }',
  "/^authorization: bearer (\\S+)$/i",
];

describe("redactSecrets of credentials in headers", () => {
  for (const marked of headerSecrets) {
    it(`masks ${JSON.stringify(marked)}`, () => {
      const masked = redactSecrets(marked.replace(/[«»]/g, ""));
      assert.equal(masked, marked.replace(/«[^»]*»/g, "***"));
      assert.equal(redactSecrets(masked), masked);
    });
  }

  for (const text of readableHeaders) {
    it(`leaves ${JSON.stringify(text)}`, () => {
      assert.equal(redactSecrets(text), text);
    });
  }

  it("knows a name of one or more words, in any case and behind any beginning", () => {
    const names = [
      ...["authorization", "api-key", "apikey", "x-token", "service-token", "subscription-key", "secret-key"],
      ...["client-secret", "x-secret", "auth-key"],
    ];
    for (const name of names.flatMap((one) => [
      one,
      one.toUpperCase(),
      `proxy-${one}`,
      `x-token-${one}`,
      `HTTP_${one}`,
    ])) {
      assert.equal(redactSecrets(`'${name}': 'q7Hc2mVx93LkTz'`), `'${name}': '***'`);
    }
  });

  it("keeps the number of lines and changes nothing more when it is applied twice", () => {
    const part = fc.constantFrom(
      ..."Authorization|x-api-key|Cookie|Set-Cookie|curl|-u|--user|Bearer|Basic|Digest|a=|: |=|; |,|'|\"|`|\\|\n|[|]|{|}|$|value|q7Hc2mVx93LkTz|token|1|user:".split(
        "|",
      ),
      " ",
      "|",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const once = redactSecrets(text);
        assert.equal(redactSecrets(once), once);
        assert.equal(once.split("\n").length, text.split("\n").length);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes text made to slow it down in linear time", () => {
    const parts = [
      "authorization:",
      "authorization:'",
      'authorization:"\\',
      "x-api-key=",
      "Cookie: a=b;",
      "Bearer ",
      "curl -u a:",
    ];
    const started = performance.now();
    for (const part of parts) redactSecrets(part.repeat(1_000_000 / part.length));
    assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
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
