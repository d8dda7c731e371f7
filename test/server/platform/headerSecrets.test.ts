import assert from "node:assert/strict";
import fc from "fast-check";
import { redactSecrets } from "../../../src/server/platform/redact.ts";

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

const curlCookies = [
  "curl -b 'sid=«8f2a91cc»' https://example.com",
  'curl -b "theme=dark; session=«8f2a91cc»; csrftoken=«hUnTerTwo»" https://example.com',
  "curl --cookie 'sid=«8f2a91cc»' https://example.com",
  "curl --cookie=sid=«8f2a91cc» https://example.com",
  "curl -bsid=«8f2a91cc» https://example.com",
  "curl -sb sid=«8f2a91cc» https://example.com",
  'curl https://example.com \\\n  --cookie "sid=«8f2a91cc»" \\\n  -L',
  'execFile("curl", ["-b", "sid=«8f2a91cc»; theme=dark", url])',
  'spawn("curl", ["--cookie", "sid=«8f2a91cc»"])',
  String.raw`exec("curl -b \"sid=«8f2a91cc»\" https://example.com")`,
  String.raw`{"command":"curl --cookie \"sid=«8f2a91cc»\" https://example.com"}`,
  "curl -u admin:«hunter2» -b 'sid=«8f2a91cc»' https://example.com",
];

/** Headers in the strings of a program, behind an escaped line break. */
const escapedHeaders = [
  String.raw`write("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Basic «dXNlcjpwYXNz»\r\n\r\n")`,
  String.raw`"GET / HTTP/1.1\r\nX-Auth-Token: «q7Hc2mVx93»\r\nAccept: */*\r\n"`,
  String.raw`socket.write("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer «q7Hc2mVx93LkTz»\r\n\r\n");`,
  String.raw`socket.write("GET / HTTP/1.1\r\nCookie: sid=«8f2a91cc»; theme=dark\r\n\r\n");`,
  String.raw`socket.write("GET / HTTP/1.1\nSet-Cookie: sid=«8f2a91cc»; Path=/\nHost: a\n\n");`,
  String.raw`printf 'GET / HTTP/1.1\r\nAuthorization: Basic «dXNlcjpwYXNz»\r\n\r\n' | nc example.com 80`,
  String.raw`const raw = "POST / HTTP/1.1\r\nX-Api-Key: «k3y-8f2a91cc»\r\nHost: a\r\n";`,
  String.raw`const raw = "POST / HTTP/1.1\r\napikey: «k3y-8f2a91cc»\r\nHost: a\r\n";`,
  String.raw`{"raw":"GET / HTTP/1.1\\r\\nAuthorization: Bearer «q7Hc2mVx93LkTz»\\r\\n"}`,
  String.raw`b"GET / HTTP/1.1\x0d\x0aAuthorization: Token «9944b09199c62bcf»\x0d\x0a"`,
  String.raw`"GET / HTTP/1.1\u000d\u000aAuthorization: Token «9944b09199c62bcf»\u000d\u000a"`,
  "https://example.com/?q=a%0d%0aAuthorization:%20x Cookie: sid=«8f2a91cc»",
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Digest «username=\"Mufasa\", nonce=\"dcd98b\", response=\"6629fae4\"»\r\nHost: a\r\n"`,
  String.raw`"Authorization: Digest «username=\"Mufasa\", response=\"6629fae4\"»"`,
  String.raw`'GET /\r\nAuthorization: Digest «username="Mufasa", response="6629fae4"»\r\nHost: a'`,
  String.raw`"GET /\nAuthorization: Digest «username=\"Mufasa\", response=\"6629fae4\"»", next`,
];

/** Strings that are a scheme and its credential, and no more. */
const loneCredentials = [
  'token = "Bearer «q7Hc2mVx»"',
  "const value = 'bearer «abc12345»';",
  "send(`Bearer «s3cret-9»`)",
  'expect(header).toBe("Bearer «hunter2»")',
  '["Bearer «f81d4fae7dec»"]',
  String.raw`{"text":"\"Bearer «q7Hc2mVx»\""}`,
  'auth: "Basic «YTpi»"',
  "'Basic «dXNlcjpw»'",
  'new Value("Bearer «k9.x2-7a»")',
  '{ header: "Bearer «deadbeef01»" }',
  'export TOKEN="Bearer «zz91ab»"',
  'yaml: "Bearer «00ff00ff»"',
  "assert.equal(value, 'Bearer «tok_91x2»')",
  '("Bearer «A1B2C3»")',
  '"BEARER «a1b2c3d»"',
  'x = ["a", "Bearer «a1b2c3d4e5»", "b"]',
  'w.Header = "Bearer «q7Hc2mVx93LkTz88abcd»"',
  "Bearer «q7Hc2mVx93LkTz88abcd»",
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

const readableStrings = [
  "The bearer authenticationProvider1 is new.",
  "The bearer authentication_provider2 is new.",
  "a Bearer tokenAuthenticationHandler3 and a basic authenticationHandlerFactory",
  "Every bearer clientCredentialsProvider is listed.",
  '"Bearer token"',
  '"Bearer token1"',
  "`Bearer ${token}`",
  '"Bearer " + token2',
  '"Bearer TOKEN_1"',
  '"Bearer <token1>"',
  "'Bearer {key1}'",
  '"Bearer $TOKEN1"',
  '"Bearer %s"',
  '"Bearer ***"',
  '"Bearer my-token-1"',
  '"Bearer your_token_12"',
  '"Bearer OAuth2"',
  '"Bearer access_token"',
  '"Basic auth"',
  '"Basic usage"',
  '"Basic tier2"',
  '"Basic plan10"',
  '"Basic Plan 2"',
  '"bearer of news 2026"',
  "a bearer of v2tokens",
  "'Bearer', token1",
  "curl -b cookies.txt https://example.com",
  'curl -b "$COOKIES" https://example.com',
  'curl -b "sid=$SID" https://example.com',
  "curl -b 'sid=<session>' https://example.com",
  'curl --cookie "session={{session}}" https://example.com',
  "curl -b 'theme=dark; lang=en' https://example.com",
  "curl --cookie-jar jar=8f2a91cc.txt https://example.com",
  "curl -c jar.txt https://example.com",
  "git checkout -b name=8f2a91cc1 && curl https://example.com",
  "curl https://example.com; git branch -b sid=8f2a91cc",
  'curl --cookie="sid=${sid}" https://example.com',
  "sort -b sid=8f2a91cc",
  'curl -b "sid=$(cat sid2.txt)" https://example.com',
  "curl -b @jar2.txt https://example.com",
  "cp -b 'sid=8f2a91cc' there",
  "curl -b sid=%s https://example.com",
  "curl -b 'session=YOUR_SESSION' https://example.com",
  "curl -b 'token=...' https://example.com",
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Bearer ${"$"}{token}\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Bearer <token>\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nAuthorization: " + header2 + "\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Bearer %s\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Bearer YOUR_TOKEN\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nAuthorization: Bearer {{token}}\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nCookie: theme=dark\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nCookie: sid=${"$"}{sid}\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nX-Api-Key: YOUR_API_KEY\r\n"`,
  String.raw`"GET / HTTP/1.1\r\nX-Api-Key: ***\r\n"`,
  String.raw`"one\nauthorization is needed\n"`,
  String.raw`"one\nAuthorization: see below\n"`,
  String.raw`"one\ncookie: yes\n"`,
  String.raw`"no\nAuthorization: Basic authentication is described in RFC7617.\n"`,
  String.raw`"a\tnauthorization: oauth2Header"`,
  String.raw`C:\nauthorization\x`,
  String.raw`"\nCookie: {cookies}\n"`,
  String.raw`"\r\nAuthorization: Bearer token\r\n"`,
];

