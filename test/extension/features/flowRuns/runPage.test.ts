import assert from "node:assert/strict";
import { usDollars } from "../../../../src/protocol/currency.ts";
import type { RunPart, RunTrace } from "../../../../src/protocol/flowRuns.ts";
import { alignedParts, resultPage, runPage } from "../../../../src/extension/features/flowRuns/runPage.ts";

const part = (name: string, depth = 0, more: Partial<RunPart> = {}): RunPart => ({
  ...{ name, type: "chain", depth, state: "ok", ms: 5 },
  ...more,
});
const trace: RunTrace = {
  ...{ run: "r", flow: "f", name: "Press", session: "s", state: "ok", startedAt: "2026-12-01T12:00:00Z" },
  ...{ ms: 1_500, tokens: 25, input: "pears", outputs: [], parts: [] },
};

describe("the page of a run", () => {
  it("has no Markdown of a flow's own, and no link that it makes", () => {
    const hostile = "[click](command:x) <b> | `code`";
    const text = "```\n[click](command:x)\n```";
    const page = runPage(
      {
        ...trace,
        name: hostile,
        input: text,
        parts: [
          part(hostile, 0, {
            state: "failed",
            error: hostile,
            values: {
              inputs: [{ name: hostile, text: hostile, isCut: false }],
              outputs: [{ name: "out", text, isCut: false }],
              logs: [],
            },
          }),
        ],
      },
      usDollars,
    );
    const outside = page.replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, "");
    assert.ok(!/(?<!\\)[[<]/.test(outside), outside);
    assert.match(page, /````text\n```\n\[click\]/);
    for (const row of page.split("\n").filter((each) => each.startsWith("| "))) {
      assert.equal(row.split(/(?<!\\)\|/).length, 7, row);
    }
    assert.match(page, /\*\*failed\*\*/);
  });

  it("says what is left out of a long value, and what a run of an older Langflow did", () => {
    const values = { inputs: [], outputs: [{ name: "text", text: "x".repeat(100), isCut: true }], logs: [] };
    assert.match(runPage({ ...trace, parts: [part("Press", 0, { values })] }, usDollars), /x{100}…\n```/);
    const component = { id: "a", name: "Press", state: "unknown", ms: null, tokens: null, cost: null } as const;
    const page = resultPage(
      {
        ...{
          run: "r",
          flow: "f",
          state: "failed",
          output: null,
          error: "It jams.",
          ms: 10,
          name: "Press",
          session: "s",
        },
        components: [component],
      },
      usDollars,
    );
    assert.match(page, /\*\*failed\*\* after 10 ms[^]*It jams\.[^]*\| Press \| unknown \|/);
  });

  it("puts the components of a second run in the order of the first, each with what it called", () => {
    const names = (parts: readonly RunPart[]) => parts.map(({ name, depth }) => `${"-".repeat(depth)}${name}`);
    const first = [part("In"), part("Agent"), part("call", 1), part("Tool"), part("Tool", 0, { ms: 1 }), part("Out")];
    const second = [
      part("New"),
      part("Tool"),
      part("In"),
      part("Agent"),
      part("call", 1),
      part("again", 1),
      part("Out"),
    ];
    assert.deepEqual(names(alignedParts(first, second)), ["In", "Agent", "-call", "-again", "Tool", "Out", "New"]);
    assert.deepEqual(alignedParts(first, first), first);
    assert.deepEqual(alignedParts([], second), second);
  });
});
