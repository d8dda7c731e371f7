import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

const call = [
  'const headers = { Authorization: "Bearer q7Hc2mVx93LkTz", Cookie: "session=q7Hc2mVx93" };',
  "// curl -u admin:q7Hc2mVx93 https://example.com",
  "const own = { Authorization: `Bearer ${token}` };",
  "// curl -b 'sid=q7Hc2mVx93; theme=dark' https://example.com",
  String.raw`socket.write("GET / HTTP/1.1\r\nAuthorization: Bearer q7Hc2mVx93LkTz\r\n\r\n");`,
  'const short = "Bearer q7Hc2mVx93";',
  "// The bearer authenticationProvider1 is new.",
].join("\n");

overEveryClient("credentials in headers", { "src/call.ts": `${call}\n` }, (bench) => {
  const masked = [
    'const headers = { Authorization: "Bearer ***", Cookie: "session=***" };',
    "// curl -u admin:*** https://example.com",
    "const own = { Authorization: `Bearer ${token}` };",
    "// curl -b 'sid=***; theme=dark' https://example.com",
    String.raw`socket.write("GET / HTTP/1.1\r\nAuthorization: Bearer ***\r\n\r\n");`,
    'const short = "Bearer ***";',
    "// The bearer authenticationProvider1 is new.",
  ];

  it("are masked by read_file", async () => {
    const { value } = await bench.client.call("read_file", { path: "src/call.ts" });
    assert.equal(value.content, `${masked.join("\n")}\n`);
    assert.equal(value.redacted, true);
  });

  it("are masked by search_code, and not found by their value", async () => {
    const lines = await bench.client.call("search_code", { query: "Bearer" });
    assert.deepEqual(
      (lines.value.matches as { text: string }[]).map((match) => match.text),
      masked.filter((line) => line.includes("Bearer")),
    );
    const secret = await bench.client.call("search_code", { query: "q7Hc2mVx93" });
    assert.deepEqual(secret.value.matches, []);
  });
});
