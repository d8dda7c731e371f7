import assert from "node:assert/strict";
import { conformanceRuns, judge, lintBaseline, readBaseline, runConformance } from "../../scripts/lib/conformance.ts";

describe("the official MCP conformance suite", () => {
  for (const { name } of conformanceRuns) {
    it(`finds nothing at ${name} but what is not offered`, async function () {
      this.timeout(240_000);
      const { problems } = await runConformance(name);
      assert.deepEqual(problems, []);
    });
  }
});

describe("the judgement of its checks", () => {
  const check = (status: string, errorMessage?: string) => ({ id: "a", status, ...(errorMessage && { errorMessage }) });

  it("takes a warning, a skipped check and an empty pass for what they are", () => {
    assert.deepEqual(judge("s", [check("SUCCESS")], undefined), []);
    assert.equal(judge("s", [check("SUCCESS"), check("WARNING", "slow")], undefined).length, 1);
    assert.equal(judge("s", [check("SUCCESS"), check("SKIPPED", "no")], undefined).length, 1);
    assert.equal(judge("s", [check("INFO", "nothing to see")], undefined).length, 1);
    assert.equal(judge("s", [], undefined).length, 1);
  });

  it("excuses a failure only word for word, and tells an excuse that is no longer needed", () => {
    const expected = { reason: "r", says: ["a: Method not found"] };
    assert.deepEqual(judge("s", [check("FAILURE", "Method not found")], expected), []);
    assert.equal(judge("s", [check("FAILURE", "Internal error")], expected).length, 2);
    assert.match(judge("s", [check("SUCCESS")], expected).join(), /take it out of the baseline/);
  });

  it("finds a misspelt scenario and a missing reason in the baseline", () => {
    const says = ["a: b"];
    assert.deepEqual(lintBaseline({ ping: { reason: "r", says } }, { r: "Because." }, ["ping"]), []);
    assert.match(lintBaseline({ pong: { reason: "r", says } }, { r: "Because." }, ["ping"]).join(), /not in the suite/);
    assert.match(lintBaseline({ ping: { reason: "x", says } }, { r: "Because." }, ["ping"]).join(), /no reason/);
  });

  it("never excuses what is offered", () => {
    const offered =
      /^(server-initialize|ping|prompts|resources-(list|read|templates)|sep-2164|completion|caching|tools-list|tools-call-(simple-text|image|audio|embedded-resource|mixed-content|error|with-progress)|json-schema|dns-rebinding|http-header-validation)/;
    const excused = Object.values(readBaseline().runs).flatMap((run) => Object.keys(run));
    assert.deepEqual(
      excused.filter((scenario) => offered.test(scenario)),
      [],
    );
  });
});
