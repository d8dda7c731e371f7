import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { sample } from "./sample.ts";
import type { UrlEntry } from "./sample.ts";
import { startUrlTarget } from "./urlTarget.ts";
import type { UrlTarget } from "./urlTarget.ts";

/** Siblings of the sample's entries, of the same kinds. */
const siblings = JSON.parse(
  readFileSync(new URL("../fixtures/hostile/moreUrls.json", import.meta.url), "utf8"),
) as readonly UrlEntry[];

describe("hostile URLs", function () {
  let target: UrlTarget;

  before(async () => {
    target = await startUrlTarget({
      ...sample.url_fixture.dns,
      "6to4.lfc.test": ["2002:7f00:1::1"],
      "nat64.lfc.test": ["64:ff9b::a00:1"],
      "unique.lfc.test": ["fd12:3456:789a::1"],
      "zone.lfc.test": ["fe80::1%lo"],
      "none.lfc.test": [],
      "last.lfc.test": ["@public", "@public", "192.168.1.1"],
      "back.lfc.test": [["127.0.0.1"], ["@public"]],
    });
  });
  after(() => target.stop());

  async function run(entry: UrlEntry): Promise<void> {
    const url = entry.input.replaceAll("{PORT}", String(target.port));
    const [, name, value] = /^([^:]+): ?(.*)$/s.exec(entry.header ?? "") ?? [];
    const before = target.requests.length;
    const { outcome, value: answer } = await target.call({
      url,
      ...(name !== undefined && { headers: { [name]: value } }),
    });
    assert.ok(
      entry.expect.includes(outcome),
      `${outcome} is none of ${entry.expect.join()}: ${JSON.stringify(answer)}`,
    );
    assert.equal(target.reached(), 0, "connections to the canary");
    const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
    if (isIP(host) !== 0) assert.deepEqual(target.lookups, [], "look-ups of a literal");
    if (name !== undefined && outcome === "ok") {
      const headers = target.requests.slice(before).flatMap(({ rawHeaders }) => rawHeaders);
      assert.ok(!headers.includes(value ?? ""), `the header is on the wire: ${headers.join()}`);
    }
  }

  it("has at least as many siblings as the sample has entries", () => {
    assert.ok(siblings.length >= sample.urls.length);
    assert.equal(new Set([...siblings, ...sample.urls].map(({ id }) => id)).size, siblings.length + sample.urls.length);
  });

  for (const entry of [...sample.urls, ...siblings]) {
    it(`${entry.id} ${JSON.stringify(entry.input).slice(0, 70)} ${entry.header ?? ""}`.trim(), () => run(entry));
  }

  it("reaches the canary once the user has allowed its host and port, and then no other form of it", async () => {
    const local = `127.0.0.1:${target.port}`;
    target.allowed.push(local);
    try {
      await assert.rejects(target.call({ url: `http://${local}/` }), /the canary answered/);
      assert.equal(target.reached(), 1);
      for (const other of [`localhost:${target.port}`, `[::1]:${target.port}`, `127.0.0.1:${target.port + 1}`]) {
        assert.equal((await target.call({ url: `http://${other}/` })).outcome, "blocked_egress");
      }
      const redirect = `http://public.lfc.test/redir?to=http://localhost:${target.port}/`;
      assert.equal((await target.call({ url: redirect })).outcome, "blocked_egress");
      assert.equal(target.reached(), 1);
    } finally {
      target.allowed.length = 0;
    }
  });
});
