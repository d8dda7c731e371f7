import assert from "node:assert/strict";
import { classChart } from "../../../src/server/documentation/classChart.ts";
import type { DocumentedName } from "../../../src/server/analysis/typescript/answers.ts";

const named = (name: string, signature: string, bases: DocumentedName["bases"] = []): DocumentedName => ({
  ...{ name, kind: "class", path: "a.ts", line: 1, signature, bases },
});

describe("the chart of a module's classes", () => {
  it("draws a default export by the name that it has in its file", () => {
    const chart = classChart([
      named("default", "class Tree<T> extends Plant", [{ name: "Plant", kind: "extends" }]),
      named("Bush", "abstract class Bush implements Green", [{ name: "Green", kind: "implements" }]),
    ]);
    assert.equal(
      chart,
      '```mermaid\nclassDiagram\n  class c0["Plant"]\n  class c1["Tree"]\n  class c2["Green"]\n  class c3["Bush"]\n  c0 <|-- c1\n  c2 <|.. c3\n```',
    );
  });

  it("is left out where no class has a base", () => {
    assert.equal(classChart([named("Bush", "class Bush")]), undefined);
  });
});
