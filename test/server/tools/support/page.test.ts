import assert from "node:assert/strict";
import fc from "fast-check";
import { countTokens } from "../../../../src/server/platform/tokens.ts";
import { page } from "../../../../src/server/tools/support/page.ts";
import type { Page } from "../../../../src/server/tools/support/page.ts";

const tool = "list_things";
const positions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `src/file${index}.ts`, line: index, text: "const a = 1;" }));

describe("page", () => {
  it("walks a whole list, each item once and in order, whatever the budget and the limit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ path: fc.string({ maxLength: 60 }), line: fc.nat() }), { maxLength: 60 }),
        fc.integer({ min: 200, max: 800 }),
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        async (items, maxTokens, limit) => {
          const seen: unknown[] = [];
          let cursor: string | undefined;
          do {
            const answer: Page<unknown> = await page({ tool, input: { maxTokens, limit, cursor }, items });
            assert.ok(items.length === 0 || answer.items.length > 0, "a page holds at least one item");
            assert.ok(answer.items.length <= (limit ?? items.length));
            seen.push(...answer.items);
            assert.equal(answer.total, items.length);
            assert.equal(answer.left, items.length - seen.length);
            assert.equal(answer.cursor === undefined, answer.left === 0);
            cursor = answer.cursor;
          } while (cursor !== undefined);
          assert.deepEqual(seen, items);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps the answer within the budget and uses most of it", async () => {
    for (const maxTokens of [200, 2000, 20_000]) {
      const answer = await page({ tool, input: { maxTokens }, items: positions(5000) });
      const tokens = await countTokens(JSON.stringify(answer));
      assert.ok(tokens <= maxTokens, `${tokens} of ${maxTokens}`);
      assert.ok(tokens > maxTokens * 0.6, `${tokens} of ${maxTokens}`);
    }
  });

  it("counts the fields around the list and what could not be read in the budget", async () => {
    const around = { summary: "word ".repeat(600) };
    const incomplete = Array.from({ length: 500 }, (_, index) => ({ path: `src/${index}.ts`, reason: "too large" }));
    const answer = await page({ tool, input: { maxTokens: 2000 }, items: positions(5000), around, incomplete });
    assert.equal(answer.complete, false);
    const tokens = await countTokens(JSON.stringify({ ...around, ...answer }));
    assert.ok(tokens <= 2000, String(tokens));
  });

  it("refuses the cursor of another query and one that is made up", async () => {
    const items = positions(100);
    const { cursor } = await page({ tool, input: { maxTokens: 300, ...{ query: "a" } }, items });
    const refused = { code: "INVALID_ARGUMENT" };
    await assert.rejects(page({ tool, input: { maxTokens: 300, cursor, ...{ query: "b" } }, items }), refused);
    await assert.rejects(page({ tool: "other", input: { maxTokens: 300, cursor, ...{ query: "a" } }, items }), refused);
    for (const made of ["", "x", Buffer.from("-1.a.b").toString("base64url")]) {
      await assert.rejects(page({ tool, input: { maxTokens: 300, cursor: made }, items }), refused);
    }
  });

  it("takes the cursor with another limit and budget", async () => {
    const items = positions(100);
    const first = await page({ tool, input: { maxTokens: 300, limit: 3 }, items });
    const second = await page({ tool, input: { maxTokens: 500, limit: 2, cursor: first.cursor }, items });
    assert.deepEqual(second.items, items.slice(3, 5));
  });

  it("says CONFLICT when the list changed between two pages", async () => {
    const items = positions(100);
    const { cursor } = await page({ tool, input: { maxTokens: 300 }, items });
    await assert.rejects(page({ tool, input: { maxTokens: 300, cursor }, items: items.slice(1) }), {
      code: "CONFLICT",
    });
  });

  it("takes 10,000 items in well under a tenth of a second", async () => {
    const items = positions(10_000);
    await page({ tool, input: { maxTokens: 2000 }, items });
    const started = performance.now();
    await page({ tool, input: { maxTokens: 2000 }, items });
    assert.ok(performance.now() - started < 100);
  });
});

describe("countTokens", () => {
  it("counts ordinary text as the encoder does", async () => {
    const { countTokens: exact } = await import("gpt-tokenizer/encoding/o200k_base");
    const text = "export function add(first: number, second: number) { return first + second; }\n".repeat(200);
    assert.equal(await countTokens(text), exact(text));
    assert.equal(await countTokens(JSON.stringify(text)), exact(JSON.stringify(text)));
  });

  it("takes a long run of one letter without stalling", async () => {
    const started = performance.now();
    const tokens = await countTokens("a".repeat(300_000));
    assert.ok(performance.now() - started < 1500);
    assert.ok(Math.abs(tokens - 300_000 / 8) < 1000, String(tokens));
  });
});
