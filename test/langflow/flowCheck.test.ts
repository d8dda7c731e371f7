import assert from "node:assert/strict";
import { flowChecker } from "../../src/server/flows/check/checkFlow.ts";
import type { FoundProblem } from "../../src/server/flows/check/problem.ts";
import { catalogueOf } from "../../src/server/langflow/client/components.ts";
import { refusals, starterProjects } from "./graphOracle.ts";
import { mutationsOf } from "./flowMutations.ts";
import type { FlowData, Mutation } from "./flowMutations.ts";
import { sharedLangflow } from "./live.ts";
import { askLangflow } from "./rest.ts";

const seed = 20;

/** Of a package that is not installed here, and so nothing that a file could say. */
const needsPackage = /No module named/;

describe("the check of flows beside Langflow's own build", function () {
  this.timeout(300_000);
  const projects = new Map(
    [...starterProjects<{ data: FlowData }>("1.13.0")].map(([name, { data }]) => [name, data] as const),
  );
  const mutated = new Map<string, Mutation>();
  let refused: ReadonlyMap<string, string | null>;
  let problemsOf: (data: FlowData) => readonly FoundProblem[];

  before(async () => {
    const langflow = await sharedLangflow("1.13.0");
    const catalogue = catalogueOf(await askLangflow(langflow).ask("GET", "/api/v1/all"));
    const check = flowChecker({ version: "1.13.0", catalogue });
    problemsOf = (data) => check({ fields: { data } });
    const isKnown = (type: string) => catalogue.has(type);
    for (const [at, [name, data]] of [...projects].entries()) {
      for (const mutation of mutationsOf(data, { seed: seed + at, isKnown })) {
        mutated.set(`${mutation.kind} of ${name}`, mutation);
      }
    }
    refused = await refusals(new Map([...projects, ...[...mutated].map(([name, { data }]) => [name, data] as const)]));
  });

  it("has no error for a starter project", () => {
    assert.ok(projects.size >= 25, `${String(projects.size)} starter projects`);
    for (const [name, data] of projects) {
      const why = refused.get(name) ?? null;
      assert.ok(why === null || needsPackage.test(why), `${name}: ${String(why)}`);
      assert.deepEqual(errorsOf(problemsOf(data)), [], name);
    }
  });

  it("has an error for each mutation that Langflow does not build, and for no other", () => {
    assert.ok(mutated.size >= 300, `${String(mutated.size)} mutations`);
    for (const [name, { data }] of mutated) {
      const why = refused.get(name) ?? null;
      if (why !== null && needsPackage.test(why)) continue;
      const problems = problemsOf(data);
      const errors = errorsOf(problems);
      if (why === null) assert.deepEqual(errors, [], name);
      // Some of them Langflow sorts, and some it does not: none of them is meant.
      else if (problems.every(({ code }) => code !== "endless-cycle")) {
        assert.ok(errors.length > 0, `${name}: Langflow says ${why}`);
      }
    }
  });

  it("names the component and the field of each mutation", () => {
    for (const [name, { data, expected, kind }] of mutated) {
      if (!expected) continue;
      const { code, ...where } = expected;
      const found = problemsOf(data).filter((problem) =>
        Object.entries({ ...where, ...(code !== undefined && { code }) }).every(
          ([key, value]) => problem[key as "node"] === value,
        ),
      );
      assert.ok(found.length > 0, `${kind} of ${name} is not reported at ${JSON.stringify(where)}`);
    }
  });
});

function errorsOf(problems: readonly FoundProblem[]): readonly string[] {
  return problems.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`);
}
