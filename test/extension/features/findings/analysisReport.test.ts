import assert from "node:assert/strict";
import { analysisReport } from "../../../../src/extension/features/findings/analysisReport.ts";

const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));

describe("the report of Analyze workspace", () => {
  const repository = {
    files: 1_234,
    lines: 5,
    health: { score: 71, reasons: [{ points: -20, reason: "There are no tests." }] },
    languages: [{ language: "Rust", files: 1_234, lines: 5 }],
    hotSpots: many(25, (at) => ({ path: `h${String(at)}.ts`, commits: 3, complexity: 9, lines: 2, score: 1 })),
    cycles: many(30, () => ({ files: 3, path: ["a.ts", "b_c.ts"], kind: "load" })),
    left: { hotSpots: 40 },
    complete: false,
    incomplete: [{ path: "x.ts", reason: "not text" }],
  };
  const listed = many(50, (at) => ({ path: "f.ts", line: at + 1, rule: "any-type", message: "a | b" }));
  const incomplete = [
    { path: "x.ts", reason: "not text" },
    { path: "y.ts", reason: "too large" },
  ];
  /** The lines below a heading. */
  const section = (report: string, title: string) =>
    report.split(`## ${title}\n\n`)[1]?.split("\n\n##")[0]?.split("\n");

  it("says of every list how many there are, whoever cut it", () => {
    const report = analysisReport(repository, { listed, total: 2_345, incomplete });
    assert.match(
      report,
      /^1,234 files, 5 lines, 2,345 findings, the worst 50 of them listed in Problems \(setting findings\.show lists more\)\.$/m,
    );
    assert.equal(section(report, "Findings")?.at(-1), "and 2,325 more");
    assert.equal(section(report, "Hot spots")?.at(-1), "and 45 more");
    assert.equal(section(report, "Import cycles")?.at(-1), "and 10 more");
    assert.equal(section(report, "Languages")?.at(-1), "| Rust | 1,234 | 5 |");
  });

  it("shows the fields that the answer has, as text", () => {
    const report = analysisReport(repository, { listed, total: 50, incomplete });
    assert.match(report, /^1,234 files, 5 lines, 50 findings, listed in Problems\.$/m);
    assert.match(report, /^Health: 71 of 100\.$/m);
    assert.equal(section(report, "Hot spots")?.[2], "| `h0.ts` | 3 | 9 | 2 |");
    assert.equal(section(report, "Import cycles")?.[2], "| a.ts → b\\_c.ts | 3 |");
    assert.equal(section(report, "Findings")?.[2], "| `f.ts:1` | any-type | a \\| b |");
  });

  it("names each file once that either tool could not read, and that there may be more", () => {
    const report = analysisReport(repository, { listed: [], total: 0, incomplete });
    assert.deepEqual(section(report, "Not read")?.slice(2, 4), ["| `x.ts` | not text |", "| `y.ts` | too large |"]);
    assert.ok(!report.includes("There may be more"));
    const full = many(10, (at) => ({ path: `u${String(at)}.ts`, reason: "too large" }));
    assert.match(analysisReport(repository, { listed: [], total: 0, incomplete: full }), /There may be more/);
  });
});