describe("redactSecrets of credentials in headers", () => {
  for (const marked of [...headerSecrets, ...curlCookies, ...escapedHeaders, ...loneCredentials]) {
    it(`masks ${JSON.stringify(marked)}`, () => {
      const masked = redactSecrets(marked.replace(/[«»]/g, ""));
      assert.equal(masked, marked.replace(/«[^»]*»/g, "***"));
      assert.equal(redactSecrets(masked), masked);
    });
  }

  for (const text of [...readableHeaders, ...readableStrings]) {
    it(`leaves ${JSON.stringify(text)}`, () => {
      assert.equal(redactSecrets(text), text);
    });
  }

  it("knows a name of two words behind an escaped line break", () => {
    assert.equal(
      redactSecrets(String.raw`"GET /\r\nx-access-token: q7Hc2mVx93LkTz\r\n"`),
      String.raw`"GET /\r\nx-access-token: ***\r\n"`,
    );
  });

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
      ..."Authorization|x-api-key|Cookie|Set-Cookie|curl|-u|--user|-b|--cookie|\\r\\n|Bearer|Basic|Digest|a=|: |=|; |,|'|\"|`|\\|\n|[|]|{|}|$|value|q7Hc2mVx93LkTz|token|1|user:".split(
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
      "curl -b a=b;",
      String.raw`\r\nAuthorization: Digest a="b",`,
      '"Bearer a1',
    ];
    const started = performance.now();
    for (const part of parts) redactSecrets(part.repeat(1_000_000 / part.length));
    assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
  });
});
